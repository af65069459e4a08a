import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { connectors } from "../../connectors/index.ts";
import { dailyReserveVariable } from "../../src/config/crms.ts";
import { variables } from "../../src/config/variables.ts";

const text = await readFile(join(import.meta.dirname, "../../.env.example"), "utf8");
/** Each variable with the comment lines above it. */
const entries = [...text.matchAll(/^((?:#.*\n)+)([A-Z][A-Z0-9_]*)=/gm)].map(([, comment = "", name = ""]) => ({
  name,
  comment: comment.replace(/^# ?/gm, "").replace(/\s+/g, " ").trim(),
}));

describe(".env.example", () => {
  it("explains every variable of the service and of the connectors, and no other", () => {
    const theirs = connectors.flatMap(({ crm, environment }) => [...environment, dailyReserveVariable(crm)]);
    const wanted = [...variables, ...theirs];
    expect(entries.map(({ name }) => name).sort()).toEqual(wanted.map(({ name }) => name).sort());
    for (const { name, description } of wanted) {
      expect(entries.find((entry) => entry.name === name)?.comment).toContain(description);
    }
  });

  it("says each default", () => {
    for (const variable of variables) {
      if (variable.default === undefined) continue;
      expect(entries.find(({ name }) => name === variable.name)?.comment).toContain(variable.default);
    }
  });
});
