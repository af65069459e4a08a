/** Breaks of what edits, notifications, rounds, repairs and decisions come to in whatever order. */
import type { Break } from "../../bench/breaks-list.ts";

const order = (only: string) => ["test/drift/order.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "once an edit was left, nobody knows any more what we had written",
    file: "src/sync/apply-record.ts",
    from: "...oursLeft(judged, (field) => oursOf(known, field)),",
    to: "",
    caughtBy: order("an edit that was left twice"),
    invariant: "W17",
  },
  {
    name: "who takes back an edit that a notification has met is told to have edited",
    file: "src/drift/compare.ts",
    from: "const written = [base, ...mayHold];",
    to: "const written = mayHold.length > 1 ? mayHold : [base];",
    caughtBy: order("is asked about is taken back after it was left"),
    invariant: "W17",
  },
  {
    name: "what somebody typed as BookingBug says it stays an edit beside another edit",
    file: "src/drift/look.ts",
    from: "fields: drifted, ...also }",
    to: "fields: drifted }",
    caughtBy: order("typed as BookingBug says it beside an edit"),
    invariant: "W20",
  },
  {
    name: "who says of whom we found what BookingBug says is told to have edited once that changes",
    file: "src/drift/compare.ts",
    from: "mayHold.some((one) => isSameValue(one, theirs)) ?",
    to: "(mayHold.length === 0 ? [base] : mayHold).some((one) => isSameValue(one, theirs)) ?",
    caughtBy: order("who was merged is given what BookingBug says"),
    invariant: "W20",
  },
  {
    name: "a repair writes back what is to be reported only",
    file: "src/drift/repair.ts",
    from: 'asks === "write_back" && !isLink',
    to: 'asks !== "hold" && !isLink',
    caughtBy: order("a report is repaired beside"),
    invariant: "W18",
  },
  {
    name: "who takes BookingBug's word has what was typed kept all the same",
    file: "src/sync/applied-record.ts",
    from: "union(oursOf(record, field), [over[field] ?? null])",
    to: "union(oursOf(record, field), over[field] === undefined ? [null] : [])",
    caughtBy: order("takes the CRM's word, and then BookingBug's"),
    invariant: "W18",
  },
  {
    name: "what was typed after somebody looked is written over by their decision",
    file: "src/sync/write-rules.ts",
    from: '[planned.value, ...ours].some((one) => isSameValue(one, now)) ? undefined : "edited"',
    to: '[planned.value, ...ours].some((one) => isSameValue(one, now)) || ours.length > 1 ? undefined : "edited"',
    caughtBy: order("over what is not there any more"),
    invariant: "W18",
  },
];
