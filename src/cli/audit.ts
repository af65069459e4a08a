/** `crm-sync audit` */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Tools } from "../app/tools.ts";
import { AUDITED, type Audited } from "../audit/audited.ts";
import type { AuditLine } from "../audit/line.ts";
import { AUDITED_WORDS, concernedWords, OUTCOME_WORDS } from "../audit/words.ts";
import { say, withTools } from "./terminal.ts";
import { timeAgo } from "./time-ago.ts";

interface AuditOptions {
  readonly json?: boolean;
  readonly since?: string;
  readonly limit: number;
  readonly who?: string;
  readonly what?: Audited;
  readonly searched?: string;
}

export function addAudit(program: Command): void {
  program
    .command("audit")
    .description("who did what in the dashboard and by commands, newest first")
    .option("--json", "each line as a JSON object")
    .option("--since <time>", "what was done in the last time, e.g. 90m, 2h, 3d")
    .option("--limit <count>", "at most so many", countOf, 100)
    .option("--who <name>", "what this user did")
    .addOption(new Option("--what <action>", "only this").choices(AUDITED))
    .option("--searched <words>", "only searches for these words, which the trail has as a digest")
    .action(async ({ since, ...options }: AuditOptions, command: Command) => {
      const from = since === undefined ? undefined : timeAgo(since, command);
      await withTools((tools) => print(tools, options, from));
    });
}

async function print(tools: Tools, options: Omit<AuditOptions, "since">, since: Date | undefined): Promise<void> {
  const { json = false, who, what, searched, limit } = options;
  const digests = searched === undefined ? undefined : new Set(await tools.audit.words.digests(searched));
  let left = limit;
  let before: string | undefined;
  do {
    const { lines, older } = await tools.audit.read({ who, what, since, before, limit: PER_STEP });
    const fit = lines.filter(({ on }) => digests === undefined || digests.has(on.words ?? "")).slice(0, left);
    for (const line of fit) say(json ? JSON.stringify(line) : textOf(line));
    left -= fit.length;
    before = older;
  } while (before !== undefined && left > 0);
}

const PER_STEP = 500;

function textOf({ at, who, from, what, on, outcome }: AuditLine): string {
  const purchase = on.purchase === undefined ? [] : [`purchase ${on.purchase}`];
  const about = [...purchase, ...concernedWords(on)].join(", ");
  const did = about === "" ? AUDITED_WORDS[what] : `${AUDITED_WORDS[what]}: ${about}`;
  return `${at}  ${who}  ${from}  ${did}  ${OUTCOME_WORDS[outcome].toLowerCase()}`;
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Give a number above 0.");
}
