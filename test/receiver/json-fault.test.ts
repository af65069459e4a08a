import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { jsonFault } from "../../src/receiver/json-fault.ts";

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
    expect(jsonFault(text)).toEqual({ line, column });
  });

  it("is beyond the end of everything that is JSON, and within what is cut short", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        expect(jsonFault(json)).toEqual({ line: 1, column: json.length + 1 });
        const shorter = json.slice(0, cut % json.length);
        expect(jsonFault(shorter).column).toBeLessThanOrEqual(shorter.length + 1);
      }),
      { numRuns: 300 },
    );
  });
});
