/** Breaks of looking for what people did in the CRMs, and of showing it. */
import type { Break } from "../../bench/breaks-list.ts";

const STORE = "src/drift/store.ts";
const kept = (only: string) => ["test/drift/store.test.ts", only] as const;
const told = (only: string) => ["test/admin/reconciliation.test.ts", only] as const;
const alerted = (only: string) => ["test/alerts/alerts.test.ts", only] as const;
const timeline = (only: string) => ["test/drift/told.test.ts", only] as const;
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
  {
    name: "the overview is green where records were deleted in a CRM",
    file: "src/admin/views/drift-words.ts",
    from: 'all.some(({ drift }) => drift.deleted > 0) && "Records deleted",',
    to: "false,",
    caughtBy: told("is not green where something was deleted"),
    invariant: "Q15",
  },
  {
    name: "the overview is alarmed where somebody edited in a CRM",
    file: "src/admin/views/drift-words.ts",
    from: "all.some(({ drift }) => drift.ask > 0)",
    to: "all.some(({ drift }) => drift.edited > 0)",
    caughtBy: told("is green on the overview where somebody edited"),
    invariant: "Q15",
  },
  {
    name: "an edit in a CRM is an alert",
    file: "src/health/crm.ts",
    from: "drift({ crm, drift: { deleted, ask } }: CrmFacts)",
    to: "drift({ crm, drift: { edited: deleted, ask } }: CrmFacts)",
    caughtBy: alerted("and of edits never"),
    invariant: "Q15",
  },
  {
    name: "nobody is told that an edit waits for a decision",
    file: "src/alerts/conditions.ts",
    from: '  "schema",\n]);',
    to: '  "schema",\n  "asked",\n]);',
    caughtBy: alerted("and of edits never"),
    invariant: "Q15",
  },
  {
    name: "when a round over a CRM ended is forgotten as the next one begins",
    file: "src/drift/round.ts",
    from: ".del(lookedKey).exec();\n    },\n\n    async save",
    to: ".del(lookedKey).del(endedKey).exec();\n    },\n\n    async save",
    caughtBy: ["test/metrics/metrics.test.ts", "when a round over it ended"],
    invariant: "Q15",
  },
  {
    name: "an edit in a CRM is in the timeline once for every round",
    file: "src/drift/told.ts",
    from: 'before?.kind === "drifted" ? before.fields.map(({ field }) => field) : []',
    to: 'before?.kind === "drifted" ? [before.id] : []',
    caughtBy: timeline("tells of an edit once"),
    invariant: "Q19",
  },
  {
    name: "the timeline does not tell that an edit in a CRM is settled",
    file: "src/drift/keep.ts",
    from: "news.push(toldAsSettled(before));",
    to: "",
    caughtBy: timeline("tells of an edit once"),
    invariant: "Q19",
  },
  {
    name: "a round begins the timeline of somebody who was forgotten",
    file: "src/synclog/timeline.ts",
    from: "redis.call('RPUSHX', KEYS[1], ARGV[1])",
    to: "redis.call('RPUSH', KEYS[1], ARGV[1])",
    caughtBy: timeline("begins no timeline"),
    invariant: "Q19",
  },
  {
    name: "who may only look reads in a timeline who edited in a CRM",
    file: "src/admin/veil.ts",
    from: "what.fields.map(({ by: _, ...one }) => ({ ...one, from",
    to: "what.fields.map((one) => ({ ...one, from",
    caughtBy: timeline("shows values and editors to operators alone"),
    invariant: "Q19",
  },
  {
    name: "who edited in a CRM and is forgotten takes the purchase along",
    file: "src/operate/forget/find-purchases.ts",
    from: "hasEmail(withoutEditors(text, entry))",
    to: "hasEmail(text)",
    caughtBy: timeline("is not about who edited"),
    invariant: "Q19",
  },
];
