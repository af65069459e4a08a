import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readJson } from "../../src/receiver/body.ts";
import { jsonFault } from "../../src/receiver/json-fault.ts";

const DEPTH = 100;
const MEGABYTE = 1_048_576;
/** What is linear takes a tenth of it, what is quadratic a thousandfold. */
const QUADRATIC_MS = 2_000;
const filled = (start: string, repeated: string, end = ""): string =>
  `${start}${repeated.repeat((MEGABYTE - start.length - end.length) / repeated.length)}${end}`;

describe("the place of a fault in what should be JSON", () => {
  it.each([
    ["", 1, 1],
    ["  nul", 1, 3],
    ["{a:1}", 1, 2],
    ['{"a" 1}', 1, 6],
    ['{"a":1,}', 1, 8],
    ["[1 2]", 1, 4],
    ["[1]]", 1, 4],
    ["[01]", 1, 3],
    ['{"a":\n\n  True}', 3, 3],
    ['"a\nb"', 1, 1],
    ['["\\x"]', 1, 2],
    ['{"a":{"b":[1,2}}', 1, 15],
    ["[", 1, 2],
  ])("of %j is line %i, column %i", (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonFault(text, DEPTH)).toEqual({ line, column });
  });

  it("is nowhere in what is JSON, and within what is cut short or spoilt", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3, unit: "binary" }), (json, cut, junk) => {
        expect(jsonFault(json, DEPTH)).toBeUndefined();
        const at = cut % json.length;
        for (const text of [json.slice(0, at), json.slice(0, at) + junk + json.slice(at)]) {
          if (isJson(text)) continue;
          expect(jsonFault(text, DEPTH)).toEqual({ line: expect.any(Number), column: expect.any(Number) });
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["opened and never closed", filled("", "["), "nested deeper than 100 levels"],
    ["objects in objects", filled("", '{"a":'), "nested deeper than 100 levels"],
    ["closed but once", filled("", "[", "]"), "nested deeper than 100 levels"],
    ["a text without an end", filled('"', "a"), "not JSON at line 1, column 1"],
    ["escapes without an end", filled('"', "\\\\"), "not JSON at line 1, column 1"],
    ["backslashes", filled("", "\\"), "not JSON at line 1, column 1"],
    ["quotes", filled("", '"'), "not JSON at line 1, column 3"],
    ["blanks", filled("", " ", "x"), `not JSON at line 1, column ${MEGABYTE}`],
    ["line ends", filled("", "\n", "x"), `not JSON at line ${MEGABYTE}, column 1`],
    ["a number and no end", filled("[", "1"), `not JSON at line 1, column ${MEGABYTE + 1}`],
    ["many empty lists", filled("[", "[],"), "more than 50000 values"],
    ["a comment", filled("[/*", "a"), "not JSON at line 1, column 2"],
  ])("in a megabyte of %s is found without delay, and the text is not repeated", (_what, text, message) => {
    expect(readJson(Buffer.from(text))).toMatchObject({ message });
    const start = process.cpuUsage();
    jsonFault(text, DEPTH);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(QUADRATIC_MS);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
