/** Breaks of reading back from BookingBug what no callback brought. */
import type { Break } from "../../bench/breaks-list.ts";

const COMPARE = "src/reconcile/compare.ts";
const RECONCILE = "src/reconcile/reconcile.ts";
const REPAIR = "src/reconcile/repair.ts";
const STATEMENT = "src/reconcile/statement.ts";
const repair = (only: string) => ["test/reconcile/repair.test.ts", only] as const;
const overtaken = (only: string) => ["test/reconcile/overtaken.test.ts", only] as const;
const absent = (only: string) => ["test/reconcile/absent.test.ts", only] as const;
const walk = (only: string) => ["test/reconcile/walk.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a walk does not see that somebody else of the staff has the booking",
    file: "src/reconcile/compare.ts",
    from: "if (isAnother(row.person_id, known.person) || ",
    to: "if (",
    caughtBy: ["test/reconcile/repair.test.ts", "new staff's"],
    invariant: "Q5",
  },
  {
    name: "a booking that was moved without a callback passes for known",
    file: COMPARE,
    from: 'isSame(row.end_datetime, known.end) ? "in_step" : "stale"',
    to: 'isSame(row.end_datetime, known.end) ? "in_step" : "in_step"',
    caughtBy: repair("is moved and cancelled"),
    invariant: "Q5",
  },
  {
    name: "a booking that was cancelled without a callback passes for known",
    file: COMPARE,
    from: 'if (row.is_cancelled === true) return "cancelled_there";',
    to: "",
    caughtBy: repair("is moved and cancelled"),
    invariant: "Q5",
  },
  {
    name: "a purchase is read for each of its bookings",
    file: RECONCILE,
    from: "Map.groupBy(compared, (one) => one.purchaseId)",
    to: "compared.map((one) => [one.purchaseId, [one]] as const)",
    caughtBy: repair("once for all bookings"),
    invariant: "Q5",
  },
  {
    name: "what is in step is read all the same",
    file: RECONCILE,
    from: 'return verdict === "missing" ||',
    to: 'return verdict === "in_step" || verdict === "missing" ||',
    caughtBy: repair("costs nothing"),
    invariant: "Q5",
  },
  {
    name: "a dry run reads purchases back",
    file: RECONCILE,
    from: "if (dryRun) return { counts, inCrms, neverCame };",
    to: "",
    caughtBy: repair("dry run"),
    invariant: "Q5",
  },
  {
    name: "what was read is stored after a callback that came meanwhile",
    file: "src/inbox/scripts.ts",
    from: "if seen and newest ~= seen then return 0 end",
    to: "",
    caughtBy: overtaken("waits"),
    invariant: "Q6",
  },
  {
    name: "a callback that is settled already counts as none",
    file: "src/inbox/scripts.ts",
    from: "newest = math.max(newest, tonumber(settled[i + 1]) or 0)",
    to: "newest = newest",
    caughtBy: overtaken("is in both CRMs already"),
    invariant: "Q6",
  },
  {
    name: "the newest number is noted once the purchase was read",
    file: REPAIR,
    from: "take({ purchaseId, body, newest })",
    to: "take({ purchaseId, body, newest: (await deps.inbox.newestNumber(purchaseId)) || newest })",
    caughtBy: overtaken("waits"),
    invariant: "Q6",
  },
  {
    name: "a purchase that is read back asks about what it leaves out",
    file: "src/booking/judge.ts",
    from: 'if (route === "read_back") return judgeReadBack(listed);',
    to: "",
    caughtBy: absent("neither cancelled nor held"),
    invariant: "Q7",
  },
  {
    name: "a booking that the list has as cancelled is not asked for",
    file: STATEMENT,
    from: "(differing.get(id)?.isCancelled ?? !settled.has(id));",
    to: "!differing.has(id) && !settled.has(id);",
    caughtBy: repair("is moved and cancelled"),
    invariant: "Q5",
  },
  {
    name: "a booking that its purchase leaves out is not asked for",
    file: STATEMENT,
    from: "for (const id of [...open, ...absent]) {",
    to: "for (const id of open) {",
    caughtBy: absent("the booking itself says so"),
    invariant: "Q7",
  },
  {
    name: "a walk begins at its first page again",
    file: RECONCILE,
    from: "listBookings({ ...leg, page: at.page, before: at.before })",
    to: "listBookings(leg)",
    caughtBy: walk("that was killed"),
    invariant: "Q8",
  },
  {
    name: "pages that shifted are not noticed",
    file: RECONCILE,
    from: "at.hasShifted || ids.some((id) => at.before.includes(id))",
    to: "at.hasShifted",
    caughtBy: walk("whose pages shifted"),
    invariant: "Q8",
  },
  {
    name: "a list that shrank meanwhile passes for complete",
    file: RECONCILE,
    from: "at.seen === total && first === total",
    to: "at.seen === total",
    caughtBy: walk("past which a booking slid"),
    invariant: "Q8",
  },
  {
    name: "a walk asks for its days alone",
    file: "src/reconcile/window.ts",
    from: "from: dayAfter(window.from, -1), to: dayAfter(window.to, 1)",
    to: "from: dayAfter(window.from, 0), to: dayAfter(window.to, 0)",
    caughtBy: ["test/reconcile/window.test.ts", "over days"],
    invariant: "Q5",
  },
  {
    name: "a walk asks for what changed since then, whatever the time zone",
    file: "src/reconcile/window.ts",
    from: "window.lastMs - OVERLAP_MS",
    to: "window.lastMs",
    caughtBy: ["test/reconcile/window.test.ts", "over changes"],
    invariant: "Q5",
  },
  {
    name: "a booking that its purchase lists and nobody knows is taken for active",
    file: STATEMENT,
    from: "?? !settled.has(id))",
    to: "?? false)",
    caughtBy: absent("is asked for where its purchase lists it"),
    invariant: "Q7",
  },
  {
    name: "who was forgotten comes back by being read back",
    file: "src/receiver/read-back.ts",
    from: 'if (wanted.length === 0) return "forgotten";',
    to: "",
    caughtBy: repair("of somebody who was forgotten"),
    invariant: "S6",
  },
  {
    name: "a walk that was killed on its last page counts that page twice",
    file: RECONCILE,
    from: "page: at.page, before: at.before",
    to: "page: at.page",
    caughtBy: ["test/reconcile/any-callbacks.test.ts", "both CRMs have"],
    invariant: "Q8",
  },
];
