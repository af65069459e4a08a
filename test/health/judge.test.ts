/** The verdict from facts alone: what is green, amber and red, in which order, and what hysteresis does [V1] [V2]. */
import { describe, expect, it } from "@jest/globals";
import { findingConditions } from "../../src/alerts/conditions.ts";
import type { CrmFacts, Facts } from "../../src/health/facts.ts";
import { inWords, judge } from "../../src/health/verdict.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const past = (ms: number): string => new Date(NOW - ms).toISOString();
const LIMITS = { lagSeconds: 300, silenceHours: 6 };

const quiet: CrmFacts = {
  crm: "hubspot",
  snapshot: {
    jobs: { waiting: 0, active: 0, delayed: 0, failed: 0 },
    paused: false,
    pausedByHand: undefined,
    gate: undefined,
    pending: 0,
    lagMs: 0,
  },
  passes: { ended: 50, failed: 0 },
  failed: 0,
  held: 0,
  causes: { failed: 0, held: 0 },
  daily: { limit: 1_000, remaining: 900, at: past(1_000) },
  dailyReserve: 0,
  drift: { deleted: 0, merged: 0, edited: 0, ask: 0 },
  schema: [],
};
const worker = { kind: "worker" as const, since: NOW - 3_600_000, at: NOW - 15_000, rejected: 0 };
const web = { kind: "web" as const, since: NOW - 3_600_000, at: NOW - 1_000, rejected: 0 };

function facts(change: Partial<Facts> = {}, crm: Partial<CrmFacts> = {}): Facts {
  return {
    now: NOW,
    crms: [{ ...quiet, ...crm }],
    processes: { now: NOW, all: [worker, web] },
    sender: { heard: past(60_000) },
    quarantine: { count: 0, lastHour: 0 },
    standing: { kind: "in_step", at: past(1_000) },
    unanswered: 0,
    announced: new Set(),
    ...change,
  };
}

const drifted = (some: Partial<CrmFacts["drift"]>): Facts => facts({}, { drift: { ...quiet.drift, ...some } });

const causes = { failed: 1, held: 0 };
const questions = { failed: 0, held: 1 };
const snapshot = (change: Partial<CrmFacts["snapshot"]>) => ({ snapshot: { ...quiet.snapshot, ...change } });
const announced = (...keys: string[]) => ({ announced: new Set(keys) });
const said = (seen: Facts) => {
  const { level, findings } = judge(seen, LIMITS);
  return [level, ...findings.map(({ kind }) => kind)];
};

