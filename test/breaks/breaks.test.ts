/** The lists of breaks are fit to be run, as `npm run test:breaks` does: each edit applies, each test and invariant exists. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { broken, loadBreaks } from "../../bench/breaks-list.ts";
import { cell, TABLES, tableIn } from "../../bench/breaks-tables.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const breaks = await loadBreaks(ROOT);

describe("every break", () => {
  it("applies: its text is in its file once, and changes there", () => {
    const faults = breaks.flatMap((one) => {
      const edited = broken(read(one.file), one);
      return "why" in edited || one.from === one.to
        ? [`${one.list}, ${one.name}, ${one.file}: ${Object.values(edited)[0]}`]
        : [];
    });
    expect(faults).toEqual([]);
    expect(breaks.length).toBeGreaterThan(44);
  });

  it("has a name of its own, and a test that exists", () => {
    expect(new Set(breaks.map(({ name }) => name)).size).toBe(breaks.length);
    expect(breaks.filter(({ caughtBy: [test] }) => !existsSync(join(ROOT, test)))).toEqual([]);
  });

  it("breaches an invariant of the specification", () => {
    const known = new Set([...read("docs/specification.md").matchAll(/\*\*([A-Z]\d+)\.\*\*/g)].map(([, id]) => id));
    expect(breaks.filter(({ invariant }) => !known.has(invariant))).toEqual([]);
  });

  it.each(TABLES)(
    "of the lists $lists is in $document, once, and noticed there; `npm run test:breaks -- --write` writes it anew",
    ({ document, lists }) => {
      const told = tableIn(read(document));
      const names = breaks.filter(({ list }) => list.startsWith(lists)).map(({ name }) => name);
      expect(names.filter((name) => told.split(`| ${cell(name)} |`).length !== 2)).toEqual([]);
      expect(told.split("\n")).toHaveLength(names.length + 2);
      expect(told).not.toContain("**nothing**");
      expect(names.length).toBeGreaterThan(50);
    },
  );

  it("is of the core or of the defences", () => {
    expect(breaks.filter(({ list }) => !TABLES.some(({ lists }) => list.startsWith(lists)))).toEqual([]);
  });
});
