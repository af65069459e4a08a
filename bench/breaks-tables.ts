/** The tables of breaks in the documents, each between two marks, and nothing of them in both. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ListedBreak } from "./breaks-list.ts";

/** Which lists are told where, by how their names begin. */
export const TABLES = [
  { document: "docs/breaks.md", lists: "core" },
  { document: "docs/security.md", lists: "defences" },
] as const;

const BEGIN = "<!-- biome-ignore format: written by test:breaks -->\n";
const END = "\n\n<!-- end of what is written -->";
const HEAD = "| | broken | in | noticed by | as |\n|---|---|---|---|---|";

/** @param noticed the case that noticed each break that was made, undefined where none did; the others keep their lines */
export function writeTables(
  root: string,
  breaks: readonly ListedBreak[],
  noticed: ReadonlyMap<string, string | undefined>,
): void {
  const before = TABLES.flatMap(({ document }) => readFileSync(join(root, document), "utf8").split("\n"));
  const row = (one: ListedBreak): string => {
    const known = before.find((text) => text.includes(`| ${cell(one.name)} |`));
    if (!noticed.has(one.name) && known !== undefined) return known;
    const title = noticed.get(one.name);
    const cells = [one.invariant, cell(one.name), `\`${one.file}\``, `\`${one.caughtBy[0]}\``];
    return `| ${cells.join(" | ")} | ${title === undefined ? "**nothing**" : cell(title)} |`;
  };
  for (const { document, lists } of TABLES) {
    const path = join(root, document);
    const own = breaks
      .filter(({ list }) => list.startsWith(lists))
      .toSorted((a, b) => a.invariant.localeCompare(b.invariant, "en", { numeric: true }));
    writeFileSync(path, withTable(readFileSync(path, "utf8"), [HEAD, ...own.map(row)].join("\n")));
  }
}

/** @returns what stands between the marks */
export function tableIn(text: string): string {
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END));
}

function withTable(text: string, table: string): string {
  return `${text.slice(0, text.indexOf(BEGIN) + BEGIN.length)}${table}${text.slice(text.indexOf(END))}`;
}

/** As it stands in a table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
