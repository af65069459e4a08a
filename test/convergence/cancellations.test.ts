/** A cancellation that flags nothing ends as BookingBug means it, also where it overtakes the creation. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

/** Booking to status, in both CRMs alike. */
function statuses({ sandbox }: TestSystem): Record<string, unknown> {
  const events = sandbox.salesforce.records("Event").map(({ values }) => values);
  const meetings = sandbox.hubspot.records("meetings").map(({ values }) => values);
  const ofSalesforce = events.map((one) => [one.BB_Booking_Id__c, one.BB_Status__c]);
  const ofHubspot = meetings.map((one) => [one.bookingbug_booking_id, one.bookingbug_status]);
  expect(Object.fromEntries(ofHubspot)).toEqual(Object.fromEntries(ofSalesforce));
  return Object.fromEntries(ofSalesforce);
}

const [FIRST, SECOND] = ["13477736", "13477737"];
const listing = (...ids: string[]): Json => {
  const body = twoBookings();
  body._embedded.bookings = body._embedded.bookings.filter(({ id }: Json) => ids.includes(String(id)));
  return body;
};

describe.each([["hold"], ["missing"]])("with UNFLAGGED_CANCELLATION=%s", (policy) => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { UNFLAGGED_CANCELLATION: policy } });
  });
  beforeEach(() => system.reset());
  afterAll(() => system.stop());

  it("a purchase left without bookings before its creation came ends cancelled [B2]", async () => {
    await system.deliver("cancellations", listing());
    await system.deliver("bookings", twoBookings());
    await system.deliver("updates", twoBookings());
    expect(statuses(system)).toEqual({ [FIRST]: "cancelled", [SECOND]: "cancelled" });
  });

  it("what BookingBug's clock says is newer than that is booked", async () => {
    await system.deliver("cancellations", { ...listing(), updated_at: "2026-05-01T10:00:00Z" });
    const newer = twoBookings();
    firstBooking(newer).updated_at = "2026-05-01T12:00:00+01:00";
    await system.deliver("updates", newer);
    expect(statuses(system)).toEqual({ [FIRST]: "booked", [SECOND]: "cancelled" });
  });
});

describe("with UNFLAGGED_CANCELLATION=missing, of a purchase that is not known", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { UNFLAGGED_CANCELLATION: "missing" } });
  });
  beforeEach(() => system.reset());
  afterAll(() => system.stop());

  it.each([
    ["one remaining booking", [FIRST]],
    ["several remaining bookings", [FIRST, SECOND]],
  ])("%s: booked", async (_what, ids) => {
    await system.deliver("cancellations", listing(...ids));
    expect(statuses(system)).toEqual(Object.fromEntries(ids.map((id) => [id, "booked"])));
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("the missing one ends cancelled when the creation comes late, as it does when it came first", async () => {
    await system.deliver("cancellations", listing(FIRST));
    await system.deliver("bookings", twoBookings());
    expect(statuses(system)).toEqual({ [FIRST]: "booked", [SECOND]: "cancelled" });
  });

  it("a lone booking object is cancelled", async () => {
    await system.deliver("cancellations", firstBooking(listing(FIRST)));
    expect(statuses(system)).toEqual({ [FIRST]: "cancelled" });
  });
});
