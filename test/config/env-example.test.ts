/** `.env.example` says of each variable what its declaration says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { variables } from "../../src/config/variables.ts";
import { everyVariable } from "./every-variable.ts";

const text = await readFile(join(import.meta.dirname, "../../.env.example"), "utf8");
/** Each variable with the comment lines above it. */
const entries = [...text.matchAll(/^((?:#.*\n)+)([A-Z][A-Z0-9_]*)=/gm)].map(([, comment = "", name = ""]) => ({
  name,
  comment: comment.replace(/^# ?/gm, "").replace(/\s+/g, " ").trim(),
}));
const commentOf = (name: string): string | undefined => entries.find((entry) => entry.name === name)?.comment;

describe(".env.example", () => {
  it("explains every variable of the service and of the connectors, and no other", () => {
    expect(entries.map(({ name }) => name).sort()).toEqual(everyVariable.map(({ name }) => name).sort());
    for (const { name, description } of everyVariable) expect(commentOf(name)).toContain(description);
  });

  it("says each default, and none that there is not", () => {
    const said = everyVariable.map(({ name }) => [name, /\(default: (.+)\)$/.exec(commentOf(name) ?? "")?.[1]]);
    expect(said).toEqual(everyVariable.map((variable) => [variable.name, variable.default]));
  });

  it("says of what has no default whether it is required", () => {
    for (const variable of variables.filter((one) => one.default === undefined)) {
      expect(commentOf(variable.name)).toMatch(variable.optional ? /\(optional\)$/ : /\(required\)$/);
    }
  });
});
