/** From notification to CRM record, through everything that lies between, in both CRMs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, movedTo, purchase, sample, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const events = () => system.sandbox.salesforce.records("Event").map((record) => record.values);
const meetings = () => system.sandbox.hubspot.records("meetings").map((record) => record.values);
const sfContacts = () => system.sandbox.salesforce.records("Contact");
const hsContacts = () => system.sandbox.hubspot.records("contacts");
const calls = () => ({
  salesforce: { ...system.sandbox.salesforce.stats.calls },
  hubspot: { ...system.sandbox.hubspot.stats.calls },
});
const statuses = () => [
  events().map((event) => event.BB_Status__c),
  meetings().map((meeting) => meeting.bookingbug_status),
];

describe("the sample as given", () => {
  beforeEach(() => system.deliver("bookings", sample("purchase-created")));

  it("becomes one contact and one linked appointment in each CRM", () => {
    expect(sfContacts()).toHaveLength(1);
    expect(events()).toEqual([expect.objectContaining({ WhoId: sfContacts()[0]?.id, BB_Booking_Id__c: "13477736" })]);
    expect(hsContacts()).toHaveLength(1);
    const [meeting] = system.sandbox.hubspot.records("meetings");
    expect(meeting?.links).toEqual([hsContacts()[0]?.id]);
    expect(meeting?.values).toMatchObject({ bookingbug_booking_id: "13477736", hs_meeting_outcome: "SCHEDULED" });
  });

  it("brings no null words, trimmed names, the number as given when it is not valid, times in UTC and money in units", () => {
    const written = JSON.stringify([sfContacts(), hsContacts(), events(), meetings()]);
    expect(written).not.toMatch(/"null"/);
    expect(sfContacts()[0]?.values).toMatchObject({
      FirstName: "Test",
      LastName: "Gladden",
      MobilePhone: "12345678910",
    });
    expect(sfContacts()[0]?.values).not.toHaveProperty("MailingStreet");
    expect(events()[0]).toMatchObject({
      StartDateTime: "2017-03-10T11:30:00.000+0000",
      EndDateTime: "2017-03-10T12:00:00.000+0000",
      BB_Staff__c: "Waqas",
      BB_Price__c: 15,
      BB_Time_Zone__c: "Europe/London",
    });
    expect(meetings()[0]).toMatchObject({ hs_timestamp: "2017-03-10T11:30:00Z", bookingbug_price: "15" });
  });

  it("costs no CRM call when it comes again, a hundred times [O4]", async () => {
    const before = calls();
    for (let i = 0; i < 100; i += 1) await system.post("bookings", sample("purchase-created"));
    await system.quiet();
    expect(calls()).toEqual(before);
  });
});

describe("a booking's life", () => {
  const moved = () => movedTo(sample("purchase-created"), "2017-03-11T15:00:00+00:00", "2017-03-11T15:30:00+00:00");

  it("is marked on the same record: moved, then cancelled, and cancelled is final [B1]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver("updates", moved());
    expect(statuses()).toEqual([["rescheduled"], ["rescheduled"]]);
    expect(events()[0]).toMatchObject({
      StartDateTime: "2017-03-11T15:00:00.000+0000",
      BB_Previous_Start__c: "2017-03-10T11:30:00.000+0000",
      BB_Reschedule_Count__c: 1,
    });
    expect(meetings()[0]).toMatchObject({
      hs_meeting_outcome: "RESCHEDULED",
      bookingbug_previous_start: "2017-03-10T11:30:00Z",
    });

    await system.deliver("cancellations", moved());
    await system.deliver("updates", moved());
    expect(statuses()).toEqual([["cancelled"], ["cancelled"]]);
    expect(events()[0]).toMatchObject({ ShowAs: "Free", BB_Previous_Start__c: "2017-03-10T11:30:00.000+0000" });
    expect(meetings()[0]).toMatchObject({ hs_meeting_outcome: "CANCELED" });
    expect([sfContacts(), hsContacts()].map((contacts) => contacts.length)).toEqual([1, 1]);
  });

  it("begins later and ends as before, where that alone is what changed [W24]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver(
      "updates",
      movedTo(sample("purchase-created"), "2017-03-10T11:45:00+00:00", "2017-03-10T12:00:00+00:00"),
    );
    expect(events()[0]).toMatchObject({
      StartDateTime: "2017-03-10T11:45:00.000+0000",
      EndDateTime: "2017-03-10T12:00:00.000+0000",
    });
    expect(meetings()[0]).toMatchObject({ hs_meeting_end_time: "2017-03-10T12:00:00Z" });
  });

  it("costs three calls for a new person's new booking, and one for each change [W7]", async () => {
    const total = (counts: Record<string, number>) =>
      Object.entries(counts).reduce((sum, [what, count]) => (what.startsWith("associated") ? sum : sum + count), 0);
    await system.deliver("bookings", sample("purchase-created"));
    expect([total(calls().salesforce), total(calls().hubspot)]).toEqual([3, 3]);
    await system.deliver("updates", moved());
    await system.deliver("cancellations", moved());
    expect([total(calls().salesforce), total(calls().hubspot)]).toEqual([5, 5]);
  });

  it("is understood from the body alone when everything arrives on the booking URL", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver("bookings", moved());
    expect(statuses()).toEqual([["rescheduled"], ["rescheduled"]]);
    const flagged = moved();
    firstBooking(flagged).is_cancelled = true;
    await system.deliver("bookings", flagged);
    expect(statuses()).toEqual([["cancelled"], ["cancelled"]]);
  });

  it("ends cancelled when the cancellation overtakes the creation [B2]", async () => {
    await system.deliver("cancellations", sample("purchase-created"));
    await system.deliver("bookings", sample("purchase-created"));
    expect(statuses()).toEqual([["cancelled"], ["cancelled"]]);
  });

  it("is not taken for moved when only the offset is written differently [B4]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver(
      "updates",
      movedTo(sample("purchase-created"), "2017-03-10T13:30:00+02:00", "2017-03-10T14:00:00+02:00"),
    );
    expect(statuses()).toEqual([["booked"], ["booked"]]);
  });
});

describe("every shape a cancellation may have", () => {
  const shapes: Record<string, () => Json> = {
    "the full purchase with the booking in it": () => sample("purchase-created"),
    "the purchase without any booking": () => purchase((body) => (body._embedded.bookings = [])),
    "the booking alone": () => firstBooking(sample("purchase-created")),
    "a booking that says is_cancelled": () => purchase((body) => (firstBooking(body).is_cancelled = true)),
    "a description ending in (CANCELLED)": () =>
      purchase((body) => (firstBooking(body).full_describe += " (CANCELLED)")),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    it(`cancels the only booking: ${name}`, async () => {
      await system.deliver("bookings", sample("purchase-created"));
      await system.deliver("cancellations", shape());
      expect(statuses()).toEqual([["cancelled"], ["cancelled"]]);
    });
  }

  it("keeps an empty body in quarantine and says so [A6]", async () => {
    const { status, body } = await system.post("cancellations", "");
    expect(status).toBe(400);
    expect(await system.redis.hexists(system.keys.quarantine, String(body.deliveryId))).toBe(1);
  });
});

describe("a purchase of two bookings", () => {
  beforeEach(() => system.deliver("bookings", twoBookings()));

  it("becomes two appointments of one contact", () => {
    expect(events()).toHaveLength(2);
    expect(new Set(events().map((event) => event.WhoId)).size).toBe(1);
    expect(meetings()).toHaveLength(2);
    expect(hsContacts()).toHaveLength(1);
  });

  it("has one cancelled when it is flagged", async () => {
    const body = twoBookings();
    body._embedded.bookings[1].is_cancelled = true;
    await system.deliver("updates", body);
    expect(
      events()
        .map((event) => event.BB_Status__c)
        .sort(),
    ).toEqual(["booked", "cancelled"]);
    expect(events().find((event) => event.BB_Booking_Id__c === "13477737")?.BB_Status__c).toBe("cancelled");
  });

  it("is held for a person, in both queues, when the cancellation does not say which [H1]", async () => {
    await system.deliver("cancellations", twoBookings());
    expect(statuses()).toEqual([
      ["booked", "booked"],
      ["booked", "booked"],
    ]);
    for (const crm of ["salesforce", "hubspot"]) {
      expect(await system.failures(crm)).toEqual([expect.stringMatching(/13477736, 13477737.*without saying which/s)]);
    }
  });

  it("is held when a future booking is missing from an update, and goes on when it is back [H4]", async () => {
    const body = twoBookings();
    body._embedded.bookings.pop();
    await system.deliver("updates", body);
    expect(statuses()).toEqual([
      ["booked", "booked"],
      ["booked", "booked"],
    ]);
    expect(await system.failures("salesforce")).toEqual([expect.stringMatching(/13477737.*missing from/s)]);
  });
});

describe("people", () => {
  it("are adopted by e-mail instead of duplicated [P3]", async () => {
    const sf = system.sandbox.salesforce.seed("Contact", {
      LastName: "Old",
      Email: "TEST@bookingbug.com",
      Title: "Vet",
    });
    const hs = system.sandbox.hubspot.seed("contacts", { email: "test@bookingbug.com", jobtitle: "Vet" });
    await system.deliver("bookings", sample("purchase-created"));
    expect(sfContacts()).toEqual([
      expect.objectContaining({
        id: sf,
        values: expect.objectContaining({ LastName: "Gladden", Title: "Vet", BB_Id__c: "3056937" }),
      }),
    ]);
    expect(hsContacts()).toEqual([
      expect.objectContaining({
        id: hs,
        values: expect.objectContaining({ jobtitle: "Vet", bookingbug_id: "3056937" }),
      }),
    ]);
    expect(events()[0]?.WhoId).toBe(sf);
  });

  it("are held with the candidates when several match, and nothing is created [P3]", async () => {
    const ids = [1, 2].map((n) =>
      system.sandbox.salesforce.seed("Contact", { LastName: `Twin ${n}`, Email: "test@bookingbug.com" }),
    );
    await system.deliver("bookings", sample("purchase-created"));
    expect(events()).toEqual([]);
    expect(sfContacts()).toHaveLength(2);
    const [failure] = await system.failures("salesforce");
    for (const id of ids) expect(failure).toContain(id);
    expect(statuses()[1]).toEqual(["booked"]);
  });

  it("who come twice at the same moment under two client ids become one contact [P1]", async () => {
    const other = purchase((body) => {
      body.id = 999;
      Object.assign(firstBooking(body), { id: 888, purchase_id: 999 });
      body._embedded.client.id = 777;
      body._embedded.member.id = 777;
    });
    await Promise.all([system.post("bookings", sample("purchase-created")), system.post("bookings", other)]);
    await system.quiet();
    expect([sfContacts().length, hsContacts().length]).toEqual([1, 1]);
    expect([events().length, meetings().length]).toEqual([2, 2]);
  });

  it("keep what the CRM knows when BookingBug sends blanks or asterisks [P8]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const masked = purchase((body) => {
      for (const person of [body._embedded.client, body._embedded.member]) {
        Object.assign(person, { first_name: "***", last_name: "***", mobile: "", email: "***" });
      }
      Object.assign(firstBooking(body), { first_name: "***", last_name: "***", email: "***" });
    });
    await system.deliver("updates", masked);
    expect(sfContacts()[0]?.values).toMatchObject({
      FirstName: "Test",
      LastName: "Gladden",
      Email: "test@bookingbug.com",
    });
    expect(hsContacts()[0]?.values).toMatchObject({
      firstname: "Test",
      lastname: "Gladden",
      mobilephone: "12345678910",
    });
  });

  it("deleted by hand in the CRM are made anew together with what points to them [B9]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const [contact] = sfContacts();
    system.sandbox.salesforce.remove("Contact", contact?.id ?? "");
    const second = purchase((body) => {
      body.id = 999;
      Object.assign(firstBooking(body), { id: 888, purchase_id: 999 });
    });
    await system.deliver("bookings", second);
    expect(sfContacts()).toHaveLength(1);
    expect(events().find((event) => event.BB_Booking_Id__c === "888")?.WhoId).toBe(sfContacts()[0]?.id);
  });
});

describe("the other samples", () => {
  it("pass through", async () => {
    for (const name of ["purchase-with-answers", "purchase-event", "admin-booking-updated", "admin-bookings-list"]) {
      await system.deliver("bookings", sample(name));
    }
    const ids = events().map((event) => event.BB_Booking_Id__c);
    expect(ids).toEqual(expect.arrayContaining(["10272461", "10977829", "13543734"]));
    expect(meetings()).toHaveLength(events().length);
    expect(events().find((event) => event.BB_Booking_Id__c === "10272461")?.Description).toContain("Club Type: Both");
  });

  it("bring the appointment although an answer is longer than Salesforce's description [W1]", async () => {
    const body = sample("purchase-with-answers");
    const [answer] = firstBooking(body)._embedded.answers;
    answer.value = "word ".repeat(8_000);
    await system.deliver("bookings", body);
    expect(await system.failures("salesforce")).toEqual([]);
    const [event] = events();
    expect(String(event?.Description)).toMatch(/word…\n[\s\S]*BookingBug booking 10272461, purchase \d+$/);
  });

  it("of an affiliate's format are recorded and ignored", async () => {
    const affiliate = {
      type: "booking",
      message: "New Booking by A B",
      id: 463,
      links: [{ rel: "booking", href: "https://x/api/bookings/463" }],
    };
    const { status, body } = await system.post("bookings", affiliate);
    expect(status).toBe(202);
    expect(body.outcome).toBe("ignored");
    expect(events()).toEqual([]);
  });
});
