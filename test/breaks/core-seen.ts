/** Breaks of what is told of walks over BookingBug's bookings. */
import type { Break } from "../../bench/breaks-list.ts";

const RECONCILE = "src/reconcile/reconcile.ts";
const STANDING = "src/reconcile/standing.ts";
const WHY = "src/reconcile/why.ts";
const history = (only: string) => ["test/reconcile/history.test.ts", only] as const;
const standing = (only: string) => ["test/reconcile/standing.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what waits or failed counts as in the CRM",
    file: "src/reconcile/compare.ts",
    from: "return isSettled && known !== undefined",
    to: "return (isSettled || true) && known !== undefined",
    caughtBy: history("of no CRM that it has what failed there"),
    invariant: "Q13",
  },
  {
    name: "the same is told each night",
    file: RECONCILE,
    from: "if (await deps.unmended.leave(row)) neverCame",
    to: "if ((await deps.unmended.leave(row)) || true) neverCame",
    caughtBy: history("is told once"),
    invariant: "Q13",
  },
  {
    name: "what was told is told again once it can be read",
    file: RECONCILE,
    from: "if (await deps.unmended.mend(row)) neverCame",
    to: "if ((await deps.unmended.mend(row)) || true) neverCame",
    caughtBy: history("is told once"),
    invariant: "Q13",
  },
  {
    name: "a time without a web process explains nothing",
    file: WHY,
    from: "Date.parse(absence.to) > from",
    to: "Date.parse(absence.to) < from",
    caughtBy: history("why it can be: down"),
    invariant: "Q13",
  },
  {
    name: "BookingBug is blamed for what nobody knows",
    file: WHY,
    from: "noted.since === undefined ||",
    to: "noted.since !== undefined &&",
    caughtBy: history("why it can be: not_noted"),
    invariant: "Q13",
  },
  {
    name: "a walk that broke off is green once a small one ends",
    file: STANDING,
    from: "for (const one of [walks[0], last])",
    to: "for (const one of [walks[0]])",
    caughtBy: standing("a small one ended well since it broke off"),
    invariant: "Q13",
  },
  {
    name: "a few days stand for all that changed",
    file: STANDING,
    from: 'window.kind === "changed" && window.lastMs >= leastMs',
    to: 'window.kind !== "changed" || window.lastMs >= leastMs',
    caughtBy: standing("only a few days"),
    invariant: "Q13",
  },
  {
    name: "an old walk stays green",
    file: STANDING,
    from: "> 2 * everyMs(every)) return",
    to: "> 20 * everyMs(every)) return",
    caughtBy: standing("older than two nights"),
    invariant: "Q13",
  },
  {
    name: "what is left is green",
    file: STANDING,
    from: "if (left > 0)",
    to: "if (left > 2)",
    caughtBy: standing("could not be read"),
    invariant: "Q13",
  },
];
