/** After a rollback: what a newer version wrote is passed over where this one does not know it, and breaks no page and no pass. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { createBulkStore } from "../../src/bulk/store.ts";
import { compress } from "../../src/redis/compress.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createProcesses } from "../../src/stats/processes.ts";
import { gateState } from "../../src/sync/gate-state.ts";
import type { FailureEntry, PassEntry } from "../../src/synclog/entries.ts";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const CRM = "salesforce";
const keys = createKeys();
let server: TestRedis;
let redis: Redis;
let syncLog: SyncLog;

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  syncLog = createSyncLog({ redis, keys, crms: [CRM], retentionDays: 30 });
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

const failure: FailureEntry = {
  ...{ object: "Event", kind: "held", words: "no", fields: [], nextStep: "Next: decide.", heals: false },
  ...{ sentence: "Held. Next: decide.", hold: { reason: "absent_from_notification", bookingIds: ["1"] } },
};
const pass: PassEntry = {
  ...{ kind: "pass", crm: CRM, at: "2026-11-24T10:00:00.000Z", durationMs: 1, outcome: "failed", times: 1 },
  ...{ notifications: [], records: [], failures: [failure], asked: { lookUps: 0, writes: 0 } },
};
const recordPass = () => syncLog.recordPass("1", pass, { traits: [], at: Date.now() });

describe("what a newer version wrote [E13]", () => {
  it("of a purchase is left out of its timeline, and a pass that fails is told after it", async () => {
    await recordPass();
    for (const newer of [
      { ...pass, kind: "weather" },
      { ...pass, outcome: "rained_off" },
    ])
      await redis.rpush(keys.timeline(CRM, "1"), compress(JSON.stringify(newer)));
    await recordPass();
    expect(await syncLog.timeline("1")).toEqual([pass, pass]);
    expect(await syncLog.undoable(CRM, "1")).toHaveLength(2);
    expect(await redis.llen(keys.timeline(CRM, "1"))).toBe(4);
  });

  it("of why a purchase is held keeps it on the list, with the sentence that says so", async () => {
    const newer = { ...failure, hold: { reason: "weather", clouds: 7 } };
    await syncLog.recordFailed(CRM, "1", "job-1", [newer as unknown as FailureEntry]);
    const { hold: _hold, ...known } = failure;
    expect(await syncLog.failed(CRM, undefined, { offset: 0, limit: 10 })).toMatchObject([{ failures: [known] }]);
    expect(await syncLog.causes(CRM)).toMatchObject([{ example: failure.sentence, count: 1 }]);
  });

  it("of what somebody did about a cause leaves it resolved", async () => {
    await syncLog.recordFailed(CRM, "1", "job-1", [failure]);
    await redis.hset(keys.actedOn(CRM), "1", JSON.stringify({ action: "rain", by: "ada" }));
    const [{ id } = { id: "" }] = await syncLog.causes(CRM);
    await syncLog.unlist(CRM, ["1"]);
    const [cause] = await syncLog.kept.read([{ crm: CRM, id }]);
    expect(cause?.state).toEqual({ kind: "resolved", over: { at: expect.any(String) } });
  });

  it("of a process is passed over", async () => {
    const processes = createProcesses({ redis, keys });
    await redis.hset(keys.processes, "p1", JSON.stringify({ kind: "weatherman", since: 1, at: 1, rejected: 0 }));
    await processes.beat("p2", { kind: "web", rejected: 0 });
    expect((await processes.read()).all).toMatchObject([{ kind: "web" }]);
  });

  it("of how a job ended leaves the other jobs to be read, and the job to who knows it", async () => {
    const store = createBulkStore({ redis, keys, retentionDays: 30 });
    const asked = { request: { action: "read_again" as const }, by: "ada", at: new Date().toISOString(), total: 1 };
    for (const id of ["j1", "j2"]) await store.add(id, asked);
    await redis.hset(keys.bulk("j1"), "end", JSON.stringify({ at: asked.at, how: "rained_off" }));
    expect((await store.newest({ offset: 0, limit: 10 })).map(({ id }) => id)).toEqual(["j2"]);
    expect(await store.read("j1")).toBeUndefined();
  });

  it("of why a gate is closed leaves it closed", () => {
    const newer = { reason: "weather", detail: "rain", since: "2026-11-24T10:00:00.000Z" };
    expect(gateState.parse(newer)).toEqual({ ...newer, reason: "unavailable" });
  });
});
