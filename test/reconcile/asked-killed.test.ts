/** What is to be asked outlives the worker that was asking [Q9]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { Queue } from "bullmq";
import { ASK_QUEUE } from "../../src/inbox/ask-queue.ts";
import { eventually } from "../support/eventually.ts";
import { startProcess } from "../support/processes.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

const LOCK_MS = 2_000;
/** For which the turn of a request whose process died is kept. */
const LEASE_MS = 20_000;

let world: World;
let jobs: Queue;
let readings = 0;

beforeAll(async () => {
  const onAsked = ({ path }: { path: string }): void => {
    if (path.includes("/purchases/")) readings += 1;
  };
  const env = { WORKER_LOCK_MS: String(LOCK_MS) };
  world = await startWorld({ asks: true, workers: 0, urls: ["bookings"], onAsked, env });
  jobs = new Queue(ASK_QUEUE, { connection: world.system.redis, prefix: world.system.keys.prefix });
});
afterAll(async () => {
  await jobs.close();
  await world.stop();
});

const startWorker = () => startProcess("src/worker.ts", { ...world.environment, LOG_LEVEL: "info" });

it("is made by another one when a worker is killed while it reads the purchase", async () => {
  const first = startWorker();
  await first.up;
  const [id = 0] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
  await world.settled();
  const slow = { crm: "bookingbug", match: "/purchases/", action: { type: "slow", ms: 60_000 } } as const;
  world.system.sandbox.faults.set([slow]);
  world.bookingbug.cancel(id);
  await eventually(() => expect(readings).toBe(1));
  await world.settled();
  expect(shown(world)).toEqual({ [id]: "booked 09:00" });
  const second = startWorker();
  await second.up;

  first.kill();
  await first.ended;
  world.system.sandbox.faults.set([]);
  const killed = Date.now();
  const [job] = await jobs.getActive();
  await eventually(async () => expect((await jobs.getJob(job?.id ?? ""))?.attemptsStarted).toBe(2));
  // Until its lock has run out, and somebody looked twice.
  expect(Date.now() - killed).toBeLessThan(3 * LOCK_MS);
  await askedAll(world);
  // The other CRM's pass may have asked as well, which is a job of its own.
  expect(await jobs.getFailedCount()).toBe(0);
  expect(shown(world)).toEqual({ [id]: "cancelled 09:00" });
  expect(readings).toBe(2);
  expect(Date.now() - killed).toBeLessThan(LEASE_MS + 3 * LOCK_MS);
  second.kill();
});
