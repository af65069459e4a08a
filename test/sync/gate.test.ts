/** A gate and its queue's pause agree, whoever opens, closes, pauses or dies in between. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import { createQueue, enqueue, queueName, type SyncQueue } from "../../src/inbox/queues.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createGate, type Gate, type GateState } from "../../src/sync/gate.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const keys = createKeys("{gate-test}");
const HOUR_MS = 3_600_000;
let server: TestRedis;
let redis: Redis;
let queue: SyncQueue;
/** As two processes have them. */
let gate: Gate;
let other: Gate;

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = createQueue("hubspot", redis, keys);
  gate = createGate(redis, keys, "hubspot", queue);
  other = createGate(redis, keys, "hubspot", queue);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const down = (more: Partial<GateState> = {}): GateState => ({
  reason: "unavailable",
  detail: "down",
  since: new Date().toISOString(),
  ...more,
});
const answers = { probe: async () => {} };
const stands = async () => ({ closed: (await gate.state()) !== undefined, paused: await queue.isPaused() });

describe("a gate that is opened [G1]", () => {
  it("stays closed, and its queue paused, when it was closed again while the CRM was asked", async () => {
    await gate.close(down());
    const opened = await gate.tryOpen({ probe: () => other.close(down()) });
    expect(opened).toBe(false);
    expect(await stands()).toEqual({ closed: true, paused: true });
    expect(await other.tryOpen(answers)).toBe(true);
    expect(await stands()).toEqual({ closed: false, paused: false });
  });

  it("is closed again with its queue by whoever comes a moment later", async () => {
    await gate.close(down());
    await gate.tryOpen(answers);
    await other.close(down());
    expect(await stands()).toEqual({ closed: true, paused: true });
  });

  it("agrees with its queue after any order of opening and closing at once", async () => {
    for (let round = 0; round < 50; round += 1) {
      const acts = [() => gate.close(down()), () => other.tryOpen(answers), () => gate.tryOpen(answers)];
      acts.sort(() => Math.random() - 0.5);
      await Promise.all(acts.map((act) => act()));
      const { closed, paused } = await stands();
      expect(paused).toBe(closed);
    }
  });

  it("wakes the workers that wait", async () => {
    const done: string[] = [];
    const options = { connection: redis, prefix: keys.prefix };
    const worker = new Worker(queueName("hubspot"), async (job) => void done.push(job.data.purchaseId), options);
    await worker.waitUntilReady();
    await gate.close(down());
    await enqueue(queue, ["1"], { attempts: 1, failedDays: 1 });
    expect(done).toEqual([]);
    await gate.tryOpen(answers);
    await eventually(() => expect(done).toEqual(["1"]));
    await worker.close();
  });

  it("has what sat out a backoff go on at once [G5]", async () => {
    await queue.add("sync", { purchaseId: "1" }, { delay: HOUR_MS });
    await gate.close(down());
    await gate.tryOpen(answers);
    expect(await queue.getJobCounts("waiting", "delayed")).toEqual({ waiting: 1, delayed: 0 });
  });
});

