/**
 * `npm run test:breaks [-- --only core|defences] [--grep WORD] [--jobs 1] [--write]`: breaks the service on purpose, one
 * thing at a time in a copy of the repository, and runs the test that has to notice. Ends with 1 when one goes unnoticed.
 * `--write` says the result in docs/breaks.md, where those that were not run keep their lines.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Copy, copyRepository, type Verdict } from "./breaks-copy.ts";
import { type ListedBreak, loadBreaks } from "./breaks-list.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENT = join(ROOT, "docs/breaks.md");
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
if (values.write) writeFileSync(DOCUMENT, document(all));
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

function document(breaks: readonly ListedBreak[]): string {
  const found = new Map(rows.map((row) => [row.name, row]));
  const before = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, "utf8").split("\n") : [];
  const row = (one: ListedBreak): string => {
    const verdict = found.get(one.name)?.verdict;
    const known = before.find((text) => text.includes(`| ${cell(one.name)} |`));
    if (verdict === undefined && known !== undefined) return known;
    const noticed = verdict?.kind === "failed" ? cell(verdict.title) : "**nothing**";
    return `| ${one.invariant} | ${cell(one.name)} | \`${one.file}\` | \`${one.caughtBy[0]}\` | ${noticed} |`;
  };
  return [
    "# Breaks\n",
    "Written by `npm run test:breaks -- --write`: what was broken on purpose, one thing at a time, the invariant of",
    "[the specification](specification.md) that this breaches, and the test that noticed.\n",
    "| | broken | in | noticed by | as |\n|---|---|---|---|---|",
    ...breaks.toSorted((a, b) => a.invariant.localeCompare(b.invariant, "en", { numeric: true })).map(row),
    "",
  ].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
