/** In step is said of a walk that came to its end, lately, and left nothing [Q13]. */
import { describe, expect, it } from "@jest/globals";
import type { Walk } from "../../src/reconcile/history.ts";
import { beginning } from "../../src/reconcile/progress.ts";
import { type Plan, standingOf } from "../../src/reconcile/standing.ts";
import { aWalk } from "./walks.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse("2026-11-26T12:00:00.000Z");
const PLAN: Plan = { every: "night", companies: ["37000"] };
const at = (hoursAgo: number): string => new Date(NOW - hoursAgo * HOUR_MS).toISOString();
const { counts } = beginning(new Date(NOW));

const walk = (hoursAgo: number, more: Partial<Walk> = {}): Walk =>
  aWalk({ startedAt: at(hoursAgo), endedAt: at(hoursAgo - 0.1), ...more });

const broken = { outcome: { kind: "broke_off", why: "BookingBug did not answer." } } as const;
const narrow = { windows: [{ kind: "dates", from: "2026-11-26", to: "2026-11-26" }] } as Partial<Walk>;

describe("the standing [Q13]", () => {
  const cases: readonly (readonly [string, readonly Walk[], object])[] = [
    ["nothing was walked", [], { kind: "never" }],
    ["the last walk was complete", [walk(9)], { kind: "in_step", at: at(9) }],
    ["BookingBug gives no number", [walk(9, { outcome: { kind: "uncounted" } })], { kind: "in_step" }],
    ["the last walk broke off", [walk(1, broken), walk(25)], { kind: "broke_off", why: broken.outcome.why }],
    ["a small one ended well since it broke off", [walk(1, narrow), walk(2, broken)], { kind: "broke_off" }],
    ["a small one broke off since it ended", [walk(1, { ...narrow, ...broken }), walk(2)], { kind: "broke_off" }],
    ["only a few days were walked", [walk(1, narrow)], { kind: "never" }],
    ["only one company of two", [walk(1, { companies: ["5"] })], { kind: "never" }],
    ["only the last hour", [walk(1, { windows: [{ kind: "changed", lastMs: HOUR_MS }] })], { kind: "never" }],
    ["the last walk is a little less than two nights old", [walk(47.9)], { kind: "in_step" }],
    ["the last walk is older than two nights", [walk(48.1)], { kind: "overdue", at: at(48.1) }],
    ["pages shifted", [walk(9, { outcome: { kind: "shifted" } })], { kind: "shifted" }],
    ["some could not be read", [walk(9, { counts: { ...counts, notReadable: 2 } })], { kind: "behind", left: 2 }],
    ["some changed meanwhile", [walk(9, { counts: { ...counts, overtaken: 1 } })], { kind: "behind", left: 1 }],
    [
      "one is cancelled here alone",
      [walk(9, { counts: { ...counts, cancelledHere: 1 } })],
      { kind: "behind", left: 1 },
    ],
    ["some never came", [walk(9, { neverCame: [{ count: 3, why: [] }] })], { kind: "never_came", count: 3 }],
    [
      "some never came in a small one since",
      [walk(1, { ...narrow, neverCame: [{ count: 2, why: [] }] }), walk(9)],
      { kind: "never_came", count: 2 },
    ],
    ["the ones before were worse", [walk(9), walk(33, broken), walk(57)], { kind: "in_step" }],
    [
      "a CRM has not all of it",
      [walk(9, { counts: { ...counts, known: 3 }, inCrms: { salesforce: 3, hubspot: 1 } })],
      { kind: "not_in_crms", crms: { hubspot: 2 } },
    ],
  ];
  it.each(cases)("where %s", (_, walks, expected) => {
    expect(standingOf(walks, PLAN, NOW)).toMatchObject(expected);
  });

  it("goes by how often there should be a walk", () => {
    const walks = [walk(9, { windows: [{ kind: "changed", lastMs: DAY_MS }] })];
    expect(standingOf(walks, { ...PLAN, every: { everyMs: 4 * HOUR_MS } }, NOW).kind).toBe("overdue");
    expect(standingOf(walks, { ...PLAN, every: { everyMs: 5 * HOUR_MS } }, NOW).kind).toBe("in_step");
  });

  it("is none where BookingBug cannot be asked any more, whatever was walked before", () => {
    expect(standingOf([walk(9)], { ...PLAN, companies: undefined }, NOW)).toEqual({ kind: "not_configured" });
  });
});
