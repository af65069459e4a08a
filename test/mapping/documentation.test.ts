/** Every example of docs/mappings.md does what the document says. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { Liquid } from "liquidjs";
import { parse } from "yaml";
import { createCompiler } from "../../src/mapping/expression.ts";
import { registerFilters } from "../../src/mapping/filters/index.ts";
import { mappingJsonSchema } from "../../src/mapping/json-schema.ts";
import { parseMapping } from "../../src/mapping/parse.ts";

const text = readFileSync(new URL("../../docs/mappings.md", import.meta.url), "utf8");
const blocks = (kind: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`yaml ${kind}\n([\\s\\S]*?)\`\`\``, "g"))].map((match) => match[1] ?? "");

const settings = {
  tables: { colour: { booked: "green", cancelled: "red" } },
  currency: "GBP",
  country: "GB",
  minorUnits: "by_currency",
} as const;

describe("docs/mappings.md", () => {
  const compiler = createCompiler(settings);
  it.each(
    blocks("example")
      .map((block) => parse(block))
      .map((example) => [example.value, example]),
  )("%s", (_name, example) => {
    expect(compiler.compile(example.value)(example.given)).toEqual(example.result);
  });

  it("shows a whole file that is valid", () => {
    const [file] = blocks("mapping");
    expect(parseMapping(file ?? "", "docs/mappings.md").sections.map((section) => section.name)).toEqual([
      "contact",
      "appointment",
    ]);
  });

  it("has an example for every filter of ours", () => {
    const ours = new Liquid();
    const before = new Set(Object.keys(ours.filters));
    registerFilters(ours, settings);
    const names = Object.keys(ours.filters).filter((name) => !before.has(name));
    expect(names.filter((name) => !blocks("example").some((block) => block.includes(`| ${name}`)))).toEqual([]);
  });
});

describe("mappings/mapping.schema.json", () => {
  it("is the one generated from the schema that checks the files; `npm run schema` writes it anew", () => {
    const stored = readFileSync(new URL("../../mappings/mapping.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(stored)).toEqual(JSON.parse(mappingJsonSchema()));
  });
});
