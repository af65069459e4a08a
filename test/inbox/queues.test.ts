import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { createEnqueuer } from "../../src/inbox/enqueuer.ts";
import { createInbox } from "../../src/inbox/inbox.ts";
import {
  createQueue,
  dropOldEvents,
  enqueue,
  type JobData,
  queueName,
  type SyncQueue,
} from "../../src/inbox/queues.ts";
import { createSweeper } from "../../src/inbox/sweeper.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const keys = createKeys("{queue-test}");
const settings = { attempts: 5, failedDays: 30 };
let server: TestRedis;
let redis: Redis;
let queue: SyncQueue;
let workers: Worker[];

beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  await redis.flushall();
  queue = createQueue("salesforce", redis, keys);
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close(true)));
  await queue.close();
  redis.disconnect();
});
afterAll(async () => {
  await server.stop();
});

/** A worker whose passes the test scripts; `runs` grows by one with each. */
function work(
  pass: (run: number) => Promise<void>,
  options: { lockDuration?: number; backoffMs?: number } = {},
): number[] {
  const runs: number[] = [];
  const worker = new Worker<JobData>(
    queueName("salesforce"),
    async () => {
      runs.push(runs.length + 1);
      await pass(runs.length);
    },
    {
      connection: redis,
      prefix: keys.prefix,
      lockDuration: options.lockDuration ?? 30_000,
      stalledInterval: options.lockDuration ?? 30_000,
      settings: { backoffStrategy: () => options.backoffMs ?? 600_000 },
    },
  );
  worker.on("error", () => {});
  workers.push(worker);
  return runs;
}

function gated(): { wait: Promise<void>; open: () => void } {
  let open = (): void => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

describe("BullMQ's events [S5]", () => {
  it("are few, and none is older than a day", async () => {
    await enqueue(queue, ["1"], settings);
    const events = queue.toKey("events");
    expect((await queue.getMeta()).maxLenEvents).toBe(1_000);
    await redis.del(events);
    await redis.xadd(events, String(Date.now() - 90_000_000), "event", "old");
    await redis.xadd(events, String(Date.now() - 80_000_000), "event", "new");
    await dropOldEvents(redis, queue);
    expect((await redis.xrange(events, "-", "+")).map(([, [, name]]) => name)).toEqual(["new"]);
  });
});

describe("one job per purchase", () => {
  it("adds nothing while a job of the purchase waits", async () => {
    for (let i = 0; i < 5; i += 1) await enqueue(queue, ["1"], settings);
    await enqueue(queue, ["2"], settings);
    expect(await queue.getWaitingCount()).toBe(2);
  });

  it("runs one follow-up after an active job, however often the purchase was added meanwhile [A4]", async () => {
    const gate = gated();
    const runs = work(() => gate.wait);
    await enqueue(queue, ["1"], settings);
    await eventually(() => expect(runs).toHaveLength(1));
    for (let i = 0; i < 5; i += 1) await enqueue(queue, ["1"], settings);
    expect(await queue.getWaitingCount()).toBe(0);
    gate.open();
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(2));
    expect(runs).toHaveLength(2);
  });

  it("pulls a job forward that sits out a backoff, so that a cancellation does not wait behind an old error [A4]", async () => {
    const runs = work(async (run) => {
      if (run === 1) throw new Error("the CRM stumbled");
    });
    await enqueue(queue, ["1"], settings);
    await eventually(async () => expect(await queue.getDelayedCount()).toBe(1));
    await enqueue(queue, ["1"], settings);
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect(runs).toHaveLength(2);
  });

  it("starts anew after a job failed for good", async () => {
    const runs = work(async (run) => {
      if (run === 1) throw new UnrecoverableError("rejected");
    });
    await enqueue(queue, ["1"], settings);
    await eventually(async () => expect(await queue.getFailedCount()).toBe(1));
    await enqueue(queue, ["1"], settings);
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect(runs).toHaveLength(2);
  });

  it("gives the job of a dead worker to another [A2]", async () => {
    const never = gated();
    work(() => never.wait, { lockDuration: 500 });
    await enqueue(queue, ["1"], settings);
    await eventually(async () => expect(await queue.getActiveCount()).toBe(1));
    await workers[0]?.close(true);
    const runs = work(async () => {}, { lockDuration: 500 });
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect(runs).toHaveLength(1);
    never.open();
  });
});

describe("the enqueuer", () => {
  it("gives every purchase a job in every queue, once", async () => {
    const other = createQueue("hubspot", redis, keys);
    const errors: unknown[] = [];
    const enqueuer = createEnqueuer({ queues: [queue, other], settings, onError: (error) => errors.push(error) });
    for (let i = 0; i < 1_200; i += 1) enqueuer.soon(String(i % 600));
    await enqueuer.flush();
    expect(await queue.getWaitingCount()).toBe(600);
    expect(await other.getWaitingCount()).toBe(600);
    expect(errors).toEqual([]);
    await other.close();
  });
});

describe("the sweeper", () => {
  it("gives a job to a purchase that was stored but never queued, and leaves alone those that have one [A4]", async () => {
    const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
    const receivedAt = new Date(Date.now() - 10_000).toISOString();
    for (const purchaseId of ["stored only", "queued"]) {
      await inbox.store({
        deliveryId: purchaseId,
        purchaseId,
        route: "bookings",
        receivedAt,
        bookingIds: [],
        body: "{}",
      });
    }
    await enqueue(queue, ["queued"], settings);
    const sweep = createSweeper({ crm: "salesforce", inbox, queue, settings });
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    const waiting = await queue.getWaiting();
    expect(waiting.map((job) => job.data.purchaseId).sort()).toEqual(["queued", "stored only"]);
  });

  it("comes to what was never queued behind thousands that wait, and begins anew then [A4]", async () => {
    const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
    const waiting = Array.from({ length: 2_500 }, (_, n) => String(n));
    const before = Date.now() - 20_000;
    await redis.zadd(keys.pending("salesforce"), ...waiting.flatMap((id) => [before, id]));
    await enqueue(queue, waiting, settings);
    const sweep = createSweeper({ crm: "salesforce", inbox, queue, settings });
    await redis.zadd(keys.pending("salesforce"), before + 1, "never queued");
    expect([await sweep(), await sweep(), await sweep()]).toEqual([0, 0, 1]);
    await redis.zadd(keys.pending("salesforce"), before - 1, "nor was this");
    expect(await sweep()).toBe(1);
  });

  it("does not bring back a purchase that was parked because it failed [W3]", async () => {
    const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
    const receivedAt = new Date(Date.now() - 10_000).toISOString();
    await inbox.store({ deliveryId: "d", purchaseId: "1", route: "bookings", receivedAt, bookingIds: [], body: "{}" });
    await inbox.park("salesforce", "1");
    expect(await createSweeper({ crm: "salesforce", inbox, queue, settings })()).toBe(0);
  });
});
