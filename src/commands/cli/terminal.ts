/** What the commands share: tools opened for one command, text to the terminal, progress. */
import { unpaced } from "../../../connectors/connector.ts";
import { openTools, type Tools } from "../tools.ts";
import { printable } from "./printable.ts";

/** Opens the parts, does the work, closes them whatever happens. @throws ConfigError, MappingFileError, NoMappingError */
export async function withTools(work: (tools: Tools) => Promise<void>): Promise<void> {
  const tools = await openTools(process.env, unpaced);
  try {
    await work(tools);
  } finally {
    await tools.close();
  }
}

/** A bar on a terminal; nothing when the output goes to a file. */
export function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY || total === 0) return;
  const width = 30;
  const filled = Math.round((done / total) * width);
  process.stderr.write(
    `\r[${"#".repeat(filled)}${" ".repeat(width - filled)}] ${done}/${total}${done === total ? "\n" : ""}`,
  );
}

/** Without whatever could command the terminal. */
export function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Where the mapping files are, for commands that need nothing else of the configuration. */
export function mappingsFolder(): string {
  return process.env.MAPPINGS_DIR || "mappings";
}
