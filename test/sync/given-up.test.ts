/** A failure that could have healed and used up its attempts is not tried again, and nobody may be told that it is. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import type { SyncQueue } from "../../src/inbox/queues.ts";
import type { Counters } from "../../src/stats/counters.ts";
import type { PassReport } from "../../src/sync/pass.ts";
import { createPassLog } from "../../src/sync/pass-log.ts";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let syncLog: SyncLog;
const GIVEN_UP = "Given up after 2 attempts. Next: see whether the CRM works, then retry.";

beforeAll(async () => {
  system = await startSystem({ env: { JOB_ATTEMPTS: "2", JOB_BACKOFF_MS: "20" } });
  const { redis, keys } = system;
  syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
});
beforeEach(async () => {
  await system.reset();
  system.sandbox.faults.set([{ crm: "hubspot", match: "batch", action: { type: "status", status: 503 } }]);
  await system.post("bookings", sample("purchase-created"));
  await eventually(async () => expect(await syncLog.failedCount("hubspot")).toBe(1));
});
afterAll(() => system.stop());

describe("a failure whose attempts are used up [W3]", () => {
  it("is given up on the failed list and on its page, with what to do", async () => {
    const [cause] = await syncLog.causes("hubspot");
    expect(cause?.example).toContain(GIVEN_UP);
    expect(cause?.example).not.toContain("tried again");
    const [failed] = await syncLog.failed("hubspot", cause?.id, { offset: 0, limit: 1 });
    expect(failed?.failures[0]).toMatchObject({ kind: "unavailable", heals: false, nextStep: GIVEN_UP });
    const admin = createAdminClient(system);
    for (const path of ["/admin/failed", `/admin/failed/hubspot/${cause?.id}`]) {
      const { text } = await admin.get(path);
      expect(text).toContain(GIVEN_UP);
      expect(text).not.toContain("tried again");
    }
  });

  it("is given up in its timeline, after entries that say it is tried again", async () => {
    const entries = (await syncLog.timeline("11610441")).filter(({ crm }) => crm === "hubspot");
    const told = entries.map((entry) =>
      entry.kind === "pass" ? [entry.outcome, ...entry.failures.map(({ nextStep, heals }) => [nextStep, heals])] : [],
    );
    expect(told).toEqual([
      ["retrying", ["It is tried again by itself.", true]],
      ["failed", [GIVEN_UP, false]],
    ]);
  });

  it("is off the list only once its jobs are gone, wherever the process ends that takes it off", async () => {
    const queue = system.queues.hubspot as SyncQueue;
    await eventually(async () => expect(await system.failures("hubspot")).toHaveLength(1));
    const report = {
      purchaseId: "11610441",
      deliveryIds: [],
      notifications: [],
      state: undefined,
      mappings: [],
      records: [],
    };
    const pass: PassReport = { ...report, asked: { lookUps: 0, writes: 0 }, settled: { arrivals: [], older: 0 } };
    const log = pino({ level: "silent" });
    const counters = { count: () => {}, lag: () => {}, pass: () => {} } as Partial<Counters> as Counters;
    const ends = {
      remove: () => Promise.reject(new Error("the process ends here")),
    } as Partial<SyncQueue> as SyncQueue;
    await createPassLog({ crm: "hubspot", syncLog, counters, queue: ends, log }).applied(pass, 0);
    expect(await syncLog.failedCount("hubspot")).toBe(1);
    const asked: string[] = [];
    const forgets = {
      // The first time by a Redis that took over before it heard of it.
      remove: async (id: string) => (asked.push(id) === 1 ? 1 : await queue.remove(id)),
    } as Partial<SyncQueue> as SyncQueue;
    await createPassLog({ crm: "hubspot", syncLog, counters, queue: forgets, log }).applied(pass, 0);
    expect([await syncLog.failedCount("hubspot"), await system.failures("hubspot")]).toEqual([0, []]);
  });

  it("is tried again, and its job gone, where the list has lost it [A2]", async () => {
    const { redis, keys } = system;
    await eventually(async () => expect(await system.failures("hubspot")).toHaveLength(1));
    await redis.flushall();
    // As where a Redis took over that was not sent what the list was told: nothing comes of that.
    await redis.set(keys.failedByCause("hubspot"), "lost");
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect((await syncLog.timeline("11610441")).length).toBeGreaterThan(3));
    await redis.del(keys.failedByCause("hubspot"));
    await eventually(async () => expect(await syncLog.failedCount("hubspot")).toBe(1));
    await eventually(async () => expect(await system.failures("hubspot")).toHaveLength(1));
  });

  it("is given up among the queue's failed jobs", async () => {
    await eventually(async () => {
      expect(await system.failures("hubspot")).toEqual([expect.stringContaining(GIVEN_UP)]);
    });
  });
});
