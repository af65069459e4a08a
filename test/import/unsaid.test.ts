/** What no purchase says of its bookings, and an import brings all the same. [Q11] */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { shown, startWorld, type World } from "../reconcile/world.ts";
import { APRIL, april, importing, planPath } from "./world.ts";

const OTHER_CHILD = 37_015;

let world: World;

beforeAll(async () => {
  world = await startWorld({ path: "child", cancelledInPurchase: "left_out" });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(() => world.stop());

async function imported(...args: string[]): Promise<Record<string, string>> {
  const path = await planPath();
  expect(await importing(world, ...APRIL, ...args, "--plan", path)).toMatchObject({ code: 0, err: "" });
  expect(await importing(world, "--apply", path)).toMatchObject({ code: 0, err: "" });
  await world.settled();
  return shown(world);
}

describe("[Q11] an import", () => {
  it("brings whether somebody came", async () => {
    const [absent = 0, came = 0, coming = 0] = world.bookingbug.book({
      starts: [april(1, "09:00"), april(2, "10:00"), april(3, "11:00")],
    }).bookingIds;
    world.bookingbug.mark(absent, "no_show");
    world.bookingbug.mark(came, "completed");
    const marked = { [absent]: "no_show 09:00", [came]: "completed 10:00", [coming]: "booked 11:00" };
    expect(await imported()).toEqual(marked);
  });

  it("brings the mark that was made since the plan was", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [april(1, "09:00")] }).bookingIds;
    const path = await planPath();
    await importing(world, ...APRIL, "--plan", path);
    world.bookingbug.mark(id, "no_show");
    await importing(world, "--apply", path);
    await world.settled();
    expect(shown(world)).toEqual({ [id]: "no_show 09:00" });
  });

  it("reads each booking of a purchase at its own location", async () => {
    const [first = 0, second = 0] = world.bookingbug.book({
      starts: [april(1, "09:00"), april(2, "10:00")],
    }).bookingIds;
    world.bookingbug.relocate(second, OTHER_CHILD);
    world.bookingbug.cancel(second);
    const both = { [first]: "booked 09:00", [second]: "cancelled 10:00" };
    expect(await imported("--with-cancelled")).toEqual(both);
  });

  it("brings a booking that was marked, and that cannot be read by itself, without the mark", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [april(1, "09:00")] }).bookingIds;
    world.bookingbug.mark(id, "no_show");
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/bookings/${id}`, action: { type: "status", status: 403 } },
    ]);
    expect(await imported()).toEqual({ [id]: "booked 09:00" });
  });
});
