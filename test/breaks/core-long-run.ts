/** Breaks of what only shows after months, with very many purchases, or where a clock is wrong. */
import type { Break } from "../../bench/breaks-list.ts";

const clockTest = (only: string) => ["test/inbox/clock-ahead.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "a process whose clock is ahead ages what others received",
    file: "src/inbox/scripts.ts",
    from: "local at = noLater(ARGV[3])",
    to: "local at = ARGV[3]",
    caughtBy: clockTest("out of the list of those that arrived"),
    invariant: "R2",
  },
  {
    name: "a process whose clock is ahead empties the quarantine",
    file: "src/inbox/quarantine-scripts.ts",
    from: "local at = noLater(ARGV[3])",
    to: "local at = ARGV[3]",
    caughtBy: clockTest("out of the quarantine"),
    invariant: "A6",
  },
  {
    name: "a process whose clock is ahead makes others' purchases unfindable",
    file: "src/synclog/search.ts",
    from: "local at = noLater(ARGV[2])",
    to: "local at = ARGV[2]",
    caughtBy: clockTest("unfindable"),
    invariant: "R2",
  },
  {
    name: "a booking of an absurd length keeps everything else of its purchase from being read",
    file: "src/booking/normalise.ts",
    from: "Number.isNaN(end.getTime()) ? start : toInstant(end.toISOString())",
    to: "toInstant(end.toISOString())",
    caughtBy: ["test/booking/parse.test.ts", "beyond all time"],
    invariant: "A2",
  },
  {
    name: "a purchase is found by every delivery that it ever had, for as long as more come",
    file: "src/synclog/search.ts",
    from: "if (surplus.length === 0) return;",
    to: "return;",
    caughtBy: ["test/synclog/search.test.ts", "notified for a year"],
    invariant: "R2",
  },
  {
    name: "who is forgotten is still named by the deliveries that they had",
    file: "src/synclog/search.ts",
    from: "return [...traits, ...deliveries];",
    to: "return [...traits, ...deliveries.slice(1)];",
    caughtBy: ["test/synclog/search.test.ts", "notified for a year"],
    invariant: "S5",
  },
  {
    name: "who is forgotten stays in what was kept for a CRM that is configured no longer",
    file: "src/operate/forget/forget.ts",
    from: "[...given.crms, ...given.formerCrms]",
    to: "[...given.crms]",
    caughtBy: ["test/operate/forget-former-crm.test.ts"],
    invariant: "S5",
  },
  {
    name: "who is forgotten is still named by records of a CRM that is configured no longer",
    file: "src/operate/forget/shared.ts",
    from: "named.has(key) || hasEmail(text) || bears",
    to: "named.has(key) || hasEmail(text)",
    caughtBy: ["test/operate/forget-former-crm.test.ts", "is removed with the rest"],
    invariant: "S5",
  },
  {
    name: "who is forgotten takes along a purchase that has their number",
    file: "src/operate/forget/shared.ts",
    from: "const bears = !isKnown && stamp",
    to: "const bears = stamp",
    caughtBy: ["test/operate/forget-former-crm.test.ts", "is nobody else's"],
    invariant: "S5",
  },
  {
    name: "what was never queued is not seen behind a thousand that wait",
    file: "src/inbox/sweeper.ts",
    from: "pending.length < PER_SWEEP ? undefined : pending.at(-1)",
    to: "undefined",
    caughtBy: ["test/inbox/queues.test.ts", "behind thousands that wait"],
    invariant: "A4",
  },
];
