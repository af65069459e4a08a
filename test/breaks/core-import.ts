/** Breaks of importing what was booked before the callbacks were set. */
import type { Break } from "../../bench/breaks-list.ts";

const APPLY = "src/import/apply-plan.ts";
const plan = (only: string) => ["test/import/plan.test.ts", only] as const;
const apply = (only: string) => ["test/import/apply.test.ts", only] as const;
const killed = ["test/import/killed.test.ts"] as const;
const priority = ["test/import/priority.test.ts"] as const;

export const breaks: readonly Break[] = [
  {
    name: "an import goes before what is live",
    file: "src/app/import.ts",
    from: "settings: { ...queueSettings, priority: PRIORITY },",
    to: "settings: queueSettings,",
    caughtBy: priority,
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
    name: "an import brings what was cancelled since the plan was made",
    file: APPLY,
    from: "if (isCancelled === true) cancelled.add(id);",
    to: "if (isCancelled === true) cancelled.delete(id);",
    caughtBy: apply("cancelled since"),
    invariant: "Q11",
  },
  {
    name: "a plan is good for ever",
    file: APPLY,
    from: "> DAY_MS) {",
    to: "> 1_000 * DAY_MS) {",
    caughtBy: apply("older than a day"),
    invariant: "Q11",
  },
  {
    name: "a plan is carried out with other mappings",
    file: APPLY,
    from: "if (mappingsId(deps.mappings) !== mappings) {",
    to: 'if (mappings === "") {',
    caughtBy: apply("mappings that have changed"),
    invariant: "Q11",
  },
  {
    name: "half a plan passes for a plan",
    file: "src/import/plan-file.ts",
    from: 'if (!ended) throw noPlan(path, "it has no end");',
    to: "",
    caughtBy: apply("without its end"),
    invariant: "Q11",
  },
  {
    name: "an import brings what is past without being asked",
    file: "src/import/choose.ts",
    from: "(withPast || startMs >= Date.parse(madeAt))",
    to: "startMs > 0",
    caughtBy: plan("past or cancelled"),
    invariant: "Q11",
  },
  {
    name: "an import brings a purchase's cancelled bookings with the others",
    file: APPLY,
    from: "    leaveOut(readBack.body, new Set(leftOut));\n",
    to: "",
    caughtBy: apply("asked for alone"),
    invariant: "Q11",
  },
  {
    name: "a plan counts a person with each of their purchases",
    file: "src/import/forecast.ts",
    from: "if (before !== undefined) {",
    to: "if (before === who) {",
    caughtBy: plan("who is held"),
    invariant: "Q11",
  },
  {
    name: "a plan of bookings that could not all be looked at is left behind",
    file: "src/import/make-plan.ts",
    from: "    await writer.discard();\n",
    to: "    await writer.finish();\n",
    caughtBy: plan("leaves no plan"),
    invariant: "Q11",
  },
];
