/** `crm-sync mapping check` */
import type { Command } from "commander";
import type { Mapping } from "../mapping/mapping.ts";
import { formatProblem, MappingFileError, type MappingProblem } from "../mapping/problems.ts";
import type { Judged } from "../operate/judged.ts";
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
  const { problems, warnings } = await judgeAll(options);
  process.exitCode = problems.length === 0 ? EXIT.inOrder : EXIT.problems;
  if (options.json) return say(JSON.stringify(leveled(problems, warnings), null, 2));
  if (options.github) {
    for (const problem of problems) say(annotation("error", problem));
    for (const warning of warnings) say(annotation("warning", warning));
    return;
  }
  const { formatWarning } = await import("../operate/mapping-check.ts");
  const end = problems.length === 0 ? "The mapping files are in order." : count(problems);
  const found = [...problems.map(formatProblem), ...warnings.map(formatWarning)];
  say(found.length === 0 ? end : [...found, "", end].join("\n"));
}

function leveled(problems: readonly MappingProblem[], warnings: readonly MappingProblem[]) {
  return [
    ...problems.map((one) => ({ level: "problem", ...one })),
    ...warnings.map((one) => ({ level: "warning", ...one })),
  ];
}

/** A file that cannot be read does not keep the others from being compared with the CRM. */
async function judgeAll(options: CheckOptions): Promise<Judged> {
  const { readMappings } = await import("../mapping/loader.ts");
  const texts = await readMappings(mappingsFolder()).catch((error: unknown) => error);
  if (texts instanceof MappingFileError) return { problems: texts.problems, warnings: [] };
  if (!Array.isArray(texts)) throw texts;
  const { judgeMappings } = await import("../mapping/parse-all.ts");
  const { connectors } = await import("../../connectors/index.ts");
  const known = connectors.map(({ crm }) => crm);
  const { mappings, problems } = judgeMappings(texts);
  const offline = [...problems, ...mappings.flatMap((mapping) => unknownCrm(mapping, known))];
  if (options.offline) {
    const { suspicions } = await import("../mapping/suspicions.ts");
    return { problems: offline, warnings: mappings.flatMap((mapping) => suspicions(mapping, new Map())) };
  }
  const { withConnectors } = await import("../app/with-connectors.ts");
  const { judgeInCrm } = await import("../operate/mapping-check.ts");
  const online = await withConnectors(process.env, options.crm, (connectors) => judgeInCrm({ mappings }, connectors));
  return { problems: [...offline, ...online.problems], warnings: online.warnings };
}

/** A file for a CRM that there is not would be read and never used. */
function unknownCrm({ crm, file, lines }: Mapping, known: readonly string[]): MappingProblem[] {
  if (known.includes(crm)) return [];
  const line = Math.max(
    0,
    lines.findIndex((one) => one.startsWith("crm:")),
  );
  const message = `no CRM is named \`${crm}\`; this service writes to ${known.join(" and ")}`;
  return [{ file, line: line + 1, column: 6, message, excerpt: lines[line] ?? "" }];
}

function count(problems: readonly MappingProblem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${files} ${files === 1 ? "file" : "files"}`;
}

/** "Workflow commands for GitHub Actions": what would end the command early is escaped. */
function annotation(level: "error" | "warning", { file, line, column, message }: MappingProblem): string {
  const text = message.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const path = file.replace(/%/g, "%25").replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::${level} file=${path},line=${line},col=${column}::${text}`;
}
