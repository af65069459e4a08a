/** What three sides of a field come to: the rule's outcome, once, for every base, ours, theirs and owner. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { FieldValue } from "../../connectors/connector.ts";
import { type Asks, compare, type Sides } from "../../src/drift/compare.ts";
import type { Owner, PlannedField, Writing } from "../../src/mapping/plan.ts";
import { isSameValue } from "../../src/sync/same-value.ts";

const source = { file: "crm.yaml", line: 1, column: 1, expression: "x" };
const planned = (value: FieldValue, writing: Writing = { write: "always" }): PlannedField => ({
  ...{ field: "City", value, refused: "fail", source },
  ...writing,
});

const OWNERS: Readonly<Record<Owner, Asks>> = {
  ...{ bookingbug: "write_back", crm: "leave", ask: "hold", report: "report" },
};

/** Few, so that sides are often the same, and some that a CRM writes otherwise. */
const value = fc.constantFrom<FieldValue>(
  ...["London", "Lisbon", "a@example.com", "A@Example.com", "2036-03-10T11:30:00Z", "2036-03-10T12:30:00+01:00"],
  ...[null, "", 7, "7", true, "true", "Tom & Ann", "<p>Tom &amp; Ann</p>"],
);
const owner = fc.constantFrom<Owner>("bookingbug", "crm", "ask", "report");

describe("the outcome of a field", () => {
  it("is its rule's, and after what it asks for a second sweep finds nothing new", () => {
    fc.assert(
      fc.property(value, value, value, owner, (base, ours, theirs, whose) => {
        expectTheRule({ base, ours, theirs }, whose);
        expectAnEnd({ base, ours, theirs }, whose);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is left to the person where the write rule of the mapping leaves it", () => {
    const sides = { base: "London", ours: "London", theirs: "Lisbon" };
    const kindFor = (writing: Writing, more: Partial<Sides> = {}): string =>
      compare({ ...sides, ...more }, { owner: "report", planned: planned(more.ours ?? sides.ours, writing) }).kind;
    expect(kindFor({ write: "on_create" })).toBe("left");
    expect(kindFor({ write: "when_empty" })).toBe("left");
    expect(kindFor({ write: "unless_edited" })).toBe("left");
    expect(kindFor({ write: "unless_edited" }, { ours: "Porto", theirs: "London" })).toBe("update_due");
    const order = ["new", "met", "won"];
    expect(kindFor({ write: "forward", order }, { base: "met", ours: "met", theirs: "won" })).toBe("left");
    expect(kindFor({ write: "forward", order }, { base: "met", ours: "met", theirs: "new" })).toBe("drifted");
  });

  it("is asked about where a person is to decide, although the edit is kept meanwhile", () => {
    const rule = { owner: "ask", planned: planned("Porto", { write: "unless_edited" }), mayHold: ["London"] } as const;
    const sides = { base: "Porto", ours: "Porto" };
    expect(compare({ ...sides, theirs: "Lisbon" }, rule)).toEqual({ kind: "drifted", asks: "hold" });
    expect(compare({ ...sides, theirs: "London" }, rule).kind).toBe("update_due");
  });

  it("is no drift where the CRM holds something else that we wrote", () => {
    const rule = { owner: "report", planned: planned("Porto"), mayHold: ["Lisbon"] } as const;
    expect(compare({ base: "London", ours: "Porto", theirs: "Lisbon" }, rule).kind).toBe("update_due");
  });
});

function expectTheRule(sides: Sides, whose: Owner): void {
  const outcome = compare(sides, { owner: whose, planned: planned(sides.ours) });
  const isBase = isSameValue(sides.base, sides.theirs);
  if (isSameValue(sides.ours, sides.theirs)) expect(outcome.kind).toBe(isBase ? "in_step" : "agreed");
  else expect(outcome).toEqual(isBase ? { kind: "update_due" } : { kind: "drifted", asks: OWNERS[whose] });
}

/** What is to be done is done once, and overwrites what a person typed where the rule says so alone. */
function expectAnEnd(sides: Sides, whose: Owner): void {
  const rule = { owner: whose, planned: planned(sides.ours) };
  const outcome = compare(sides, rule);
  const { next, isTheirs } = carriedOut(sides, outcome.kind === "drifted" ? outcome.asks : outcome.kind);
  const again = compare(next, { ...rule, isTheirs });
  const isKept = outcome.kind === "drifted" && ["hold", "report"].includes(outcome.asks);
  if (isKept) expect(again).toEqual(outcome);
  else expect(again.kind).toBe(isTheirs ? "left" : "in_step");
  const isOverwritten = !isSameValue(next.theirs, sides.theirs) && !isSameValue(sides.base, sides.theirs);
  expect(isOverwritten).toBe(outcome.kind === "drifted" && whose === "bookingbug");
}

/** What the outcome says is to be done, done. */
function carriedOut(sides: Sides, what: Asks | string): { next: Sides; isTheirs: boolean } {
  const { base, ours, theirs } = sides;
  switch (what) {
    case "update_due":
    case "write_back":
      return { next: { base: ours, ours, theirs: ours }, isTheirs: false };
    case "agreed":
      return { next: { base: theirs, ours, theirs }, isTheirs: false };
    case "leave":
      return { next: { base, ours, theirs }, isTheirs: true };
    default:
      return { next: sides, isTheirs: false };
  }
}
