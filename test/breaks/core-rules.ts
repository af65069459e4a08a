/** Breaks of the rules of a mapping on who owns a field. */
import type { Break } from "../../bench/breaks-list.ts";

const RULES = "src/sync/write-rules.ts";
const caught = (only: string) => ["test/e2e/write-rules.test.ts", only] as const;
const deleted = (only: string) => ["test/e2e/cancelled-delete.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a lifecycle is set back",
    file: RULES,
    from: 'return reached > step ? "not_forward" : undefined;',
    to: "return undefined;",
    caughtBy: caught("is not set back"),
    invariant: "W11",
  },
  {
    name: "what the order of a lifecycle does not know is written over",
    file: RULES,
    from: 'if (reached === undefined) return "crm_not_in_order";',
    to: "if (reached === undefined) return undefined;",
    caughtBy: caught("leaves alone what the order does not know"),
    invariant: "W11",
  },
  {
    name: "a new record gets a value that its order does not know",
    file: RULES,
    from: 'planned.write === "forward" && !needsLook(planned)',
    to: 'planned.write === "forward" && planned.order.length === 0',
    caughtBy: caught("leaves alone what the order does not know"),
    invariant: "W11",
  },
  {
    name: "an adopted record's lifecycle is decided without a look",
    file: "src/sync/written-record.ts",
    from: "const guarded = plan.fields.filter(needsLook).map((planned) => planned.field);",
    to: "const guarded: string[] = [];",
    caughtBy: caught("of a record that we never wrote"),
    invariant: "W12",
  },
  {
    name: "what a person edited is written over",
    file: RULES,
    from: '? "asked" : "edited";',
    to: '? "asked" : undefined;',
    caughtBy: caught("is theirs once edited"),
    invariant: "W12",
  },
  {
    name: "what we wanted and did not write counts as what we last wrote",
    file: "src/sync/update-record.ts",
    from: "        ...oursLeft(judged, (field) => withoutGranted(known, field)),\n",
    to: "",
    caughtBy: caught("is ours again once"),
    invariant: "W12",
  },
  {
    name: "a lost answer makes a booking's field a person's",
    file: "src/sync/begun.ts",
    from: "withUnsureFields(record, fields, may), links)",
    to: "withUnsureFields(record, fields), links)",
    caughtBy: caught("write of a appointment was lost"),
    invariant: "W12",
  },
  {
    name: "a lost answer makes a contact's field a person's",
    file: "src/sync/held-records.ts",
    from: "...(ours !== undefined && { ours }), tried }",
    to: "tried }",
    caughtBy: caught("write of a contact was lost"),
    invariant: "W12",
  },
  {
    name: "a cancelled booking's record is written although it is to be deleted",
    file: "src/sync/pass-work.ts",
    from: "if (plan.gone) await this.records.remove(plan);",
    to: "if (plan.gone && plan.key === '') await this.records.remove(plan);",
    caughtBy: deleted("is deleted, alone"),
    invariant: "B3",
  },
  {
    name: "a record that only the CRM knows of outlives its booking's cancellation",
    file: "src/sync/remove-record.ts",
    from: "known !== undefined && isCertain ? undefined :",
    to: "known !== undefined || isCertain ? undefined :",
    caughtBy: deleted("although nobody knows"),
    invariant: "B3",
  },
];