describe("the verdict", () => {
  it("says how many notifications never came, of one as of several", () => {
    const words = (count: number) =>
      judge(facts({ standing: { kind: "never_came", at: past(0), count } }), LIMITS).findings[0]?.detail;
    expect(words(1)).toMatch(/^1 notification never came and was read back/);
    expect(words(3)).toMatch(/^3 notifications never came and were read back/);
  });

  it("has somebody told of questions to BookingBug that were given up [Q22]", () => {
    expect(findingConditions(judge(facts({ unanswered: 2 }), LIMITS).findings)).toMatchObject([
      { key: "unanswered:bookingbug", crm: "bookingbug", path: "/admin/reconciliation" },
    ]);
  });

  it("is green where nothing is wrong, and where nobody can know", () => {
    expect(said(facts())).toEqual(["good"]);
    const fresh = { processes: { now: NOW, all: [] }, standing: { kind: "not_configured" }, sender: {} } as const;
    expect(said(facts(fresh, { daily: undefined, passes: { ended: 0, failed: 0 } }))).toEqual(["good"]);
  });

  it.each<[string, Facts, string[]]>([
    ["a failed purchase", facts({}, { failed: 1, causes }), ["bad", "failed"]],
    ["a few held", facts({}, { held: 3, causes: questions }), ["warning", "held"]],
    ["many held", facts({}, { held: 11, causes: questions }), ["bad", "held"]],
    ["a pause with nothing behind it", facts({}, snapshot({ paused: true })), ["warning", "paused"]],
    ["a pause that purchases wait behind", facts({}, snapshot({ paused: true, pending: 2 })), ["bad", "paused"]],
    ["two minutes' wait", facts({}, snapshot({ pending: 1, lagMs: 120_000 })), ["warning", "waiting"]],
    ["ten minutes' wait", facts({}, snapshot({ pending: 1, lagMs: 600_000 })), ["bad", "lag"]],
    ["every pass failing", facts({}, { passes: { ended: 0, failed: 3 } }), ["bad", "failing"]],
    ["one failure of many", facts({}, { passes: { ended: 99, failed: 1 } }), ["good"]],
    ["some failures", facts({}, { passes: { ended: 80, failed: 20 } }), ["warning", "some_fail"]],
    [
      "a refused mapping",
      facts({ processes: { now: NOW, all: [{ ...worker, rejected: 2 }] } }),
      ["warning", "mapping_refused"],
    ],
    [
      "a field that changed in the CRM",
      facts({}, { schema: [{ kind: "misfit", message: "it does not fit", places: [], since: past(0) }] }),
      ["warning", "schema"],
    ],
    [
      "a notification posted to nowhere a moment ago [V8]",
      facts({ sender: { heard: past(500), astray: { at: past(1_000), path: "/notifications/booking" } } }),
      ["bad", "astray"],
    ],
    [
      "a notification posted to nowhere hours ago, and others where they should since [V8]",
      facts({ sender: { heard: past(500), astray: { at: past(20 * 3_600_000), path: "/notifications/booking" } } }),
      ["warning", "astray"],
    ],
    ["a sign-in refused", facts({ sender: { refused: { at: past(1_000), address: "::1" } } }), ["bad", "refused"]],
    [
      "a sign-in refused of somebody, since BookingBug was let in",
      facts({ sender: { heard: past(500), refused: { at: past(1_000), address: "::1" } } }),
      ["warning", "refused"],
    ],
    ["seven hours' silence", facts({ sender: { heard: past(7 * 3_600_000) } }), ["bad", "silent"]],
    ["a delivery in quarantine", facts({ quarantine: { count: 9, lastHour: 1 } }), ["warning", "quarantine"]],
    ["five in an hour", facts({ quarantine: { count: 9, lastHour: 5 } }), ["bad", "quarantine_growing"]],
    ["calls nearly spent", facts({}, { daily: { limit: 1_000, remaining: 50, at: past(0) } }), ["warning", "daily"]],
    [
      "a walk that broke off",
      facts({ standing: { kind: "broke_off", at: past(0), why: "503." } }),
      ["warning", "walk"],
    ],
    ["a question that was given up", facts({ unanswered: 1 }), ["warning", "unanswered"]],
    ["bookings out of step", facts({ standing: { kind: "behind", at: past(0), left: 2 } }), ["bad", "behind"]],
    ["records deleted", drifted({ deleted: 1 }), ["warning", "deleted"]],
    ["edits to decide", drifted({ edited: 3, ask: 1 }), ["warning", "asked"]],
    ["edits alone, and merges", drifted({ edited: 3, merged: 2 }), ["good"]],
  ])("of %s", (_what, seen, expected) => expect(said(seen)).toEqual(expected));

  it("says what is worst first, each with what to do next and where", () => {
    const seen = facts(
      { processes: { now: NOW, all: [{ ...web, rejected: 1 }] }, quarantine: { count: 1, lastHour: 0 } },
      { failed: 10_142, causes, ...snapshot({ pending: 1, lagMs: 600_000 }) },
    );
    expect(said(seen)).toEqual(["bad", "no_worker", "lag", "failed", "quarantine", "mapping_refused"]);
    for (const { next, place, detail } of judge(seen, LIMITS).findings) {
      expect([next, place, detail].every((text) => text.length > 3)).toBe(true);
    }
    expect(judge(seen, LIMITS).findings[2]?.detail).toContain("10,142 purchases");
  });

  it("waits two beats for a worker, of the one that was there last, or since the first web process waits [V4]", () => {
    const all = (...processes: Facts["processes"]["all"]) => facts({ processes: { now: NOW, all: processes } });
    const silent = (ms: number) => ({ ...worker, at: NOW - ms });
    expect(said(all(silent(39_000), web))).toEqual(["good"]);
    expect(said(all(silent(41_000), web))).toEqual(["bad", "no_worker"]);
    expect(said(all(silent(41_000), silent(5_000), web))).toEqual(["good"]);
    expect(said(all({ ...web, since: NOW - 10_000 }))).toEqual(["good"]);
    expect(said(all({ ...web, since: NOW - 41_000 }))).toEqual(["bad", "no_worker"]);
  });

  it("holds on to what was announced until it is well over [V7]", () => {
    const passes = (ended: number, failed: number, ...keys: string[]) =>
      said(facts(announced(...keys), { passes: { ended, failed } }));
    expect(passes(60, 40)).toEqual(["warning", "some_fail"]);
    expect(passes(60, 40, "failing:hubspot")).toEqual(["bad", "failing"]);
    expect(passes(80, 20, "failing:hubspot")).toEqual(["warning", "some_fail"]);
    const grown = (lastHour: number, ...keys: string[]) =>
      said(facts({ ...announced(...keys), quarantine: { count: 9, lastHour } }));
    expect(grown(2)).toEqual(["warning", "quarantine"]);
    expect(grown(2, "quarantine_growing:bookingbug")).toEqual(["bad", "quarantine_growing"]);
    expect(grown(1, "quarantine_growing:bookingbug")).toEqual(["warning", "quarantine"]);
  });

  it("tells who is not signed in what is the matter, and no figure, address or anybody's words", () => {
    const gate = { reason: "unauthorised" as const, detail: "token expired", since: past(0) };
    const seen = facts(
      { sender: { refused: { at: past(1_000), address: "203.0.113.7" } } },
      { failed: 10_142, causes, ...snapshot({ gate, paused: true }) },
    );
    const words = inWords(judge(seen, LIMITS));
    expect(words).toBe(
      "Appointments are late or wrong in a CRM. hubspot: the CRM refuses our credentials, its queue is paused; " +
        "hubspot: purchases failed; bookingbug: sign-ins to the notification URLs are refused",
    );
    expect(inWords(judge(facts(), LIMITS))).toBe("Everything runs");
  });

  it("and the alerts agree: whatever is bad is told, what failed by its causes", () => {
    const seen = facts(
      { processes: { now: NOW, all: [web] }, quarantine: { count: 9, lastHour: 9 } },
      { passes: { ended: 0, failed: 9 }, failed: 1, causes, ...snapshot({ pending: 1, lagMs: 600_000 }) },
    );
    const told = findingConditions(judge(seen, LIMITS).findings).map(({ key }) => key);
    expect(told).toEqual(["no_worker:service", "failing:hubspot", "lag:hubspot", "quarantine_growing:bookingbug"]);
  });
});
