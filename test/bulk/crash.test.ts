/** A job whose worker goes down anywhere goes on where it was; what is live is not behind it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { pino } from "pino";
import { connect, prepare } from "../../src/app/base.ts";
import { bulkDeps } from "../../src/app/bulk.ts";
import { createParts } from "../../src/app/parts.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import type { BulkDeps } from "../../src/bulk/deps.ts";
import { runBulk } from "../../src/bulk/run.ts";
import { NOTHING_YET, overOf } from "../../src/bulk/store.ts";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { Crash, crashAt } from "../support/crash-at.ts";
import { eventually } from "../support/eventually.ts";
import { startProcess } from "../support/processes.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { refusing, startOn } from "./many.ts";

let system: TestSystem;
let admin: AdminClient;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem({ log: pino({ level: "silent" }) });
  admin = createAdminClient(system);
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const retries = async (id: string) =>
  (await tools.syncLog.timeline(id)).filter((entry) => entry.kind === "action" && entry.action === "retry").length;
const events = () => system.sandbox.salesforce.records("Event").length;

/** The n-th step that leaves a trace in Redis is the last one: before it takes effect, or after. */
function crashingAt(deps: BulkDeps, n: number): BulkDeps {
  const doomed = crashAt(n);
  return {
    ...deps,
    store: { ...deps.store, save: doomed(deps.store.save) },
    syncLog: { ...deps.syncLog, recordAction: doomed(deps.syncLog.recordAction) },
    setApart: { ...deps.setApart, letGo: doomed(deps.setApart.letGo) },
  };
}

describe("a worker that goes down in the middle of a job [J4]", () => {
  it("has done nothing twice and left nothing, wherever that is", async () => {
    const ids = await refusing(system, 60);
    const base = await prepare(system.environment, "test");
    const parts = createParts(base, connect(base, "worker"));
    const deps = bulkDeps(base, parts);
    const { store } = deps;
    await store.add("j1", { request: { action: "retry", crm: "salesforce" }, by: "ops", at: now(), total: 60 });
    const { signal } = new AbortController();
    let crashes = 0;
    for (let n = 1; (await store.read("j1"))?.end === undefined; n += 1) {
      await runBulk(crashingAt(deps, n), "j1", signal).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        crashes += 1;
      });
    }
    expect(crashes).toBeGreaterThan(6);
    expect((await store.read("j1"))?.progress).toMatchObject({ done: 60, failed: 0, inHand: [] });
    expect(events()).toBe(60);
    expect(await tools.syncLog.failedCount("salesforce")).toBe(0);
    for (const id of ids) expect([id, await retries(id)]).toEqual([id, 1]);
    await deps.close();
    await parts.close();
  }, 120_000);

  it("is killed, and the next one goes on", async () => {
    const apart = await startSystem({ workers: 0 });
    const env = { ...apart.environment, LOG_LEVEL: "info" };
    const ofApart = await openTools(apart.environment);
    const first = startProcess("src/worker.ts", env);
    await first.up;
    const ids = await refusing(apart, 120);
    const job = await startOn(createAdminClient(apart), { action: "retry", crm: "salesforce" });
    const progress = async () => (await ofApart.bulks.read(job))?.progress;
    await eventually(async () => expect((await progress())?.done).toBeGreaterThan(10));
    first.kill();
    await first.ended;
    expect((await progress())?.done).toBeLessThan(120);
    const second = startProcess("src/worker.ts", env);
    await eventually(async () => expect((await progress())?.done).toBe(120));
    expect(apart.sandbox.salesforce.records("Event")).toHaveLength(120);
    for (const id of ids) {
      const done = (await ofApart.syncLog.timeline(id)).filter(({ kind }) => kind === "action");
      expect([id, done.length]).toEqual([id, 1]);
    }
    second.kill();
    await second.ended;
    await ofApart.close();
    await apart.stop();
  }, 180_000);
});

const now = () => new Date().toISOString();
const MANY = 10_000;
/** Half of what a worker brings up to date at once, as `startSystem` sets it. */
const MOST_WAITING = 25;

describe("a live booking while ten thousand are retried [J1] [J5]", () => {
  it("is not behind them, and who started it was answered at once", async () => {
    const failure = { kind: "rejected", words: "no", fields: [], nextStep: "", heals: false, sentence: "no" };
    for (let from = 0; from < MANY; from += 1_000) {
      const some = Array.from({ length: 1_000 }, (_, index) => String(100_000 + from + index));
      await Promise.all(some.map((id) => tools.syncLog.recordFailed("salesforce", id, `gone-${id}`, [failure])));
    }
    const began = Date.now();
    expect((await admin.get("/admin/jobs/new?action=retry&crm=salesforce")).text).toMatch(/Retry 10000 purchases/);
    const job = await startOn(admin, { action: "retry", crm: "salesforce" });
    expect(Date.now() - began).toBeLessThan(2_000);
    const over = async () => overOf((await tools.bulks.read(job)) ?? { progress: NOTHING_YET });
    await eventually(async () => expect(await over()).toBeGreaterThan(0));

    let most = 0;
    for (let id = 1; id <= 8; id += 1) {
      const posted = Date.now();
      await system.post("bookings", somebodys(id, { first: "Live", last: `No ${id}`, email: `live${id}@example.com` }));
      await eventually(() => expect(events()).toBe(id));
      expect(Date.now() - posted).toBeLessThan(2_000);
      const counts = await system.queues.salesforce?.getJobCounts("waiting", "delayed", "prioritized", "active");
      most = Math.max(most, ...[Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)]);
      await sleep(200);
    }
    expect((await tools.bulks.read(job))?.end).toBeUndefined();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MOST_WAITING + 1);
    await admin.post(`/admin/jobs/${job}/stop`);
  }, 120_000);
});
