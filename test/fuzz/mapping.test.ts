/** Whatever an admin writes, it is a mapping or a list of problems with their places. Nothing throws, nothing hangs. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { bendText, randomFrom } from "../../bench/mutations.ts";
import { createCompiler } from "../../src/mapping/expression.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { MappingFileError } from "../../src/mapping/problems.ts";

const FILES = ["salesforce", "hubspot"].map((crm) => readFileSync(`mappings/${crm}.yaml`, "utf8"));
const settings = { tables: {}, currency: undefined, country: undefined, minorUnits: "by_currency" } as const;
const variables = { client: { first_name: "Ann", tags: ["a", "b"] }, booking: { price: 1_500 }, answers: {} };

function isHandled(text: string): boolean {
  try {
    parseMapping(text, "fuzz.yaml");
    return true;
  } catch (error) {
    if (!(error instanceof MappingFileError)) throw error;
    return error.problems.length > 0 && error.problems.every(({ line, column }) => line >= 1 && column >= 1);
  }
}

describe("a mapping file", () => {
  it("bent out of shape", () => {
    const bent = fc.tuple(fc.constantFrom(...FILES), fc.nat()).map(([file, seed]) => {
      const random = randomFrom(seed);
      return bendText(bendText(file, random), random);
    });
    fc.assert(fc.property(bent, isHandled), { numRuns: 300 });
  });

  it("of any text", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), isHandled), { numRuns: 500 });
  });

  it("of any YAML values in its places", () => {
    const shape = fc.record({ crm: fc.json(), companies: fc.json(), tables: fc.json(), objects: fc.json() });
    const text = shape.map((values) =>
      Object.entries(values)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(""),
    );
    fc.assert(fc.property(text, isHandled), { numRuns: 500 });
  });

  it.each([
    [
      "aliases that multiply",
      `a0: &a0 [x]\n${[...Array(40).keys()].map((n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`).join("\n")}`,
    ],
    ["an alias of itself", "crm: &a [*a]"],
    ["thousands of levels", "[".repeat(20_000)],
    [
      "levels by indentation",
      [...Array(2_000).keys()]
        .map((n) => `${" ".repeat(n)}a:`)
        .join("\n")
        .slice(0, 400_000),
    ],
    ["a tag that makes an object", 'crm: !!js/function "function () { return 1 }"'],
    ["a merge key", "base: &b { crm: hubspot }\n<<: *b\n"],
    ["a prototype", "crm: hubspot\n__proto__: { polluted: true }\nobjects: {}\n"],
    ["a very long file", "#".repeat(600_000)],
  ])("built to exhaust us: %s", (_what, text) => {
    expect(isHandled(text)).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("an expression", () => {
  const compiler = createCompiler(settings);
  /** Liquid's own errors are plain ones; what must not happen is a hang, or a way out of the given variables. */
  function evaluate(text: string): unknown {
    try {
      return compiler.compile(text)(variables);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      return undefined;
    }
  }

  it("of any text ends", () => {
    const piece = fc.constantFrom(
      "client.first_name",
      "|",
      "append:",
      "'x'",
      "{{",
      "}}",
      "{%",
      "%}",
      "for i in (1..9)",
      "if",
      "[0]",
      ".size",
      "upcase",
      "1e9",
      "..",
      "(",
      ")",
    );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(" ")),
    );
    fc.assert(
      fc.property(text, (one) => void evaluate(one)),
      { numRuns: 1_500 },
    );
  });

  it.each([
    ["constructor", "client.constructor.name"],
    ["prototype", "client.__proto__.toString"],
    ["method of a text", "client.first_name.constructor"],
    ["process", "process.env"],
    ["globalThis", "globalThis.process"],
  ])("reaches nothing but what it is given: %s", (_what, text) => {
    expect(evaluate(text) ?? undefined).toBeUndefined();
  });

  it.each([
    ["an endless loop", "{% for i in (1..1000000000) %}{{ i }}{% endfor %}"],
    ["loops in loops", `${"{% for i in (1..999) %}".repeat(8)}x${"{% endfor %}".repeat(8)}`],
    ["a text that doubles", `{% assign x = 'xxxxxxxxxx' %}${"{% assign x = x | append: x %}".repeat(40)}{{ x }}`],
    ["a file", "{% include '/etc/passwd' %}"],
    ["a template", "{% render 'x' %}"],
  ])("is stopped: %s", (_what, text) => {
    expect(() => compiler.compile(text)(variables)).toThrow();
  });
});
