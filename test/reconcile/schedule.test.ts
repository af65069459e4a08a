/**
 * Reconciling by itself: what no callback brought comes all the same [Q5], a walk outlives its process [Q8], and the CRMs are
 * looked at after it [Q15].
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSchedule } from "../../src/reconcile/schedule.ts";
import { createWalkQueue, walkAfter } from "../../src/reconcile/walk-queue.ts";
import { eventually } from "../support/eventually.ts";
import { on, shown, startWorld, type World } from "./world.ts";

const HOURLY = { everyMs: 3_600_000 } as const;

let world: World;
let pages: string[] = [];
let onPage: (page: string) => void = () => {};
let looks: AbortSignal[] = [];
/** What a look at the CRMs takes. */
let look: () => Promise<void>;

beforeAll(async () => {
  world = await startWorld({
    maxPerPage: 5,
    onAsked({ path, query }) {
      if (!path.endsWith("/bookings")) return;
      pages.push(query.get("page") ?? "");
      onPage(query.get("page") ?? "");
    },
  });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
  pages = [];
  onPage = () => {};
  looks = [];
  look = async () => {};
});
afterAll(() => world.stop());

function schedule(
  every: "off" | "night" | typeof HOURLY,
  asks: "asks BookingBug" | "cannot ask it" = "asks BookingBug",
) {
  const { redis, keys, config } = world.tools;
  const reconciling = asks === "asks BookingBug" ? world.reconciling : undefined;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  async function lookAtCrms(signal: AbortSignal): Promise<void> {
    looks.push(signal);
    await look();
  }
  const companies = config.bookingbugApi?.companies ?? [];
  return startSchedule({ redis, keys, log, every, reconciling, companies, lookAtCrms });
}

const scheduled = () => world.system.redis.zcard(`${world.tools.keys.prefix}:reconcile:repeat`);

describe("a walk by schedule", () => {
  it("brings what no callback brought [Q5]", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
    const running = await schedule(HOURLY);
    await eventually(() => expect(shown(world)).toEqual({ [id]: "booked 09:00" }));
    await running.stop(5_000);
  });

  it("that its process ends with goes on in the next where it was, and is followed by a whole one [Q8]", async () => {
    for (let count = 0; count < 12; count += 1) world.bookingbug.book({ starts: [on(10, "09:00")] });
    const second = new Promise<void>((resolve) => {
      onPage = (page) => page === "2" && resolve();
    });
    const first = await schedule(HOURLY);
    await second;
    await first.stop(5_000);
    onPage = () => {};
    pages = [];
    const next = await schedule(HOURLY);
    await eventually(() => expect(Object.keys(shown(world))).toHaveLength(12));
    await eventually(() => expect(pages).toEqual(expect.arrayContaining(["1", "3"])));
    expect(pages[0]).toBe("2");
    await next.stop(5_000);
  });

  it("is taken out of Redis where nobody wants it any more", async () => {
    await (await schedule("night")).stop(5_000);
    expect(await scheduled()).toBe(1);
    expect(pages).toEqual([]);
    await (await schedule("off")).stop(5_000);
    expect(await scheduled()).toBe(0);
  });
});

describe("a look at the CRMs by schedule [Q15]", () => {
  it("comes after the walk over BookingBug's bookings", async () => {
    let walked = 0;
    look = async () => {
      walked = (await world.reconciling.walks.newest()).length;
    };
    const running = await schedule(HOURLY);
    await eventually(() => expect(walked).toBe(1));
    await running.stop(5_000);
  });

  it("is made where BookingBug cannot be asked", async () => {
    const running = await schedule(HOURLY, "cannot ask it");
    await eventually(() => expect(looks).toHaveLength(1));
    await running.stop(5_000);
    expect(pages).toEqual([]);
  });

  it("is not waited for by a process that ends, and is begun anew by the next without another walk", async () => {
    look = () => new Promise(() => {});
    const first = await schedule(HOURLY);
    await eventually(() => expect(looks).toHaveLength(1));
    const began = Date.now();
    await first.stop(20_000);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(looks[0]?.aborted).toBe(true);
    look = async () => {};
    pages = [];
    const next = await schedule(HOURLY);
    await eventually(() => expect(looks).toHaveLength(2));
    await next.stop(5_000);
    expect(pages).toEqual([]);
  });

  it("does not come of a time without a web process", async () => {
    const { redis, keys } = world.tools;
    const running = await schedule("night");
    const queue = createWalkQueue(redis, keys, () => {});
    const to = new Date(Date.now() - 3_600_000 + 300);
    await walkAfter(queue, { from: new Date(to.getTime() - 600_000).toISOString(), to: to.toISOString() });
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect([pages.length > 0, looks]).toEqual([true, []]);
    await running.stop(5_000);
    await queue.close();
  });
});
