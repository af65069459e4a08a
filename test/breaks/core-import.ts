/** Breaks of importing what was booked before the callbacks were set. */
import type { Break } from "../../bench/breaks-list.ts";

const APPLY = "src/import/apply-plan.ts";
const apply = (only: string) => ["test/import/apply.test.ts", only] as const;
const killed = ["test/import/killed.test.ts"] as const;
const priority = ["test/import/priority.test.ts"] as const;

export const breaks: readonly Break[] = [
  {
    name: "an import goes before what is live",
    file: "src/app/behind-live.ts",
    from: "priority: PRIORITY, ",
    to: "",
    caughtBy: priority,
    invariant: "Q12",
  },
  {
    name: "an import's purchases take calls of their own each",
    file: "src/app/behind-live.ts",
    from: "priority: PRIORITY, togetherEveryMs }",
    to: "priority: PRIORITY }",
    caughtBy: ["test/import/together.test.ts"],
    invariant: "Q12",
  },
  {
    name: "an import puts all of its purchases into the queues at once",
    file: APPLY,
    from: "await waiting.room(deps.mostWaiting);",
    to: "",
    caughtBy: priority,
    invariant: "Q12",
  },
  {
    name: "an import that was killed begins anew",
    file: APPLY,
    from: "    await deps.progress.save(name, at);\n",
    to: "",
    caughtBy: killed,
    invariant: "Q11",
  },
  {
    name: "an import reads what a callback brought meanwhile",
    file: APPLY,
    from: "if (await areHeardOf(deps, bookings)) return",
    to: "if (bookings.length === 0) return",
    caughtBy: apply("a callback brought meanwhile"),
    invariant: "Q11",
  },
  {
    name: "a plan whose list shifted while it was walked does not say so",
    file: "src/import/make-plan.ts",
    from: "hasShifted ||= [...totals].some((total) => total !== seen);",
    to: "",
    caughtBy: ["test/import/plan.test.ts", "where the list shifted"],
    invariant: "Q8",
  },
  {
    name: "that a plan may lack bookings is not told to who made it",
    file: "src/cli/import-text.ts",
    from: "hasShifted &&",
    to: "false &&",
    caughtBy: ["test/import/plan.test.ts", "where the list shifted"],
    invariant: "Q8",
  },
  {
    name: "a booking that the list of an import skipped is taken for one that takes place",
    file: APPLY,
    from: "listed.get(id) ?? { isCancelled: undefined }",
    to: "listed.get(id) ?? { isCancelled: false }",
    caughtBy: ["test/import/plan.test.ts", "list skipped"],
    invariant: "Q11",
  },
  {
    name: "an import does not ask whether somebody came",
    file: APPLY,
    from: "differingOf(row, row.attendance !== undefined)",
    to: "differingOf(row, false)",
    caughtBy: ["test/import/unsaid.test.ts", "somebody came"],
    invariant: "Q11",
  },
  {
    name: "an import asks for a booking where another one of its purchase is",
    file: "src/reconcile/statement.ts",
    from: "company: company_id };",
    to: "company: undefined };",
    caughtBy: ["test/import/unsaid.test.ts", "its own location"],
    invariant: "Q11",
  },
  {
    name: "a booking whose mark cannot be read is left out of an import",
    file: "src/reconcile/statement.ts",
    from: "!marked.includes(id) || open.includes(id)",
    to: "true",
    caughtBy: ["test/import/unsaid.test.ts", "without the mark"],
    invariant: "Q11",
  },
];
