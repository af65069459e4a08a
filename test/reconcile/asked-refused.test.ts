/** A sign-in that BookingBug refuses is tried once for everything that is to be asked, and what is to be asked waits [Q2, Q9]. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { Queue } from "bullmq";
import { ASK_QUEUE } from "../../src/inbox/ask-queue.ts";
import { eventually } from "../support/eventually.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

let world: World;
let jobs: Queue;
let signIns = 0;

beforeAll(async () => {
  const onAsked = ({ path }: { path: string }): void => {
    if (path === "/oauth/token") signIns += 1;
  };
  world = await startWorld({ asks: true, urls: ["bookings"], onAsked });
  jobs = new Queue(ASK_QUEUE, { connection: world.system.redis, prefix: world.system.keys.prefix });
});
beforeEach(() => world.reset());
afterAll(async () => {
  await jobs.close();
  await world.stop();
});

it("is tried once for a burst, and what was asked is asked again when it may be", async () => {
  const PURCHASES = 8;
  const ids = Array.from(
    { length: PURCHASES },
    () => world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds[0] ?? 0,
  );
  await world.settled();
  expect(signIns).toBe(0);
  const refusal = { crm: "bookingbug", match: "/oauth/token", action: { type: "status", status: 401 } } as const;
  world.system.sandbox.faults.set([refusal]);
  for (const id of ids) world.bookingbug.cancel(id);
  await world.settled();
  await eventually(async () => expect(await jobs.getDelayedCount()).toBe(PURCHASES));
  expect(signIns).toBe(1);
  expect(await jobs.getFailedCount()).toBe(0);
  for (const { delay } of await jobs.getDelayed()) {
    expect(delay).toBeGreaterThan(270_000);
    expect(delay).toBeLessThanOrEqual(300_000);
  }
  expect(Object.values(shown(world))).toEqual(ids.map(() => "booked 09:00"));

  // Five minutes later somebody has seen to it.
  world.system.sandbox.faults.set([]);
  const { redis, keys } = world.system;
  await redis.del(await redis.keys(`${keys.prefix}:session-refused:*`));
  await jobs.promoteJobs();
  await askedAll(world);
  expect(Object.values(shown(world))).toEqual(ids.map(() => "cancelled 09:00"));
  expect(signIns).toBe(2);
});
