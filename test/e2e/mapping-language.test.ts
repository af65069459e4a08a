/** What a mapping file can say, seen in what the CRMs hold afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { firstBooking, movedTo, purchase, sample, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
objects:
  company:
    object: Account
    per: company
    external_id: { BB_Id__c: company.id }
    fields: { Name: 'company.name | default: "Our branch"' }
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    deleted: report
    links: { company: AccountId }
    fields:
      LastName: client.last_name
      Title: { constant: Visitor, write: on_create }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId, company: WhatId }
    fields:
      Subject: booking.full_describe
      StartDateTime: booking.start_at
      EndDateTime: booking.end_at
      BB_Status__c: booking.status
      Location: { value: booking.address.name, write: on_create }
    on:
      rescheduled: { Subject: "Moved: {{ booking.full_describe }}" }
      no_show: { Subject: "Not seen: {{ booking.full_describe }}" }
      cancelled: { Subject: "Cancelled: {{ booking.full_describe }}" }
  group_visit:
    object: Booking__c
    per: booking
    when: 'booking.service_name == "Group"'
    external_id: { BB_Booking_Id__c: booking.id }
    fields: { Name: booking.full_describe, Start__c: booking.start_at }
  branch_visit:
    object: Booking__c
    per: booking
    companies: [4242]
    external_id: { BB_Booking_Id__c: booking.id }
    fields: { Name: '"Branch 4242"', Status__c: 'answers | answer: "Outcome"' }
`;

const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    fields: { email: client.email }
  deal:
    object: deals
    per: purchase
    external_id: { bookingbug_booking_id: purchase.id }
    links: { contact: 3 }
    fields:
      dealname: "BookingBug {{ purchase.id }}: {{ purchase.active_count }} of {{ purchase.booking_count }}"
      amount: purchase.total_price | money
      dealstage: "{% if purchase.is_cancelled %}closedlost{% else %}appointmentscheduled{% endif %}"
  appointment:
    object: appointments
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 906, deal: 944 }
    fields:
      hs_appointment_name: booking.full_describe
      hs_appointment_start: booking.start_at
`;

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const salesforce = (object: string) => system.sandbox.salesforce.records(object);
const values = (object: string) => salesforce(object).map((record) => record.values);

describe("records that hang together", () => {
  it("are written in order and linked: company, person and both bookings of a purchase", async () => {
    await system.deliver("bookings", twoBookings());
    const [account] = salesforce("Account");
    const [contact] = salesforce("Contact");
    expect(contact?.values).toMatchObject({ AccountId: account?.id, Title: "Visitor" });
    expect(values("Event")).toMatchObject([
      { WhoId: contact?.id, WhatId: account?.id },
      { WhoId: contact?.id, WhatId: account?.id },
    ]);
  });

  it("per purchase is one, however many bookings it has, and knows when none is left", async () => {
    await system.deliver("bookings", twoBookings());
    const deals = () => system.sandbox.hubspot.records("deals");
    expect(deals().map((deal) => deal.values)).toMatchObject([
      { dealname: "BookingBug 11610441: 2 of 2", amount: "15", dealstage: "appointmentscheduled" },
    ]);
    const [deal] = deals();
    const appointments = system.sandbox.hubspot.records("appointments");
    expect(appointments).toHaveLength(2);
    for (const { links } of appointments) expect(JSON.stringify(links)).toContain(deal?.id);
    const cancelled = twoBookings();
    for (const booking of cancelled._embedded.bookings) booking.is_cancelled = true;
    await system.deliver("cancellations", cancelled);
    expect(deals().map((one) => one.values)).toMatchObject([
      { dealname: "BookingBug 11610441: 0 of 2", dealstage: "closedlost" },
    ]);
  });
});

describe("forgetting a person", () => {
  it("forgets the record of their purchase too", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const kept = () => system.redis.exists(system.keys.shared("hubspot", "deal", "11610441"));
    expect(await kept()).toBe(1);
    const ended = await runCli(["forget", "--email", "test@bookingbug.com"], system.environment);
    expect(ended.code).toBe(0);
    expect(await kept()).toBe(0);
  });
});

describe("the state of a booking", () => {
  it("chooses among `on`: moved, then a no-show, then cancelled", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const subject = () => values("Event").map(({ Subject }) => Subject);
    const [plain] = subject();
    const moved = movedTo(sample("purchase-created"), "2036-03-11T11:30:00+00:00", "2036-03-11T12:00:00+00:00");
    await system.deliver("updates", moved);
    expect(subject()).toEqual([`Moved: ${plain}`]);
    firstBooking(moved).multi_status = { no_show: "2036-03-11T12:00:00Z" };
    await system.deliver("updates", moved);
    expect(subject()).toEqual([`Not seen: ${plain}`]);
    expect(values("Event")).toMatchObject([{ BB_Status__c: "no_show" }]);
    await system.deliver("cancellations", moved);
    expect(subject()).toEqual([`Cancelled: ${plain}`]);
  });
});

describe("a record with a condition", () => {
  const visit = (service: string, name: string) =>
    purchase((body) => Object.assign(firstBooking(body), { service_name: service, full_describe: name }));

  it("stays as it is when the condition stops being true, and is followed again once it is", async () => {
    await system.deliver("bookings", visit("Group", "First"));
    expect(values("Booking__c")).toMatchObject([{ Name: "First" }]);
    await system.deliver("updates", visit("Single", "Second"));
    expect(values("Event")).toMatchObject([{ Subject: "Second" }]);
    expect(values("Booking__c")).toMatchObject([{ Name: "First" }]);
    await system.deliver("updates", visit("Group", "Third"));
    expect(values("Booking__c")).toMatchObject([{ Name: "Third" }]);
    expect(await system.failures("salesforce")).toEqual([]);
  });
});

describe("a section for companies", () => {
  const at = (company: number, outcome: string) =>
    purchase((body) => {
      const answers = [{ question_id: 1, question_text: "Outcome", value: outcome }];
      Object.assign(firstBooking(body), { company_id: company, service_name: "Single" });
      firstBooking(body)._embedded = { ...firstBooking(body)._embedded, answers };
    });

  it("is for their bookings alone [W8]", async () => {
    await system.deliver("bookings", at(1, "Booked"));
    expect(values("Booking__c")).toEqual([]);
    await system.reset();
    await system.deliver("bookings", at(4242, "Booked"));
    expect(values("Booking__c")).toMatchObject([{ Name: "Branch 4242", Status__c: "Booked" }]);
  });

  it("that the CRM refuses holds up nothing that does not link to it [L3]", async () => {
    await system.deliver("bookings", at(4242, "Nonsense"));
    expect(values("Event")).toHaveLength(1);
    expect(values("Booking__c")).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([expect.stringContaining("Status__c")]);
  });
});

describe("a field that is only set when we create the record", () => {
  it("is left alone although we no longer know that we made the record [W6]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const [event] = salesforce("Event");
    expect(event?.values.Location).toBe("London Office");
    Object.assign(event?.values ?? {}, { Location: "Moved by hand" });
    await system.redis.del(system.keys.ledger("salesforce", "11610441"), system.keys.history("11610441"));
    const renamed = purchase((body) => Object.assign(firstBooking(body), { full_describe: "Another" }));
    await system.deliver("updates", renamed);
    expect(values("Event")).toMatchObject([{ Subject: "Another", Location: "Moved by hand" }]);
  });
});

describe("a person who was deleted in the CRM", () => {
  it("is reported instead of made anew, where the mapping says so [B9]", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    const [contact] = salesforce("Contact");
    system.sandbox.salesforce.remove("Contact", contact?.id ?? "");
    const another = purchase((body) => {
      body.id = 5;
      Object.assign(firstBooking(body), { id: 55, purchase_id: 5 });
    });
    await system.deliver("bookings", another);
    expect(salesforce("Contact")).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([expect.stringContaining("was deleted in the CRM")]);
  });
});
