/** `crm-sync export` */
import { once } from "node:events";
import { type Command, Option } from "commander";
import type { Tools } from "../app/tools.ts";
import type { ExportAsked } from "../operate/export.ts";
import { auditedCommand } from "./audited.ts";
import { withTools } from "./terminal.ts";
import { instantOf } from "./time-ago.ts";

interface ExportOptions {
  readonly since: string;
  readonly until?: string;
  readonly reveal?: boolean;
}

export function addExport(program: Command): void {
  program
    .command("export")
    .description(
      "what was done to every purchase in a time, an object a line, to be kept elsewhere; personal data masked",
    )
    .requiredOption("--since <time>", "from then on: a UTC day or instant, or how long ago, e.g. 2026-11-26, 2h, 3d")
    .option("--until <time>", "before then; now, if not given")
    .addOption(new Option("--ndjson", "an object a line").default(true).hideHelp())
    .option("--reveal", "personal data too; that you did is noted in the audit trail")
    .action(async ({ since, until, reveal = false }: ExportOptions, command: Command) => {
      const asked = {
        since: instantOf(since, command),
        until: until === undefined ? new Date() : instantOf(until, command),
        reveal,
      };
      await withTools(async (tools) => {
        if (!reveal) return void (await write(tools, asked));
        await auditedCommand(tools, "export", async (concerns) => concerns({ found: await write(tools, asked) }));
      });
    });
}

/** At the pace at which it is read. @returns how many lines */
async function write(tools: Tools, asked: ExportAsked): Promise<number> {
  const { exportTimelines } = await import("../operate/export.ts");
  let lines = 0;
  for await (const line of exportTimelines(tools, asked)) {
    lines += 1;
    // Where nobody reads any more it never drains.
    if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, "drain").catch(() => {});
    if (!process.stdout.writable) break;
  }
  return lines;
}
