/** A time without a web process is made up for by one walk, however many start at its end [Q14]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { prepare, type Running } from "../../src/app/base.ts";
import { startWeb } from "../../src/app/web.ts";
import { startSchedule } from "../../src/reconcile/schedule.ts";
import { createWalkQueue, type WalkQueue, walkAfter } from "../../src/reconcile/walk-queue.ts";
import { createPresence } from "../../src/stats/presence.ts";
import { eventually } from "../support/eventually.ts";
import { apiAt, on, shown, startWorld, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let queue: WalkQueue;

beforeAll(async () => {
  world = await startWorld();
  queue = createWalkQueue(world.system.redis, world.tools.keys, () => {});
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(async () => {
  await queue.close();
  await world.stop();
});

/** As if the last web process had been there so long ago. */
async function lastSeen(agoMs: number): Promise<void> {
  const last = Date.now() - agoMs;
  await world.system.redis.hset(world.tools.keys.presence, { since: last - HOUR_MS, last });
}

async function startWebs(count: number, more: Readonly<Record<string, string>> = {}): Promise<() => Promise<void>> {
  const bases = await Promise.all(
    Array.from({ length: count }, () =>
      prepare({ ...world.environment, RECONCILE_EVERY: "night", PORT: "0", ...more }, "web"),
    ),
  );
  const webs: Running[] = await Promise.all(bases.map(startWeb));
  return async () => void (await Promise.all(webs.map((one) => one.stop())));
}

const absences = () => world.system.redis.llen(world.tools.keys.absences);

describe("a start after more than five minutes without a web process [Q14]", () => {
  it("is followed by one walk an hour later, which goes back to when the last was seen", async () => {
    await lastSeen(6 * MINUTE_MS);
    const stop = await startWebs(3);
    await eventually(async () => expect(await queue.getDelayedCount()).toBe(1));
    await stop();
    expect(await absences()).toBe(1);
    const [job] = await queue.getDelayed();
    expect(await queue.getDelayedCount()).toBe(1);
    expect(job?.data.by).toBe("start");
    expect(job?.data.lastMs).toBeGreaterThanOrEqual(HOUR_MS + 6 * MINUTE_MS);
    expect(job?.delay).toBeGreaterThan(HOUR_MS - MINUTE_MS);
    expect(job?.delay).toBeLessThanOrEqual(HOUR_MS);
  });

  it("is not what a restart is, whether or not some are there meanwhile", async () => {
    await lastSeen(4 * MINUTE_MS);
    await (await startWebs(2))();
    await (await startWebs(1))();
    expect(await absences()).toBe(0);
    expect(await queue.getDelayedCount()).toBe(0);
  });

  it("is none where nobody was ever seen before", async () => {
    await world.system.redis.del(world.tools.keys.presence);
    await (await startWebs(1))();
    expect(await absences()).toBe(0);
  });

  it.each([
    ["nobody wants walks", { RECONCILE_EVERY: "off" }],
    ["BookingBug cannot be asked", Object.fromEntries(Object.keys(apiAt("")).map((name) => [name, ""]))],
  ])("is noted and no more where %s", async (_, more) => {
    await lastSeen(6 * MINUTE_MS);
    await (await startWebs(1, more))();
    expect(await absences()).toBe(1);
    expect(await queue.getDelayedCount()).toBe(0);
  });

  it("is made up for although the process that found it died before it said so", async () => {
    await lastSeen(6 * MINUTE_MS);
    const { redis, keys } = world.tools;
    await createPresence({ redis, keys }).beat();
    await (await startWebs(2))();
    expect(await queue.getDelayedCount()).toBe(1);
  });

  it("is walked by the worker, as what it is", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
    const { redis, keys, config } = world.tools;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const companies = config.bookingbugApi?.companies ?? [];
    const schedule = await startSchedule({
      redis,
      keys,
      log,
      every: "night",
      reconciling: world.reconciling,
      companies,
    });
    const to = new Date(Date.now() - HOUR_MS + 500);
    await walkAfter(queue, { from: new Date(to.getTime() - 100 * HOUR_MS).toISOString(), to: to.toISOString() });
    await eventually(() => expect(shown(world)).toEqual({ [id]: "booked 09:00" }));
    await eventually(async () => {
      const [walk] = await world.reconciling.walks.newest();
      expect(walk).toMatchObject({ by: "start", windows: [{ kind: "changed", lastMs: 101 * HOUR_MS }] });
    });
    await schedule.stop(5_000);
  });
});
