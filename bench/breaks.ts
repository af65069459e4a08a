/**
 * `npm run test:breaks [-- --only core|defences] [--grep WORD] [--jobs 1] [--write]`: breaks the service on purpose, one
 * thing at a time in a copy of the repository, and runs the test that has to notice. Ends with 1 when one goes unnoticed.
 * `--write` says the result in docs/breaks.md and docs/security.md, where those that were not run keep their lines.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Copy, copyRepository, type Verdict } from "./breaks-copy.ts";
import { type ListedBreak, loadBreaks } from "./breaks-list.ts";
import { writeTables } from "./breaks-tables.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    grep: { type: "string", default: "" },
    jobs: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});

interface Row extends ListedBreak {
  readonly verdict: Verdict;
  readonly seconds: number;
}

const all = await loadBreaks(ROOT);
const chosen = all.filter(({ list, name }) => list.startsWith(values.only) && name.includes(values.grep));

const copies = Array.from({ length: Number(values.jobs) }, () => copyRepository(ROOT));
process.once("SIGINT", () => process.exit(130));
process.once("exit", () => {
  for (const copy of copies) copy.remove();
});

const patterns = Map.groupBy(
  chosen.map(({ caughtBy }) => caughtBy),
  ([test]) => test,
);
const faulty = new Map<string, Verdict>();
await inEachCopy([...patterns], async (copy, [test, some]) => {
  const verdict = await copy.sound(test, [...new Set(some.map(([, only]) => only))]);
  if (verdict.kind === "passed") return;
  faulty.set(test, { kind: "unsound", why: `the test has to pass where nothing is broken: ${said(verdict)}` });
});
const rows: Row[] = [];
await inEachCopy(chosen, async (copy, one) => {
  const start = Date.now();
  const row = {
    ...one,
    verdict: faulty.get(one.caughtBy[0]) ?? (await copy.try(one)),
    seconds: Math.round((Date.now() - start) / 1000),
  };
  rows.push(row);
  process.stdout.write(`${line(row)}\n`);
});

const unnoticed = rows.filter(({ verdict }) => verdict.kind !== "failed");
process.stdout.write(`\n${rows.length} breaks, ${rows.length - unnoticed.length} noticed.\n`);
for (const row of unnoticed) process.stdout.write(`NOT NOTICED ${line(row)}\n`);
if (values.write) writeTables(ROOT, all, noticed());
process.exit(unnoticed.length > 0 ? 1 : 0);

async function inEachCopy<T>(items: readonly T[], work: (copy: Copy, item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async (copy: Copy): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(copy, item);
  };
  await Promise.all(copies.map(one));
}

function said(verdict: Verdict): string {
  if (verdict.kind === "passed") return "passed";
  return verdict.kind === "failed" ? verdict.title : verdict.why;
}

function line({ invariant, name, caughtBy, verdict, seconds }: Row): string {
  const how = verdict.kind === "failed" ? `${caughtBy[0]}: ${verdict.title}` : `${verdict.kind}: ${said(verdict)}`;
  return `${invariant.padEnd(3)} ${name} <- ${how} (${seconds} s)`;
}

function noticed(): Map<string, string | undefined> {
  return new Map(rows.map(({ name, verdict }) => [name, verdict.kind === "failed" ? verdict.title : undefined]));
}
