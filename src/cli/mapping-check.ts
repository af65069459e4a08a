/** `crm-sync mapping check` */
import type { Command } from "commander";
import { withConnectors } from "../app/with-connectors.ts";
import { readMappings } from "../mapping/loader.ts";
import { judgeMappings } from "../mapping/parse-all.ts";
import { formatProblem, MappingFileError, type MappingProblem } from "../mapping/problems.ts";
import { checkMappings } from "../operate/mapping-check.ts";
import { mappingsFolder, say } from "./terminal.ts";

interface CheckOptions {
  readonly offline?: boolean;
  readonly crm?: string;
  readonly json?: boolean;
  readonly github?: boolean;
}

const EXIT = { inOrder: 0, problems: 1, notChecked: 2 } as const;

export function addMappingCheck(mapping: Command): void {
  mapping
    .command("check")
    .description("report every problem of the mapping files, also against the CRM's own metadata")
    .option("--offline", "without asking the CRM")
    .option("--crm <name>", "ask only this CRM")
    .option("--json", "as JSON")
    .option("--github", "as annotations for GitHub Actions")
    .addHelpText("after", "\nExit code: 0 in order, 1 problems were found, 2 the check could not be made.")
    .action(check);
}

async function check(options: CheckOptions): Promise<void> {
  process.exitCode = EXIT.notChecked;
  const problems = await allProblems(options);
  process.exitCode = problems.length === 0 ? EXIT.inOrder : EXIT.problems;
  if (options.json) return say(JSON.stringify(problems, null, 2));
  if (options.github) {
    for (const problem of problems) say(annotation(problem));
    return;
  }
  say(problems.length === 0 ? "The mapping files are in order." : summary(problems));
}

/** A file that cannot be read does not keep the others from being compared with the CRM. */
async function allProblems(options: CheckOptions): Promise<readonly MappingProblem[]> {
  const texts = await readMappings(mappingsFolder()).catch((error: unknown) => error);
  if (texts instanceof MappingFileError) return texts.problems;
  if (!Array.isArray(texts)) throw texts;
  const { mappings, problems } = judgeMappings(texts);
  if (options.offline) return problems;
  const online = await withConnectors(process.env, options.crm, (connectors) =>
    checkMappings({ mappings }, connectors),
  );
  return [...problems, ...online];
}

function summary(problems: readonly MappingProblem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${files} ${files === 1 ? "file" : "files"}`;
  return [...problems.map(formatProblem), "", count].join("\n");
}

/** "Workflow commands for GitHub Actions": what would end the command early is escaped. */
function annotation({ file, line, column, message }: MappingProblem): string {
  const text = message.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const path = file.replace(/%/g, "%25").replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::error file=${path},line=${line},col=${column}::${text}`;
}
