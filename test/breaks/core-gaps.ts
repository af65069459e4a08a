/** Breaks of what is said of mappings and of what a preview shows, and of leaving out where several things are refused. */
import type { Break } from "../../bench/breaks-list.ts";

const mistake = (only: string) => ["test/mapping/mistakes.test.ts", only] as const;
const refused = (only: string) => ["test/e2e/refused-address.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "duplicate rules are asked for where there are none, and nobody says so",
    file: "src/mapping/check.ts",
    from: "if (duplicateRules !== undefined && description.hasDuplicateRules !== true) {",
    to: "if (duplicateRules !== undefined && description.hasDuplicateRules === false) {",
    caughtBy: mistake("hubspot rules that it does not have"),
    invariant: "P9",
  },
  {
    name: "what nobody can convert is to be followed, and nobody says so",
    file: "src/mapping/check.ts",
    from: "if (converted !== undefined && description.canBeConverted !== true) {",
    to: "if (converted !== undefined && description.canBeConverted === undefined) {",
    caughtBy: mistake("following what nobody can convert"),
    invariant: "B11",
  },
  {
    name: "a preview lists fields of a converted lead as if they were written",
    file: "src/operate/preview-purchase.ts",
    from: "if (to !== undefined) return",
    to: "if (to !== undefined && to.object === plan.object) return",
    caughtBy: ["test/e2e/living-on.test.ts", "is shown so by a preview"],
    invariant: "B11",
  },
  {
    name: "a person's retry leaves out what was refused before",
    file: "src/operate/retry.ts",
    from: "purchaseIds.map((purchaseId) => ledger.askAgain(purchaseId))",
    to: "purchaseIds.map((purchaseId) => ledger.load(purchaseId))",
    caughtBy: refused("is written when they have the purchase tried again"),
    invariant: "W10",
  },
  {
    name: "a person's retry tries again what was refused of bookings, and not of people",
    file: "src/sync/pass-work.ts",
    from: "before.again === undefined ? ledger : nothingRefused(ledger)",
    to: "before.again !== undefined ? ledger : nothingRefused(ledger)",
    caughtBy: refused("is written when they have the purchase tried again"),
    invariant: "W10",
  },
  {
    name: "a person's retry tries again what was refused of people, and not of bookings",
    file: "src/sync/ledger.ts",
    from: "[key, withoutRefused(record)]",
    to: "[key, { ...withoutRefused(record), ...record }]",
    caughtBy: ["test/sync/ledger.test.ts", "has nothing that counts as refused"],
    invariant: "W10",
  },
  {
    name: "what a person had tried again once is tried with each repetition",
    file: "src/sync/reconcile.ts",
    from: "if (before.again !== undefined)",
    to: "if (before.again === before.doubt && before.again !== undefined)",
    caughtBy: refused("is not tried with the next repetition"),
    invariant: "O4",
  },
  {
    name: "of several errors of a row the first is told alone",
    file: "connectors/salesforce/errors.ts",
    from: "[...new Set(faults.flatMap(fieldsOf))]",
    to: "[...new Set(faults.slice(0, 1).flatMap(fieldsOf))]",
    caughtBy: refused("in errors of their own"),
    invariant: "W3",
  },
  {
    name: "what has to be there is left unsaid, and the rest is left out",
    file: "src/sync/leave-out.ts",
    from: "if (refused.length < named.length) return [];",
    to: "if (refused.length > named.length) return [];",
    caughtBy: refused("of which one has to be there"),
    invariant: "W10",
  },
  {
    name: "a CRM that names one field after the other is asked without end",
    file: "src/sync/leave-out.ts",
    from: "const ANSWERS = 4;",
    to: "const ANSWERS = 40;",
    caughtBy: ["test/e2e/refused-property.test.ts", "is asked about four times at most"],
    invariant: "W10",
  },
  {
    name: "HubSpot's refusal of a value names no property",
    file: "connectors/hubspot/errors.ts",
    from: 'category === undefined || category === "VALIDATION_ERROR" ? named : []',
    to: "category === undefined && named.length > 9 ? named : []",
    caughtBy: ["test/e2e/refused-property.test.ts", "at one further call"],
    invariant: "W10",
  },
  {
    name: "a long answer keeps its appointment out of Salesforce",
    file: "mappings/salesforce.yaml",
    from: "answers_text | truncate_to: 30000",
    to: "answers_text",
    caughtBy: ["test/e2e/lifecycle.test.ts", "longer than Salesforce's description"],
    invariant: "W1",
  },
];
