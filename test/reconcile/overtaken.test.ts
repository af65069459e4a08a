/** A callback that comes while its purchase is read is newer than what was read [Q6]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { BookingBug } from "../../src/bookingbug/api.ts";
import { on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** Something happens after BookingBug has read the purchase, and before its answer is here. */
function slowly(happens: (reading: number) => Promise<void>): Pick<{ bookingbug: BookingBug }, "bookingbug"> {
  const { bookingbug } = world.reconciling;
  let readings = 0;
  return {
    bookingbug: {
      ...bookingbug,
      async readPurchase(place, id) {
        const purchase = await bookingbug.readPurchase(place, id);
        readings += 1;
        await happens(readings);
        return purchase;
      },
    },
  };
}

const droppedMove = async (): Promise<number> => {
  const [id = 0] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
  await world.settled();
  world.bookingbug.callbacks = "off";
  world.bookingbug.move(id, on(10, "12:00"));
  world.bookingbug.callbacks = "on";
  return id;
};

describe("a purchase of which a callback comes while it is read [Q6]", () => {
  it.each([
    ["waits", () => world.bookingbug.settled()],
    ["is in both CRMs already", () => world.settled()],
  ])("is not stored after that, and is read again: the callback %s", async (_, come) => {
    const id = await droppedMove();
    const racing = slowly(async (reading) => {
      if (reading > 1) return;
      world.bookingbug.move(id, on(10, "15:00"));
      await come();
    });
    const { counts } = await world.reconcile({}, racing);
    expect(counts).toMatchObject({ stale: 1, repaired: 1, purchasesRead: 1, overtaken: 0 });
    expect(world.asked().purchases).toBe(2);
    expect(shown(world)).toEqual({ [id]: "rescheduled 15:00" });
  });

  it("is left to its callbacks where they come with each reading", async () => {
    const id = await droppedMove();
    const racing = slowly(async (reading) => {
      world.bookingbug.move(id, on(10, `${15 + reading}:00`));
      await world.bookingbug.settled();
    });
    const { counts } = await world.reconcile({}, racing);
    expect(counts).toMatchObject({ stale: 1, repaired: 0, overtaken: 1 });
    expect(world.asked().purchases).toBe(3);
    expect(shown(world)).toEqual({ [id]: "rescheduled 18:00" });
  });
});
