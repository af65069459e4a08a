/** An affiliate's push on the cancellation URL that only names a booking is never passed over in silence [H6]. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

let world: World;

afterEach(() => world.stop());

const held = async (): Promise<number[]> =>
  await Promise.all(["salesforce", "hubspot"].map((crm) => world.system.redis.hlen(world.system.keys.failed(crm))));

async function twoBooked(options: BookingBugSandboxOptions & { asks?: boolean }): Promise<readonly [number, number]> {
  world = await startWorld({ asks: true, ...options });
  const starts = [on(10, "09:00"), on(11, "10:00")];
  const [first = 0, second = 0] = world.bookingbug.book({ starts }).bookingIds;
  await world.settled();
  world.bookingbug.callbacks = "off";
  return [first, second];
}

async function pushCancelled(id: number) {
  const links = [{ rel: "booking", href: `https://uk.bookingbug.com/api/bookings/${id}` }];
  const message = "Booking cancelled by Name Surname";
  const { status, body } = await world.system.post("cancellations", { type: "booking", message, id, links });
  expect(status).toBe(202);
  await askedAll(world);
  return body;
}

describe("of a booking that is known", () => {
  it("has it cancelled by BookingBug's word, and nothing is left to ask", async () => {
    const [first, second] = await twoBooked({});
    world.bookingbug.cancel(second);
    await pushCancelled(second);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
    expect(await held()).toEqual([0, 0]);
  });

  it("changes nothing where BookingBug says that it takes place", async () => {
    const [first, second] = await twoBooked({});
    await pushCancelled(second);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([0, 0]);
  });

  it("waits for a person where BookingBug has erased it [H6]", async () => {
    const [first, second] = await twoBooked({ cancelled: "erased" });
    world.bookingbug.cancel(second);
    await pushCancelled(second);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([1, 1]);
    await pushCancelled(second);
    await world.reconcile();
    expect(await held()).toEqual([1, 1]);
  });

  it("waits for a person where BookingBug cannot be asked, and what it names of people is not kept [H6]", async () => {
    const [first, second] = await twoBooked({ asks: false });
    expect(await pushCancelled(second)).toMatchObject({ outcome: "stored", bookings: [String(second)] });
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([1, 1]);
    expect(await world.system.redis.hlen(world.system.keys.quarantine)).toBe(0);
  });
});

it("of a booking that is not known is kept where BookingBug cannot be asked", async () => {
  await twoBooked({ asks: false });
  expect(await pushCancelled(999_999)).toMatchObject({ outcome: "ignored" });
  expect(await world.system.redis.hlen(world.system.keys.quarantine)).toBe(1);
});
