/** What only names a booking is asked of BookingBug [Q9]: an affiliate's push, and a booking that came alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { startSystem } from "../support/system.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({ asks: true });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(() => world.stop());

/** As an affiliate's URL is posted to; what it says of a change or a cancellation is not documented. */
const naming = (bookingId: number, more: object = {}) => ({
  type: "booking",
  message: "New Booking by Name Surname",
  id: bookingId,
  links: [{ rel: "booking", href: `https://uk.bookingbug.com/api/bookings/${bookingId}` }],
  ...more,
});

const book = (...times: string[]) => {
  const { purchaseId, bookingIds } = world.bookingbug.book({ starts: times.map((time) => on(10, time)) });
  const [first = 0, second = 0] = bookingIds;
  return { purchaseId, first, second };
};

async function push(bookingId: number, more?: object) {
  const { status, body } = await world.system.post("bookings", naming(bookingId, more));
  expect(status).toBe(202);
  return body;
}

describe("a booking that comes alone and names no purchase [Q9]", () => {
  const alone = (purchaseId: number, bookingId: number) => {
    const body = world.bookingbug.body(purchaseId) as { _embedded: { bookings: { id: number }[]; client: object } };
    const booking = body._embedded.bookings.find(({ id }) => id === bookingId);
    const { purchase_id, purchase_ref, ...rest } = booking as typeof booking & Record<string, unknown>;
    expect([purchase_id, purchase_ref]).not.toContain(undefined);
    return { ...rest, _embedded: { client: body._embedded.client } };
  };

  it("twice to the booking URL is cancelled in both CRMs where it was in between", async () => {
    const { purchaseId, first, second } = book("09:00", "10:00");
    await world.system.deliver("bookings", alone(purchaseId, first));
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
    world.bookingbug.cancel(first);
    await world.system.deliver("bookings", alone(purchaseId, first));
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "cancelled 09:00", [second]: "booked 10:00" });
    expect(world.asked().purchases).toBe(1);
  });

  it("is not cancelled by being told of again", async () => {
    const { purchaseId, first } = book("09:00");
    await world.system.deliver("bookings", alone(purchaseId, first));
    await world.system.deliver("bookings", alone(purchaseId, first));
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
    expect(world.asked().purchases).toBe(1);
  });
});

describe("an affiliate's push [Q9]", () => {
  it("has the purchase read of the booking that it names, also when that moved and was cancelled", async () => {
    const { first, second } = book("09:00", "10:00");
    expect(await push(first)).toEqual({ outcome: "asked", deliveryId: expect.any(String), bookings: [String(first)] });
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(world.asked().purchases).toBe(1);
    world.bookingbug.move(first, on(10, "12:00"));
    await push(first, { type: "booking_update" });
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "rescheduled 12:00", [second]: "booked 10:00" });
    world.bookingbug.cancel(second);
    await push(second, { type: "cancel" });
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "rescheduled 12:00", [second]: "cancelled 10:00" });
    expect(await world.system.redis.hlen(world.system.keys.quarantine)).toBe(0);
  });

  it("is read a few times and not each time, with two seconds in between [Q10]", async () => {
    const { first } = book("09:00");
    for (let count = 0; count < 30; count += 1) await push(first);
    await askedAll(world);
    expect(world.asked().purchases).toBeLessThanOrEqual(3);
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
  });

  it("that comes while the purchase is read is asked about once more [Q10]", async () => {
    const { first } = book("09:00");
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/bookings/${first}`, action: { type: "slow", ms: 500 } },
    ]);
    await push(first);
    await eventually(() => expect(world.asked().purchases).toBe(1));
    await push(first);
    await askedAll(world);
    expect(world.asked().purchases).toBe(2);
  });

  it("of a booking that BookingBug's API knows only later is asked about again", async () => {
    const { first } = book("09:00");
    const match = `/bookings/${first}`;
    world.system.sandbox.faults.set([{ crm: "bookingbug", match, times: 2, action: { type: "status", status: 404 } }]);
    await push(first);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
  });

  it("of a booking that BookingBug does not know changes nothing, and is a failed job in the end", async () => {
    await push(999_999);
    await askedAll(world);
    expect(shown(world)).toEqual({});
    expect(world.asked()).toEqual({ sign_in: 1, bookings: 6 });
    expect(await world.system.redis.zcard(`${world.system.keys.prefix}:ask:failed`)).toBe(1);
  });

  it("that names no booking is ignored, and kept", async () => {
    const nameless = { type: "booking", message: "New Booking", id: "../purchases/1", links: [] };
    const { body } = await world.system.post("bookings", nameless);
    expect(body).toMatchObject({ outcome: "ignored", reason: "an affiliate notification carries no booking data" });
    expect(await world.system.redis.hlen(world.system.keys.quarantine)).toBe(1);
  });

  it("is ignored where BookingBug cannot be asked, and says so", async () => {
    const unable = await startSystem();
    try {
      const { status, body } = await unable.post("bookings", naming(463));
      expect(status).toBe(202);
      expect(body).toMatchObject({ outcome: "ignored", reason: expect.stringContaining("API is not configured") });
      expect(await unable.redis.hlen(unable.keys.quarantine)).toBe(1);
    } finally {
      await unable.stop();
    }
  });
});
