/** Breaks of looking for what people did in the CRMs, and of showing it. */
import type { Break } from "../../bench/breaks-list.ts";

const STORE = "src/drift/store.ts";
const CHANGED = "src/drift/changed.ts";
const changed = (only: string) => ["test/drift/changed.test.ts", only] as const;
const kept = (only: string) => ["test/drift/store.test.ts", only] as const;
const page = (only: string) => ["test/admin/drift.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "the appointment of somebody who was merged is told as edited",
    file: "src/drift/look.ts",
    from: "return fields.filter((_, index) => !followed[index]);",
    to: "return fields.filter((_, index) => followed.length > index);",
    caughtBy: ["test/drift/sweep.test.ts", "names an edit with its three sides"],
    invariant: "Q17",
  },
  {
    name: "what we wrote ourselves is read again to find nothing",
    file: CHANGED,
    from: "changed.filter((id) => !ours.has(id))",
    to: "changed.filter((id) => !ours.has(id.slice(1)))",
    caughtBy: changed("by our own hand is no difference"),
    invariant: "Q19",
  },
  {
    name: "an edit that was told while a pass was under way is never looked at",
    file: CHANGED,
    from: "lookAgain(counted(round, { underWay: 1 }), purchaseId)",
    to: "counted(round, { underWay: 1 })",
    caughtBy: changed("while a pass was under way"),
    invariant: "Q19",
  },
  {
    name: "what could not be looked at is not asked for again",
    file: "src/drift/asking.ts",
    from: "const left = isDone ? {",
    to: "const left = isDone || calls >= 0 ? {",
    caughtBy: changed("is asked for again from the same moment"),
    invariant: "Q19",
  },
  {
    name: "a round does not say whose the records are",
    file: "src/drift/sweep.ts",
    from: "else await deps.ledger.noteRecords(id, found.records, at);",
    to: "",
    caughtBy: changed("is somebody else's, or of a purchase"),
    invariant: "Q19",
  },
  {
    name: "whose a record was is kept of who was forgotten",
    file: "src/sync/erase-purchase.ts",
    from: "    ...named.flat(),\n",
    to: "",
    caughtBy: changed("is of nobody who was forgotten"),
    invariant: "Q19",
  },
  {
    name: "what somebody typed as BookingBug says it stays an edit",
    file: "src/drift/keep.ts",
    from: "if (looked.agreed !== undefined) await",
    to: "if (looked.agreed?.length === 0) await",
    caughtBy: ["test/e2e/owner.test.ts", "counts as ours once somebody gave it"],
    invariant: "W19",
  },
  {
    name: "a value that is the CRM's by hand passes for what we wrote",
    file: "src/drift/compare.ts",
    from: "mayHold.length === 0 ? [base] : mayHold",
    to: "[base, ...mayHold]",
    caughtBy: ["test/e2e/owner.test.ts", "counts as ours once somebody gave it"],
    invariant: "W19",
  },
  {
    name: "what drifted is kept without bound",
    file: STORE,
    from: "(await redis.hlen(entries)) >= most",
    to: "(await redis.hlen(entries)) >= most * 1_000",
    caughtBy: kept("no more than there is room for"),
    invariant: "Q18",
  },
  {
    name: "a record that was deleted stays on the list of its edited field",
    file: STORE,
    from: "for (const list of before === undefined ? [] : listsOf(before)) writing.zrem(keyOf(list), name);",
    to: "",
    caughtBy: kept("moves a record to another list"),
    invariant: "Q18",
  },
  {
    name: "who may only look reads what people typed in a CRM",
    file: "src/admin/veil.ts",
    from: "fields: entry.fields.map(maskDriftedField)",
    to: "fields: entry.fields",
    caughtBy: page("neither what is in them nor by whom"),
    invariant: "Q18",
  },
  {
    name: "who may only look reads who edited in a CRM",
    file: "src/admin/views/drift.ts",
    from: "${namesEditors && counted(",
    to: "${counted(",
    caughtBy: page("neither what is in them nor by whom"),
    invariant: "Q18",
  },
  {
    name: "a page of records with many edited fields has no bound",
    file: "src/admin/views/drifted-record.ts",
    from: ".slice(0, FIELDS)",
    to: "",
    caughtBy: page("stays small however much drifted"),
    invariant: "Q18",
  },
];
