/** The summary of a day [Y5]. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createDaily, type Daily, dueDay } from "../../src/alerts/daily.ts";
import { inText } from "../../src/alerts/message.ts";
import { createDriftStore } from "../../src/drift/store.ts";
import { createAnnounced } from "../../src/health/announced.ts";
import { gatherFacts } from "../../src/health/facts.ts";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { createHistory } from "../../src/reconcile/history.ts";
import { bucketKey, FINE, RECEIVER, startOf } from "../../src/stats/buckets.ts";
import { createProcesses } from "../../src/stats/processes.ts";
import { createSchemaSeen } from "../../src/stats/schema-seen.ts";
import { createStatistics } from "../../src/stats/statistics.ts";
import { createGate } from "../../src/sync/gate.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

describe("the day whose summary is due", () => {
  const at = { hour: 8, minute: 0 };
  const due = (iso: string, zone = "UTC", time = at) => dueDay(Date.parse(iso), time, zone);

  it.each([
    ["2026-11-26T07:59:59Z", "UTC", undefined],
    ["2026-11-26T08:00:00Z", "UTC", "2026-11-26"],
    ["2026-11-26T09:59:00Z", "UTC", "2026-11-26"],
    ["2026-11-26T10:01:00Z", "UTC", undefined],
    ["2026-11-26T13:00:00Z", "America/New_York", "2026-11-26"],
    ["2026-11-25T21:30:00Z", "Asia/Kolkata", undefined],
  ])("at %s in %s is %s", (iso, zone, day) => expect(due(iso, zone)).toBe(day));

  it("is yesterday's where its time is just before midnight", () => {
    expect(due("2026-11-27T00:05:00Z", "UTC", { hour: 23, minute: 59 })).toBe("2026-11-26");
  });

  it.each([
    // The clock goes from 01:00 to 02:00 UTC+1, and from 02:00 back to 01:00.
    ["Europe/London", { hour: 1, minute: 30 }, "2027-03-27T12:00:00Z", ["2027-03-28"]],
    ["Europe/London", { hour: 1, minute: 30 }, "2026-10-24T12:00:00Z", ["2026-10-25"]],
    ["America/New_York", { hour: 2, minute: 30 }, "2027-03-13T17:00:00Z", ["2027-03-14"]],
  ])("comes once in %s when the clock changes, at %j", (zone, time, from, days) => {
    const start = Date.parse(from);
    const minutes = Array.from({ length: 24 * 60 }, (_, index) => dueDay(start + index * 60_000, time, zone));
    expect([...new Set(minutes.filter((day) => day !== undefined))]).toEqual(days);
  });
});

describe("the summary", () => {
  let system: TestSystem;
  const sent: string[] = [];
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  /** As one process has it. */
  function daily(): Daily {
    const { redis, keys, queues } = system;
    const names = Object.keys(queues);
    const crms = Object.entries(queues).map(([crm, queue]) => ({
      crm,
      queue,
      gate: createGate(redis, keys, crm, queue),
      dailyReserve: 0,
      drift: { store: createDriftStore({ redis, keys, crm, retentionDays: 30 }) },
    }));
    const statistics = createStatistics({ redis, keys });
    const kept = { redis, keys, retentionDays: 30 };
    const quiet = (): void => {};
    return createDaily({
      redis,
      keys,
      at: { hour: 8, minute: 0 },
      zone: "UTC",
      facts: () =>
        gatherFacts({
          ...{ redis, keys, crms, statistics },
          syncLog: createSyncLog({ ...kept, crms: names }),
          quarantine: createQuarantine(kept),
          processes: createProcesses({ redis, keys }),
          walks: createHistory(kept),
          schemas: createSchemaSeen(kept),
          plan: { every: "night", companies: undefined },
        }),
      limits: { lagSeconds: 300, silenceHours: undefined },
      statistics,
      announced: createAnnounced({ redis, keys }),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      outlets: { tell: (message) => void sent.push(inText(message)), end: async () => {} },
      dashboardUrl: "https://crm.example",
    });
  }

  it("says what came, how each CRM fared and what is not over, once a day by one of many processes [Y5]", async () => {
    const { redis, keys } = system;
    await system.deliver("bookings", sample("purchase-created"));
    const add = (scope: string, field: string, by: number) =>
      redis.hincrby(bucketKey(keys, scope, FINE, startOf(FINE, Date.now())), field, by);
    await add(RECEIVER, "received", 5_000);
    await add("hubspot", "failed", 7);
    const syncLog = createSyncLog({ redis, keys, crms: ["hubspot"], retentionDays: 30 });
    const failure = {
      crm: "hubspot",
      kind: "rejected",
      heals: false,
      sentence: "No.",
      words: "No.",
      nextStep: "",
      fields: [],
    };
    const hold = { reason: "cancellation_ambiguous", bookingIds: ["1"] } as const;
    await syncLog.recordFailed("hubspot", "8", "job-8", [failure]);
    for (const id of ["9", "10"]) {
      await syncLog.recordFailed("hubspot", id, `job-${id}`, [{ ...failure, kind: "held", hold: hold as never }]);
    }
    const announced = createAnnounced({ redis, keys });
    const about = { crm: "hubspot", title: "hubspot: failed, X", since: "2026-11-25T04:00:00.000Z" };
    await announced.claim("cause:hubspot:x", { ...about, path: "/admin/failed/hubspot/x" });
    await announced.acknowledge("cause:hubspot:x", "otto");

    const morning = Date.parse("2026-11-26T08:00:10Z");
    await daily().look(morning - 60_000);
    expect(sent).toEqual([]);
    await Promise.all([daily(), daily(), daily()].map((one) => one.look(morning)));
    await daily().look(morning + 3_600_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(
      /^The last 24 hours\. Now: .*\n5,00\d notifications received, 0 could not be read\. Not compared/,
    );
    expect(sent[0]).toMatch(
      /\nhubspot\n\d+ applied, 7 failed, 0 held\. On the lists now: 1 purchase that failed, of 1 cause, and 2 held\. \d+ calls/,
    );
    expect(sent[0]).toContain(
      "Not over: hubspot: failed, X\nSince 2026-11-25T04:00:00.000Z, acknowledged by otto.\nhttps://crm.example/admin/failed/hubspot/x",
    );
    expect(sent[0]).not.toMatch(/bookingbug\.com|Ada|Smith/);

    await daily().look(morning + 86_400_000);
    expect(sent).toHaveLength(2);
  });
});
