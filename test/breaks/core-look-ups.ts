/** Breaks of finding in the CRM what a mapping does not make. */
import type { Break } from "../../bench/breaks-list.ts";

const LOOK_UPS = "src/sync/look-ups.ts";
const system = (only: string) => ["test/e2e/look-ups.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a user who has left is taken for the owner",
    file: LOOK_UPS,
    from: "if (meant.length > 0) return oneOf(lookUp, meant);",
    to: "if (records.length > 0) return oneOf(lookUp, records);",
    caughtBy: system("passed over where it is not active"),
    invariant: "W13",
  },
  {
    name: "what is not found goes without, whatever the mapping says",
    file: LOOK_UPS,
    from: 'if (none === "hold") throw',
    to: 'if (none === "fail") throw',
    caughtBy: system("holds the appointment alone"),
    invariant: "W13",
  },
  {
    name: "one look-up that fails holds up the whole booking",
    file: "src/sync/plan-purchase.ts",
    from: "reads.some((name) => failed.has(name))",
    to: "failed.size > 0 || reads.length > 9",
    caughtBy: system("holds the appointment alone"),
    invariant: "W13",
  },
  {
    name: "every booking looks for its owner anew",
    file: LOOK_UPS,
    from: "if (known !== undefined) return known;",
    to: "",
    caughtBy: system("is asked for once"),
    invariant: "W13",
  },
  {
    name: "what was found before a failure is believed after it",
    file: "src/sync/pass-work.ts",
    from: "if (this.notes.failures.length > 0) this.lookUps.forget();",
    to: "",
    caughtBy: system("until somebody is"),
    invariant: "W13",
  },
  {
    name: "who has left since they were found costs the booking",
    file: LOOK_UPS,
    from: "for (const { id } of known ?? []) believed.add(id);",
    to: "",
    caughtBy: system("is looked for anew, and the booking goes on"),
    invariant: "W2",
  },
  {
    name: "a record is tried again for an owner who was looked for just now",
    file: LOOK_UPS,
    from: "const records = await connector.find(query);\n    cache",
    to: "const records = await connector.find(query);\n    for (const { id } of records) believed.add(id);\n    cache",
    caughtBy: system("looked for just now fails at once"),
    invariant: "W2",
  },
  {
    name: "of several open opportunities the oldest is taken, whatever the mapping says",
    file: LOOK_UPS,
    from: 'several === "newest" ? (byAge.at(-1) ?? first) : first',
    to: "first",
    caughtBy: system("the newest of several"),
    invariant: "W13",
  },
];
