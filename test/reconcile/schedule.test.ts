/** Reconciling by itself: what no callback brought comes all the same [Q5], and a walk outlives its process [Q8]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSchedule } from "../../src/reconcile/schedule.ts";
import { eventually } from "../support/eventually.ts";
import { on, shown, startWorld, type World } from "./world.ts";

const HOURLY = { everyMs: 3_600_000 } as const;

let world: World;
let pages: string[] = [];
let onPage: (page: string) => void = () => {};

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
});
afterAll(() => world.stop());

function schedule(
  every: "off" | "night" | typeof HOURLY,
  asks: "asks BookingBug" | "cannot ask it" = "asks BookingBug",
) {
  const { redis, keys, config } = world.tools;
  const reconciling = asks === "asks BookingBug" ? world.reconciling : undefined;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const companies = config.bookingbugApi?.companies ?? [];
  return startSchedule({ redis, keys, log, every, reconciling, companies });
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

  it("is taken out of Redis where nobody wants it any more, or BookingBug cannot be asked any more", async () => {
    await (await schedule("night")).stop(5_000);
    expect(await scheduled()).toBe(1);
    expect(pages).toEqual([]);
    await (await schedule("off")).stop(5_000);
    expect(await scheduled()).toBe(0);
    await (await schedule("night")).stop(5_000);
    await (await schedule("night", "cannot ask it")).stop(5_000);
    expect(await scheduled()).toBe(0);
  });
});