describe("a person's pause [G2]", () => {
  it.each([
    ["before the gate closed", [() => queue.pause(), () => gate.close(down())]],
    ["while the gate was closed", [() => gate.close(down()), () => queue.pause()]],
  ])("made %s outlasts the gate, until a person ends it", async (_when, acts) => {
    for (const act of acts) await act();
    expect(await gate.tryOpen(answers)).toBe(true);
    expect(await stands()).toEqual({ closed: false, paused: true });
    expect(await gate.pausedByHand()).toEqual({ kind: "in_the_queues" });
    expect(await gate.liftPause()).toBe(true);
    expect(await stands()).toEqual({ closed: false, paused: false });
  });

  const reasoned = (until?: number) => ({
    by: "ann",
    reason: "data load",
    since: new Date().toISOString(),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  });

  it.each([
    ["before the gate closed", [() => gate.pause(reasoned()), () => gate.close(down())]],
    ["while the gate was closed", [() => gate.close(down()), () => gate.pause(reasoned())]],
  ])("with a reason, made %s, outlasts the gate as well, and says who and why [G6]", async (_when, acts) => {
    for (const act of acts) await act();
    expect(await gate.tryOpen(answers)).toBe(true);
    expect(await other.pausedByHand()).toMatchObject({ kind: "reasoned", by: "ann", reason: "data load" });
    expect(await other.liftPause()).toBe(true);
    expect(await gate.pausedByHand()).toBeUndefined();
    expect(await stands()).toEqual({ closed: false, paused: false });
  });

  it("takes nothing from the queue, and goes on with what waits once its time is over [G6]", async () => {
    const done: string[] = [];
    await gate.pause(reasoned(Date.now() + HOUR_MS));
    await enqueue(queue, ["1"], { attempts: 1, failedDays: 1 });
    const worker = new Worker(queueName("hubspot"), async (job) => void done.push(job.data.purchaseId), {
      connection: redis.duplicate(),
      prefix: keys.prefix,
    });
    await worker.waitUntilReady();
    expect(await other.endPause(Date.now())).toBeUndefined();
    await new Promise((pass) => setTimeout(pass, 200));
    expect(done).toEqual([]);
    expect(await other.endPause(Date.now() + HOUR_MS + 1)).toMatchObject({ by: "ann" });
    await eventually(() => expect(done).toEqual(["1"]));
    await worker.close();
  });

  it("is not ended by the time of one that it took the place of [G6]", async () => {
    await gate.pause(reasoned(Date.now() - 1));
    await gate.liftPause();
    await queue.pause();
    expect(await gate.endPause(Date.now())).toBeUndefined();
    await gate.pause(reasoned(Date.now() - 1));
    await queue.pause();
    expect(await gate.endPause(Date.now())).toBeUndefined();
    expect(await stands()).toEqual({ closed: false, paused: true });
    await gate.pause(reasoned(Date.now() + HOUR_MS));
    expect(await gate.endPause(Date.now())).toBeUndefined();
    expect(await stands()).toEqual({ closed: false, paused: true });
  });

  it("is the gate's when its time is over and the gate is closed [G6]", async () => {
    await gate.close(down());
    await gate.pause(reasoned(Date.now() - 1));
    expect(await gate.endPause(Date.now())).toBeDefined();
    expect(await stands()).toEqual({ closed: true, paused: true });
    await gate.tryOpen(answers);
    expect(await stands()).toEqual({ closed: false, paused: false });
  });

  it("is the gate's once it is ended while the gate is closed", async () => {
    await queue.pause();
    await gate.close(down());
    expect(await gate.liftPause()).toBe(true);
    expect(await stands()).toEqual({ closed: true, paused: true });
    await gate.tryOpen(answers);
    expect(await stands()).toEqual({ closed: false, paused: false });
  });
});

describe("a maintenance", () => {
  const refuses = { probe: () => Promise.reject(new UnauthorisedError("Session expired or invalid")) };

  it("is still one while sessions end in it, and nobody is told to renew credentials", async () => {
    await gate.close(down({ reason: "maintenance" }));
    expect(await gate.tryOpen(refuses)).toBe(false);
    expect((await gate.state())?.reason).toBe("maintenance");
  });

  it("is over after half a day, when refused credentials are refused credentials", async () => {
    await gate.close(down({ reason: "maintenance", since: new Date(Date.now() - 13 * HOUR_MS).toISOString() }));
    await gate.tryOpen(refuses);
    expect((await gate.state())?.reason).toBe("unauthorised");
  });
});

describe("a CRM that asks to be left alone", () => {
  it("is asked again within an hour, however long it said [G4]", async () => {
    await gate.close(down({ until: new Date(Date.now() + 1_000 * HOUR_MS).toISOString() }));
    const until = Date.parse((await gate.state())?.until ?? "");
    expect(until - Date.now()).toBeLessThanOrEqual(HOUR_MS);
    expect(await gate.tryOpen(answers)).toBe(false);
  });

  it("is asked at once by a person, and when it says so again, left alone again", async () => {
    await gate.close(down({ until: new Date(Date.now() + HOUR_MS).toISOString() }));
    const retryAt = new Date(Date.now() + HOUR_MS / 2);
    const probe = () => Promise.reject(new UnavailableError("still down", { retryAt }));
    expect(await gate.askNow({ probe })).toMatchObject({ detail: "still down", until: retryAt.toISOString() });
    expect(await gate.tryOpen(answers)).toBe(false);
    expect(await gate.askNow(answers)).toBeUndefined();
    expect(await stands()).toEqual({ closed: false, paused: false });
  });
});
