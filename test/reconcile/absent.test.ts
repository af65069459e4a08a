/** That BookingBug does not list something cancels nothing [Q7]. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { on, shown, startWorld, type World } from "./world.ts";

let world: World;

afterEach(() => world.stop());

async function twoBooked(options: BookingBugSandboxOptions): Promise<readonly [number, number]> {
  world = await startWorld(options);
  const [first = 0, second = 0] = world.bookingbug.book({ starts: [on(10, "09:00"), on(11, "10:00")] }).bookingIds;
  await world.settled();
  world.bookingbug.callbacks = "off";
  return [first, second];
}

describe("a booking that BookingBug does not tell of [Q7]", () => {
  it("is neither cancelled nor held where list and purchase leave it out", async () => {
    const [first, second] = await twoBooked({ cancelled: "erased" });
    world.bookingbug.move(first, on(10, "12:00"));
    world.bookingbug.cancel(second);
    const { counts } = await world.reconcile();
    expect(counts).toMatchObject({ listed: 1, stale: 1, repaired: 1 });
    expect(shown(world)).toEqual({ [first]: "rescheduled 12:00", [second]: "booked 10:00" });
    for (const crm of ["salesforce", "hubspot"]) {
      expect(await world.system.redis.hlen(world.system.keys.failed(crm))).toBe(0);
    }
  });

  it("is cancelled where the purchase leaves it out and the booking itself says so", async () => {
    const [first, second] = await twoBooked({ cancelledInPurchase: "left_out" });
    world.bookingbug.cancel(second);
    expect((await world.reconcile()).counts).toMatchObject({ cancelledThere: 1, repaired: 1, notReadable: 0 });
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
  });

  it("stays what it is where the list has it cancelled, and neither purchase nor booking can be read", async () => {
    const [first, second] = await twoBooked({ cancelledInPurchase: "left_out" });
    world.bookingbug.cancel(second);
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/bookings/${second}`, action: { type: "status", status: 404 } },
    ]);
    expect((await world.reconcile()).counts).toMatchObject({ cancelledThere: 1, repaired: 0, notReadable: 1 });
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
  });

  it("is asked for where its purchase lists it without a mark, nothing is known of it and the walk is not over it", async () => {
    world = await startWorld();
    world.bookingbug.callbacks = "off";
    const starts = [on(10, "09:00"), new Date("2036-06-10T10:00:00Z")];
    const [first = 0, second = 0] = world.bookingbug.book({ starts }).bookingIds;
    world.bookingbug.cancel(second);
    const { counts } = await world.reconcile({ windows: [{ kind: "dates", from: "2036-03-01", to: "2036-03-31" }] });
    expect(counts).toMatchObject({ listed: 1, missing: 1, repaired: 1 });
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
  });
});
