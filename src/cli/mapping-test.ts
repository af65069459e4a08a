/** `crm-sync mapping test` */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { MappingFileError } from "../mapping/problems.ts";
import { crmOf } from "../operate/deps.ts";
import type { TestsReport } from "../operate/mapping-tests.ts";
import { auditedCommand } from "./audited.ts";
import { mappingsFolder, say, withTools } from "./terminal.ts";

interface TestOptions {
  readonly crm?: string;
  readonly json?: boolean;
  readonly record?: string;
  readonly out?: string;
}

const EXIT = { holds: 0, fails: 1, notRun: 2 } as const;

export function addMappingTest(mapping: Command): void {
  mapping
    .command("test")
    .description("run the tests beside the mapping files, in their folder `tests`; asks neither Redis nor a CRM")
    .option("--crm <name>", "only the tests for this CRM")
    .option("--json", "as JSON")
    .option("--record <purchase>", "instead, make a test of a stored purchase, with invented people")
    .option("--out <file>", "where to write it; shown when left out")
    .addHelpText("after", "\nExit code: 0 all hold, 1 some fail, 2 they could not be run.")
    .action(test);
}

async function test({ crm, json, record: purchase, out }: TestOptions): Promise<void> {
  process.exitCode = EXIT.notRun;
  if (purchase !== undefined) return await record(purchase, crm, out);
  const { formatReport } = await import("../operate/mapping-tests.ts");
  const folder = mappingsFolder();
  const report = await run(folder, crm);
  const { results, problems } = report;
  if (json) say(JSON.stringify(report, null, 2));
  else say(formatReport(report, folder));
  if (crm !== undefined && results.length + problems.length === 0) return;
  const holds = problems.length === 0 && results.every(({ failures }) => failures.length === 0);
  process.exitCode = holds ? EXIT.holds : EXIT.fails;
}

/** A mapping that cannot be read is a problem like that of a test. */
async function run(folder: string, crm: string | undefined): Promise<TestsReport> {
  const { loadMappings } = await import("../mapping/loader.ts");
  const { testMappings } = await import("../operate/mapping-tests.ts");
  try {
    return await testMappings(folder, await loadMappings(folder), crm === undefined ? undefined : [crm]);
  } catch (error) {
    if (error instanceof MappingFileError) return { results: [], problems: error.problems };
    throw error;
  }
}

async function record(purchase: string, named: string | undefined, out: string | undefined): Promise<void> {
  const { recordTest } = await import("../operate/mapping-record.ts");
  await withTools(async (tools) => {
    const [only, ...others] = tools.crms;
    const { crm } = named === undefined && others.length === 0 && only !== undefined ? only : crmOf(tools, named);
    const text = await auditedCommand(tools, "show_payload", async (concerns) => {
      concerns({ crm, purchase });
      return await recordTest(tools, crm, purchase);
    });
    if (out === undefined) say(text.trimEnd());
    else await writeFile(out, text, { flag: "wx" });
    process.exitCode = EXIT.holds;
  });
}
