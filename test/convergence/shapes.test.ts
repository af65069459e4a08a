/** What a newer body cannot say, because it is in another of BookingBug's shapes, stays as it was known. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** In the summer of a place that is not on UTC. */
const total = () =>
  purchase((body) =>
    Object.assign(firstBooking(body), {
      datetime: "2036-07-10T13:30:00+02:00",
      end_datetime: "2036-07-10T14:00:00+02:00",
      time_zone: "Europe/Paris",
    }),
  );

/** The same booking as the admin API has it. */
function adminBody(change: (booking: Json) => void = () => {}): Json {
  const { time_zone, address, booking_type, describe, due_now, first_name, last_name, email, ...rest } = firstBooking(
    total(),
  );
  const booking = {
    ...rest,
    datetime: "2036-07-10T11:30:00Z",
    end_datetime: "2036-07-10T12:00:00Z",
    ...{ person_id: 30553, resource_id: 43049, client_id: 3056937, member_id: 3056937 },
    ...{ client_name: `${first_name} ${last_name}`, client_email: email, is_cancelled: false, multi_status: {} },
    ...{ channel: "Client", status: 4, updated_at: "2026-11-01T10:00:00Z", booking_updated: "2026-11-01T10:00:00Z" },
  };
  change(booking);
  return booking;
}

const jrniBody = (): Json => ({
  triggerName: "update",
  triggerTime: "2026-11-01T10:00:00Z",
  appointment: {
    bookingId: 13477736,
    purchaseId: 11610441,
    longId: firstBooking(total()).purchase_ref,
    companyStartTime: "2036-07-10T11:30:00Z",
    companyEndTime: "2036-07-10T12:00:00Z",
  },
  service: { name: "Microchipping", jrniId: 104747 },
  staff: { name: "Waqas", jrniId: 30553 },
  resource: { name: "Consultation Room 1", jrniId: 43049 },
});

const appointments = () => [
  system.sandbox.salesforce.records("Event").map(({ values }) => values),
  system.sandbox.hubspot.records("meetings").map(({ values }) => values),
];

/** What BookingBug's last notification was taken for. */
async function lastChange(): Promise<string | undefined> {
  const { text } = await createAdminClient(system).get("/admin/bookings/11610441");
  return /booking 13477736 ([a-z ]+?) /.exec(text)?.[1];
}

describe("after the purchase's total", () => {
  it.each([
    ["the admin API's booking", () => adminBody()],
    ["JRNI's webhook", jrniBody],
  ])("%s that says the same changes nothing", async (_what, body) => {
    await system.deliver("bookings", total());
    const before = appointments();
    expect(before.map((records) => records.length)).toEqual([1, 1]);
    await system.deliver("updates", body());
    await system.deliver("updates", total());
    expect(await lastChange()).toBe("as");
    expect(appointments()).toEqual(before);
  });

  it("the admin API's booking brings what it alone can say, and the next total does not take it away", async () => {
    await system.deliver("bookings", total());
    const attended = adminBody((booking) => (booking.multi_status = { checked_in: "2036-07-10T11:29:00Z" }));
    await system.deliver("updates", attended);
    await system.deliver("updates", total());
    const statuses = appointments().map(([one]) => one?.BB_Status__c ?? one?.bookingbug_status);
    expect(statuses).toEqual(["attended", "attended"]);
  });
});
