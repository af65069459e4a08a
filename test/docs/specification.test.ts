/** docs/specification.md and the tests speak of the same invariants: each has a test that names it, and none is made up. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const specified = [...read("docs/specification.md").matchAll(/^- \*\*([A-Z]\d+)\.\*\* /gm)].map(([, id = ""]) => id);
const named = globSync(["test/**/*.test.ts", "test/**/*-cases.ts", "connectors/conformance/*.ts"], {
  cwd: ROOT,
}).flatMap((file) => [...read(file).matchAll(/\[([A-Z]\d+)\]/g)].map(([, id = ""]) => ({ file, id })));

describe("an invariant of the specification", () => {
  it("has a number of its own, in order within its group", () => {
    const groups = Map.groupBy(specified, ([letter]) => letter);
    for (const [letter, ids] of groups) expect(ids).toEqual(ids.map((_, index) => `${letter}${index + 1}`));
    expect(new Set(specified).size).toBe(specified.length);
    expect(specified.length).toBeGreaterThan(40);
  });

  it("is named by a test that defends it", () => {
    const defended = new Set(named.map(({ id }) => id));
    expect(specified.filter((id) => !defended.has(id))).toEqual([]);
  });

  it("is there for every number that a test or a document names", () => {
    const known = new Set(specified);
    expect(named.filter(({ id }) => !known.has(id))).toEqual([]);
    const [, table = ""] = read("docs/reliability.md").split("## Kept how");
    const cells = [...table.matchAll(/^\| ((?:[A-Z]\d+(?:, )?)+) +\|/gm)].flatMap(([, ids = ""]) => ids.split(", "));
    expect(cells.filter((id) => !known.has(id))).toEqual([]);
    expect(cells.length).toBeGreaterThan(20);
  });
});
