/** A walk asks for more than it is about, and a long one for little more than a page holds [Q5, Q8]. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { on, startWorld, type World } from "./world.ts";

let world: World;

afterEach(() => world.stop());

async function start(options: BookingBugSandboxOptions = {}): Promise<void> {
  world = await startWorld(options);
  world.bookingbug.callbacks = "off";
}

describe("a walk", () => {
  const MARCH_10 = { kind: "dates", from: "2036-03-10", to: "2036-03-10" } as const;

  it.each([-720, 0, 840])("over days has those of every time zone: %i minutes from ours [Q5]", async (zoneMinutes) => {
    await start({ zoneMinutes });
    for (const time of ["00:10", "12:00", "23:50"]) world.bookingbug.book({ starts: [on(10, time)] });
    const { counts } = await world.reconcile({ windows: [MARCH_10], dryRun: true });
    expect(counts).toMatchObject({ listed: 3, missing: 3 });
  });

  it.each([-720, 840])("over changes has those of every time zone: %i minutes from ours [Q5]", async (zoneMinutes) => {
    const hourAgo = new Date(Date.now() - 3_600_000);
    await start({ zoneMinutes, now: () => hourAgo });
    world.bookingbug.book({ starts: [on(10, "12:00")] });
    const { counts } = await world.reconcile({ windows: [{ kind: "changed", lastMs: 2 * 3_600_000 }], dryRun: true });
    expect(counts).toMatchObject({ listed: 1 });
  });

  it("over 10,000 changed bookings takes a hundred requests and one more [Q8]", async () => {
    await start();
    for (let count = 0; count < 10_000; count += 1) world.bookingbug.book({ starts: [on(10, "12:00")] });
    const { outcome, counts } = await world.reconcile({ dryRun: true });
    expect(outcome.kind).toBe("complete");
    expect(counts).toMatchObject({ listed: 10_000, missing: 10_000 });
    expect(world.asked().list).toBeLessThanOrEqual(101);
  });
});
