/** What undoing makes of timelines, of what the CRM holds and of what the ledger says; nothing is asked or written here. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { FieldValue } from "../../../connectors/connector.ts";
import { chosenPasses } from "../../../src/operate/undo/choice.ts";
import { isAsMade, judge } from "../../../src/operate/undo/judge.ts";
import { gather } from "../../../src/operate/undo/written.ts";
import type { ActionEntry, PassEntry, RecordEntry } from "../../../src/synclog/entries.ts";

type Change = RecordEntry["changes"][number];

function pass(minute: number, version: string, changes: readonly Change[], action: RecordEntry["action"] = "updated") {
  const record = { key: "a:1", section: "a", bookingId: "1", object: "Event", id: "e1", skipped: [] };
  const entry: PassEntry = {
    kind: "pass",
    crm: "salesforce",
    at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
    durationMs: 1,
    outcome: "applied",
    times: 1,
    notifications: [],
    mappings: [version],
    records: [{ ...record, action, changes: [...changes] }],
    failures: [],
    asked: { lookUps: 0, writes: 1 },
  };
  return entry;
}

const NOTHING_KNOWN = { base: undefined, externalIds: new Set<string>() };

function verdictsOf(entries: readonly PassEntry[], now: FieldValue) {
  const gathering = gather({ kind: "version", version: "new" });
  gathering.add("7", entries);
  return gathering.records().flatMap((record) => judge(record, { ...NOTHING_KNOWN, live: { F: now } }));
}

describe("what a field held before the chosen passes [T1]", () => {
  it("is what the first of those that follow on each other found", () => {
    const entries = [
      pass(1, "old", [{ field: "F", from: "w", to: "x" }]),
      pass(2, "new", [{ field: "F", from: "x", to: "y" }]),
      pass(3, "new", [{ field: "F", to: "y" }]),
      pass(4, "new", [{ field: "F", from: "y", to: "z" }]),
    ];
    expect(verdictsOf(entries, "z")).toMatchObject([{ do: "give_back", from: "x", to: "z" }]);
  });

  it("is what came between them, whoever wrote it", () => {
    const by = (between: PassEntry[], from: string) =>
      verdictsOf(
        [
          pass(1, "new", [{ field: "F", from: "x", to: "y" }]),
          ...between,
          pass(4, "new", [{ field: "F", from, to: "z" }]),
        ],
        "z",
      );
    expect(by([pass(2, "old", [{ field: "F", from: "y", to: "q" }])], "q")).toMatchObject([{ from: "q" }]);
    expect(by([], "typed by a person")).toMatchObject([{ from: "typed by a person" }]);
  });

  it("is not known where nobody looked, and where it was too long to be kept", () => {
    const cut = `${"x".repeat(2_000)}… (9000 characters)`;
    expect(verdictsOf([pass(1, "new", [{ field: "F", to: "z" }])], "z")).toMatchObject([{ why: "not_known" }]);
    expect(verdictsOf([pass(1, "new", [{ field: "F", from: cut, to: "z" }])], "z")).toMatchObject([
      { why: "too_long" },
    ]);
  });
});

describe("what is given back [T1] [T2]", () => {
  const value = fc.constantFrom("a", "b", "c", null, 1, "1", "A@x.org", "a@x.org");

  it("is only where the CRM and the ledger hold what was written, and never an external id", () => {
    fc.assert(
      fc.property(
        value,
        value,
        value,
        fc.option(value, { nil: undefined }),
        fc.boolean(),
        (from, to, now, last, isId) => {
          const gathering = gather({ kind: "version", version: "new" });
          gathering.add("7", [pass(1, "new", [{ field: "F", from, to }])]);
          const seen = {
            live: { F: now },
            base: last === undefined ? undefined : { F: last },
            externalIds: new Set(isId ? ["F"] : []),
          };
          const [verdict] = gathering.records().flatMap((record) => judge(record, seen));
          if (verdict?.do !== "give_back") return;
          expect(isId).toBe(false);
          const loosely = (one: FieldValue | undefined) => String(one ?? "").toLowerCase();
          expect(loosely(now)).toBe(loosely(to));
          if (last !== undefined) expect(loosely(last)).toBe(loosely(to));
          expect(verdict.from).toBe(from);
        },
      ),
    );
  });

  it("is no external id, although the CRM holds what was written", () => {
    const gathering = gather({ kind: "version", version: "new" });
    gathering.add("7", [pass(1, "new", [{ field: "F", from: "x", to: "y" }])]);
    const seen = { live: { F: "y" }, base: undefined, externalIds: new Set(["F"]) };
    expect(gathering.records().flatMap((record) => judge(record, seen))).toMatchObject([{ why: "external_id" }]);
  });

  it("is nothing that a pass wrote again that is not undone, or of a record that is gone", () => {
    const first = pass(1, "new", [{ field: "F", from: "x", to: "y" }]);
    expect(verdictsOf([first, pass(2, "old", [{ field: "F", from: "y", to: "y" }])], "y")).toMatchObject([
      { why: "written_again" },
    ]);
    const gathering = gather({ kind: "version", version: "new" });
    gathering.add("7", [first]);
    const [record] = gathering.records();
    expect(record && judge(record, { ...NOTHING_KNOWN, live: "gone" })).toMatchObject([{ why: "gone" }]);
  });

  it("is nothing of a record that was made; whether it is as it was made is known", () => {
    const gathering = gather({ kind: "version", version: "new" });
    gathering.add("7", [
      pass(1, "new", [{ field: "F", to: "y" }], "created"),
      pass(2, "new", [{ field: "F", from: "y", to: "z" }]),
    ]);
    const [record] = gathering.records();
    if (record === undefined) throw new Error("no record");
    expect(record.became).toBe("created");
    expect(judge(record, { ...NOTHING_KNOWN, live: { F: "z" } })).toEqual([]);
    expect(isAsMade(record, { ...NOTHING_KNOWN, live: { F: "z" } })).toBe(true);
    expect(isAsMade(record, { ...NOTHING_KNOWN, live: { F: "by hand" } })).toBe(false);
  });
});

describe("the passes of a job [T1]", () => {
  it("are those after its action, until the first that ended", () => {
    const action: ActionEntry = { kind: "action", crm: "salesforce", at: "", by: "ops", action: "retry", job: "j1" };
    const retrying = { ...pass(2, "new", []), outcome: "retrying" as const };
    const [before, ended, later] = [pass(1, "new", []), pass(3, "new", []), pass(4, "new", [])];
    const chosen = chosenPasses([before, action, retrying, ended, later], { kind: "job", job: "j1" });
    expect([...chosen]).toEqual([retrying, ended]);
  });
});
