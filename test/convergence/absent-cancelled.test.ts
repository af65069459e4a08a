/** `ABSENT_BOOKING=cancel`: a booking that its purchase leaves out is cancelled, unless another purchase lists it. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { appointmentsIn, at, cancelled, listing } from "../support/listing.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { ABSENT_BOOKING: "cancel" } });
});
beforeEach(async () => {
  await system.reset();
  await system.deliver("bookings", listing(1, [10, 11]));
});
afterAll(() => system.stop());

const shown = () => appointmentsIn(system);

it("lives on in the purchase that lists it after it was left out [H2]", async () => {
  await system.deliver("updates", listing(1, [11]));
  expect(shown()).toMatchObject({ 10: { status: "cancelled" }, 11: { status: "booked" } });
  await system.deliver("bookings", listing(2, [10], at("15")));
  expect(shown()).toMatchObject({ 10: { status: "booked", start: "15:00" }, 11: { status: "booked" } });
  await system.deliver("updates", listing(1, [11]));
  expect(shown()).toMatchObject({ 10: { status: "booked", start: "15:00" }, 11: { status: "booked" } });
});

it("lives on in the purchase that listed it before it was left out [H2]", async () => {
  await system.deliver("bookings", listing(2, [10], at("15")));
  await system.deliver("updates", listing(1, [11]));
  expect(shown()).toMatchObject({ 10: { status: "booked", start: "15:00" }, 11: { status: "booked" } });
});

it("is cancelled once the purchase that listed it last leaves it out too [H2]", async () => {
  await system.deliver("bookings", listing(2, [10, 12]));
  await system.deliver("updates", listing(1, [11]));
  await system.deliver("updates", listing(2, [12]));
  expect(shown()).toMatchObject({ 10: { status: "cancelled" }, 11: { status: "booked" }, 12: { status: "booked" } });
});

it("is cancelled for good by a mark, whoever left it out before [B2]", async () => {
  await system.deliver("updates", listing(1, [11]));
  await system.deliver("bookings", listing(2, [10], at("15")));
  await system.deliver("updates", listing(2, [10], cancelled));
  await system.deliver("updates", listing(1, [10, 11], at("09")));
  expect(shown()).toMatchObject({ 10: { status: "cancelled" }, 11: { status: "booked" } });
});
