/** `crm-sync mapping check` */
import type { Command } from "commander";
import { loadMappings } from "../../mapping/loader.ts";
import { formatProblem, MappingFileError, type MappingProblem } from "../../mapping/problems.ts";
import { checkMappings } from "../mapping-check.ts";
import { say, withTools } from "./terminal.ts";

interface CheckOptions {
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly github?: boolean;
}

export function addMappingCheck(mapping: Command): void {
  mapping
    .command("check")
    .description("report every problem of the mapping files, also against the CRM's own metadata")
    .option("--offline", "without asking the CRM")
    .option("--json", "as JSON")
    .option("--github", "as annotations for GitHub Actions")
    .action(runCheck);
}

async function runCheck(options: CheckOptions): Promise<void> {
  const problems = await (options.offline ? offlineProblems() : onlineProblems());
  if (options.json) say(JSON.stringify(problems, null, 2));
  else if (options.github)
    for (const { file, line, column, message } of problems)
      say(`::error file=${file},line=${line},col=${column}::${message}`);
  else say(problems.length === 0 ? "The mapping files are in order." : problems.map(formatProblem).join("\n"));
  if (problems.length > 0) process.exitCode = 1;
}

async function offlineProblems(): Promise<readonly MappingProblem[]> {
  try {
    await loadMappings(process.env.MAPPINGS_DIR || "mappings");
    return [];
  } catch (error) {
    if (error instanceof MappingFileError) return error.problems;
    throw error;
  }
}

async function onlineProblems(): Promise<readonly MappingProblem[]> {
  const offline = await offlineProblems();
  if (offline.length > 0) return offline;
  let problems: MappingProblem[] = [];
  await withTools(async (tools) => {
    problems = await checkMappings(tools.mappings, tools.connectors());
  });
  return problems;
}
