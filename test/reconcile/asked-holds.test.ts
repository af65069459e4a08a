/** A question to a person is answered by BookingBug where it can be, and stays where it cannot [Q9]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({ asks: true });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const held = async (): Promise<number[]> =>
  await Promise.all(["salesforce", "hubspot"].map((crm) => world.system.redis.hlen(world.system.keys.failed(crm))));

const two = async () => {
  const { purchaseId, bookingIds } = world.bookingbug.book({ starts: [on(10, "09:00"), on(11, "10:00")] });
  await world.settled();
  const [first = 0, second = 0] = bookingIds;
  return { purchaseId, first, second };
};

const refuse = (match: string, status: number): void =>
  world.system.sandbox.faults.set([{ crm: "bookingbug", match, action: { type: "status", status } }]);

describe("a cancellation that may mean either of two [Q9]", () => {
  it("cancels the one that BookingBug says, and the other is told on the timeline", async () => {
    const { purchaseId, first, second } = await two();
    world.bookingbug.cancel(second);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
    expect(await held()).toEqual([0, 0]);
    const { out } = await runCli(["show", String(purchaseId)], world.environment);
    expect(out).toContain(`read back, notification: booking ${first} confirmed, booking ${second} cancelled`);
  });

  it("is over where BookingBug says of each that it is not cancelled", async () => {
    const { purchaseId, first, second } = await two();
    await world.system.post("cancellations", world.bookingbug.body(purchaseId));
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([0, 0]);
  });

  it.each([
    ["does not know the purchase", () => "/purchases/", 404],
    ["refuses it", () => "/purchases/", 403],
    ["says nothing of the bookings", () => "/bookings/", 404],
  ])("waits for a person where BookingBug %s", async (_, match, status) => {
    const { first, second } = await two();
    refuse(match(), status);
    world.bookingbug.cancel(second);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([1, 1]);
  });
});

describe("a booking whose own body is silent about its cancellation [Q9]", () => {
  it("stays held", async () => {
    const { purchaseId, first, second } = await two();
    const { _embedded } = world.bookingbug.body(purchaseId) as { _embedded: { bookings: { id: number }[] } };
    world.system.sandbox.faults.set(
      _embedded.bookings.map((booking) => ({
        crm: "bookingbug",
        match: `/bookings/${booking.id}`,
        action: { type: "status", status: 200, body: JSON.stringify(booking) },
      })),
    );
    world.bookingbug.cancel(second);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([1, 1]);
  });
});

describe("a booking that is missing from a body [Q9]", () => {
  const without = (purchaseId: number, id: number): unknown => {
    const body = world.bookingbug.body(purchaseId) as { _embedded: { bookings: { id: number }[] } };
    body._embedded.bookings = body._embedded.bookings.filter((booking) => booking.id !== id);
    return body;
  };

  it("is no question any more where BookingBug has it", async () => {
    const { purchaseId, first, second } = await two();
    await world.system.post("updates", without(purchaseId, second));
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([0, 0]);
  });

  it("stays held where its purchase lists it and nothing says whether it is cancelled", async () => {
    const { purchaseId, first, second } = await two();
    refuse(`/bookings/${second}`, 404);
    await world.system.post("updates", without(purchaseId, second));
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    expect(await held()).toEqual([1, 1]);
  });
});

describe("a BookingBug that does not answer [Q9]", () => {
  it("is asked again, while the pass goes on", async () => {
    const { first, second } = await two();
    world.system.sandbox.faults.set([{ crm: "bookingbug", times: 5, action: { type: "status", status: 503 } }]);
    world.bookingbug.cancel(second);
    await world.settled();
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "booked 10:00" });
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
  });
});
