/** Breaks of looking whether the CRMs hold what was written to them. */
import type { Break } from "../../bench/breaks-list.ts";

const HELD = "src/operate/verdict/held.ts";
const VERDICT = "src/operate/verdict/verdict.ts";
const BY_SCHEDULE = "src/operate/verdict/by-schedule.ts";
const NOTED = "src/operate/verdict/noted.ts";
const SCHEDULE = "src/reconcile/schedule.ts";
const scheduled = (only: string) => ["test/operate/verdict-schedule.test.ts", only] as const;
const page = (only: string) => ["test/admin/reconciliation.test.ts", only] as const;
const nightly = (only: string) => ["test/reconcile/schedule.test.ts", only] as const;
const verdict = (only: string) => ["test/operate/verdict.test.ts", only] as const;

export const breaks: readonly Break[] = [
  {
    name: "what failed passes for what was written",
    file: HELD,
    from: ' || status.get(purchaseId)?.status === "failed"',
    to: "",
    caughtBy: verdict("a purchase that waits, or failed"),
    invariant: "Q15",
  },
  {
    name: "looking at the CRM uses up the day's calls",
    file: VERDICT,
    from: 'if (counts.calls === allowed) return { kind: "share_used" };',
    to: "",
    caughtBy: verdict("a twentieth of the day's calls"),
    invariant: "Q15",
  },
  {
    name: "a record that is gone passes for what was written",
    file: VERDICT,
    from: 'survivorId === undefined ? { ...place, kind: "gone" }',
    to: "survivorId === undefined ? undefined",
    caughtBy: verdict("a field that somebody edited"),
    invariant: "Q15",
  },
  {
    name: "each purchase's person is looked at once more",
    file: VERDICT,
    from: "if (seen.has(key)) continue;",
    to: "",
    caughtBy: verdict("salesforce: is in step"),
    invariant: "Q15",
  },
  {
    name: "what is in a field is kept of a nightly look at the CRM",
    file: NOTED,
    from: "differences.map(withoutValues)",
    to: "differences.map((one) => one.kind === 'differs' ? { ...one, fields: one.fields.map((each) => JSON.stringify(each)) } : one)",
    caughtBy: scheduled("no value of a field"),
    invariant: "Q15",
  },
  {
    name: "a hundred edits hide what a nightly look found gone",
    file: VERDICT,
    from: "[...named.gone, ...named.merged, ...named.differs]",
    to: "[...named.differs, ...named.merged, ...named.gone]",
    caughtBy: scheduled("before a hundred others"),
    invariant: "Q15",
  },
  {
    name: "a nightly look at a CRM that broke off makes what was found forgotten",
    file: "src/reconcile/verdicts.ts",
    from: 'found.outcome.kind === "broke_off" ? { last: text } : { last: text, ended: text }',
    to: "{ last: text, ended: text }",
    caughtBy: scheduled("what was found before stays"),
    invariant: "Q15",
  },
  {
    name: "the nightly look at a CRM is made as often as it is scheduled",
    file: BY_SCHEDULE,
    from: "if (isRecent(await deps.verdicts.of(crm))) continue;",
    to: "if (isRecent(undefined)) continue;",
    caughtBy: scheduled("once a day, however often"),
    invariant: "Q15",
  },
  {
    name: "a process that ends goes on with its nightly look",
    file: VERDICT,
    from: "deps.signal?.throwIfAborted();",
    to: "",
    caughtBy: scheduled("ends before the next call"),
    invariant: "Q15",
  },
  {
    name: "no nightly look is made where BookingBug cannot be asked",
    file: SCHEDULE,
    from: 'if (every === "off") {',
    to: 'if (every === "off" || reconciling === undefined) {',
    caughtBy: nightly("where BookingBug cannot be asked"),
    invariant: "Q15",
  },
  {
    name: "a process that ends waits for its nightly look",
    file: SCHEDULE,
    from: "await unlessAborted(signal, lookAtCrms(signal));",
    to: "await lookAtCrms(signal);",
    caughtBy: nightly("is not waited for by a process that ends"),
    invariant: "Q15",
  },
  {
    name: "who was forgotten is named by the last nightly look",
    file: "src/operate/forget/forget.ts",
    from: "if (!deps.dryRun) for (const { crm } of deps.crms) await deps.verdicts.leaveOut(crm, purchaseIds);",
    to: "",
    caughtBy: scheduled("names no record of somebody who was forgotten"),
    invariant: "S5",
  },
  {
    name: "the overview is green where a nightly look found records gone",
    file: "src/admin/views/held-in-crm.ts",
    from: "isGone: told.some(({ different }) => different.gone > 0),",
    to: "isGone: false,",
    caughtBy: page("is not green where something is gone"),
    invariant: "Q15",
  },
  {
    name: "the overview is alarmed where a nightly look found edits",
    file: "src/admin/views/held-in-crm.ts",
    from: "isGone: told.some(({ different }) => different.gone > 0),",
    to: "isGone: told.some(({ different }) => different.gone + different.differs > 0),",
    caughtBy: page("is green on the overview where somebody edited it"),
    invariant: "Q15",
  },
  {
    name: "a nightly look that broke off takes what was found off the pages",
    file: "src/reconcile/verdicts.ts",
    from: "return ended ?? last;",
    to: "return ended === undefined ? last : last;",
    caughtBy: page("is still told where the look after it broke off"),
    invariant: "Q15",
  },
  {
    name: "a nightly look that broke off passes for one in the metrics",
    file: "src/metrics/held-metrics.ts",
    from: '.filter(({ verdict }) => verdict.outcome.kind !== "broke_off")',
    to: "",
    caughtBy: ["test/metrics/metrics.test.ts", "of none that broke off"],
    invariant: "Q15",
  },
];
