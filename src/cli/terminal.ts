/** What the commands share: tools opened for one command, text to the terminal, progress. */
import { Presets, SingleBar } from "cli-progress";
import type { ConnectorUse } from "../app/parts.ts";
import type { Tools } from "../app/tools.ts";
import { setVariables } from "../config/environment.ts";
import type { ChosenPurchases } from "../operate/await-passes.ts";
import { printable } from "./printable.ts";

/** Who did what was done from a terminal, in timelines. */
export const COMMAND = "crm-sync";

/**
 * Opens the parts, does the work, closes them whatever happens.
 *
 * @param pacing `shared` for who makes more than a handful of calls
 * @throws ConfigError, MappingFileError, NoMappingError
 */
export async function withTools(
  work: (tools: Tools) => Promise<void>,
  pacing: ConnectorUse["pacing"] = "alone",
): Promise<void> {
  const { openTools } = await import("../app/tools.ts");
  const tools = await openTools(process.env, pacing);
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

/** Waits for the passes over purchases and says how they ended; a failure makes the exit code 1. */
export async function reportPasses(tools: Tools, purchases: ChosenPurchases): Promise<void> {
  const { awaitPasses } = await import("../operate/await-passes.ts");
  const { applied, failed, held, stillWaiting } = await awaitPasses(tools, purchases, showProgress);
  const asks = held > 0 ? `, ${held} held until somebody decides` : "";
  say(`${applied} up to date, ${failed} failed, ${stillWaiting} still waiting${asks}`);
  if (failed > 0) process.exitCode = 1;
}

let bar: SingleBar | undefined;

/** A bar on a terminal; nothing when the output goes to a file. */
export function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY || total === 0) return;
  if (bar === undefined) {
    bar = new SingleBar({ stream: process.stderr, format: "[{bar}] {value}/{total}", linewrap: true }, Presets.legacy);
    bar.start(total, done);
  }
  bar.update(done);
  if (done < total) return;
  bar.stop();
  bar = undefined;
}

/** Without whatever could command the terminal. */
export function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Where the mapping files are, for commands that need nothing else of the configuration. */
export function mappingsFolder(): string {
  return setVariables(process.env).MAPPINGS_DIR?.trim() ?? "mappings";
}
