/** A purchase whose bookings are at several locations, where a booking can be read at its own alone [Q5, Q9]. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

const OTHER_CHILD = 37_015;

let world: World;

beforeAll(async () => {
  world = await startWorld({ asks: true, path: "child" });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

async function twoLocations(): Promise<readonly [number, number]> {
  const { bookingIds } = world.bookingbug.book({ starts: [on(10, "09:00"), on(11, "10:00")] });
  const [first = 0, second = 0] = bookingIds;
  await world.settled();
  world.bookingbug.relocate(second, OTHER_CHILD);
  await askedAll(world);
  return [first, second];
}

it("has what a cancellation leaves open answered of each", async () => {
  const [first, second] = await twoLocations();
  world.bookingbug.cancel(second);
  await askedAll(world);
  expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
});

it("has each read back that was cancelled without a callback", async () => {
  const [first, second] = await twoLocations();
  world.bookingbug.callbacks = "off";
  world.bookingbug.cancel(first);
  world.bookingbug.cancel(second);
  expect((await world.reconcile()).counts).toMatchObject({ cancelledThere: 2, repaired: 2, notReadable: 0 });
  expect(shown(world)).toEqual({ [first]: "cancelled 09:00", [second]: "cancelled 10:00" });
});
