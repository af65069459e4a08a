/** What a mapping finds in the CRM and never makes: owners, accounts, opportunities. [W13] */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { mappingFolder } from "../support/mapping-folder.ts";
import { type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
objects:
  owner:
    object: User
    per: booking
    find:
      - { Email: booking.guide_email, IsActive: true }
      - { Name: booking.guide_name }
    otherwise: 005SB0000000001AAA
  account:
    object: Account
    per: person
    find: { Website: 'client.email | split: "@" | last' }
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    links: { account: AccountId }
    fields: { LastName: client.last_name, Email: client.email, Title: account.Name }
  opportunity:
    object: Opportunity
    per: booking
    find: { IsClosed: false }
    several: newest
    links: { contact: ContactId }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId, opportunity: WhatId }
    fields:
      OwnerId: owner.Id
      StartDateTime: booking.start_at
      EndDateTime: booking.end_at
`;

const HUBSPOT = `crm: hubspot
objects:
  owner:
    object: owners
    per: booking
    find: { email: booking.guide_email }
    none: hold
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    fields: { email: client.email }
  deal:
    object: deals
    per: booking
    find: { dealstage: open }
    several: oldest
    links: { contact: default }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 200, deal: default }
    fields:
      hs_timestamp: booking.start_at
      hs_meeting_title: booking.full_describe
      hubspot_owner_id: owner.Id
`;

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({
    salesforce: SALESFORCE,
    hubspot: HUBSPOT.replace("dealstage: open", "dealstage: { constant: open }"),
  });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const events = () => system.sandbox.salesforce.records("Event").map(({ values }) => values);
const meetings = () => system.sandbox.hubspot.records("meetings");
const asked = (what: string) => system.sandbox.salesforce.stats.calls[what] ?? 0;

/** A purchase whose booking is with somebody, of whom BookingBug tells so. */
function guidedBy(email: string, name = ""): Json {
  const body = purchase();
  const [booking] = body._embedded.bookings;
  return {
    ...body,
    _embedded: { ...body._embedded, bookings: [{ ...booking, guide_email: email, guide_name: name }] },
  };
}

function people() {
  const { salesforce, hubspot } = system.sandbox;
  const ana = salesforce.seed("User", { Email: "ana@shop.example", IsActive: true });
  const owner = hubspot.seed("owners", { email: "ana@shop.example" });
  return { ana, owner };
}

describe("[W13] an owner found by the staff's e-mail", () => {
  it("is who the booking is with, and another one when the booking moves to other staff", async () => {
    const { ana, owner } = people();
    const ben = system.sandbox.salesforce.seed("User", { Email: "ben@shop.example", IsActive: true });
    system.sandbox.hubspot.seed("owners", { email: "ben@shop.example" });
    const body = guidedBy("Ana@shop.example");
    await system.deliver("bookings", body);
    expect(events()).toMatchObject([{ OwnerId: ana }]);
    expect(meetings()).toMatchObject([{ values: { hubspot_owner_id: owner } }]);
    const [booking] = body._embedded.bookings;
    const moved = {
      ...body,
      _embedded: { ...body._embedded, bookings: [{ ...booking, guide_email: "ben@shop.example" }] },
    };
    await system.deliver("updates", moved);
    expect(events()).toMatchObject([{ OwnerId: ben }]);
  });

  it("is passed over where it is not active, and the default owner taken where nobody is found; none is made", async () => {
    const { ana } = people();
    system.sandbox.salesforce.seed("User", { Email: "old@shop.example", IsActive: false });
    system.sandbox.hubspot.seed("owners", { email: "old@shop.example" });
    await system.deliver("bookings", guidedBy("old@shop.example"));
    expect(events()).toMatchObject([{ OwnerId: ana }]);
    expect(system.sandbox.salesforce.records("User")).toHaveLength(2);
  });

  it("holds the appointment alone where nobody is found and the mapping holds, until somebody is", async () => {
    people();
    await system.deliver("bookings", guidedBy("new@shop.example"));
    expect(meetings()).toEqual([]);
    expect(system.sandbox.hubspot.records("contacts")).toHaveLength(1);
    expect(await system.failures("hubspot")).toEqual([
      expect.stringMatching(/`owner` finds no owners in the CRM.* Next: make it one in the CRM/),
    ]);
    const owner = system.sandbox.hubspot.seed("owners", { email: "new@shop.example" });
    await system.deliver("updates", guidedBy("new@shop.example"));
    expect(meetings()).toMatchObject([{ values: { hubspot_owner_id: owner } }]);
  });

  it("is asked for once, and costs the bookings after it nothing", async () => {
    people();
    await system.deliver("bookings", guidedBy("ana@shop.example"));
    const before = asked("query");
    const another = guidedBy("ana@shop.example");
    another.id += 1;
    another._embedded.bookings[0].id += 1;
    await system.deliver("bookings", another);
    expect(events()).toHaveLength(2);
    // Of the contact's opportunities alone, which are nobody else's and come and go.
    expect(asked("query") - before).toBe(1);
  });
});

describe("[W2] an owner who has left since they were found", () => {
  const another = (): Json => {
    const body = guidedBy("ana@shop.example");
    body.id += 1;
    body._embedded.bookings[0].id += 1;
    return body;
  };
  const refusing = (times?: number) =>
    system.sandbox.faults.set([
      {
        crm: "salesforce",
        match: "/Event",
        ...(times !== undefined && { times }),
        action: {
          type: "refuse_rows",
          code: "INACTIVE_OWNER_OR_USER",
          message: "operation performed with inactive user",
        },
      },
    ]);

  it("is looked for anew, and the booking goes on without anybody", async () => {
    const { ana } = people();
    await system.deliver("bookings", guidedBy("ana@shop.example"));
    system.sandbox.salesforce.edit("User", ana, { IsActive: false });
    refusing(1);
    await system.deliver("bookings", another());
    expect(await system.failures("salesforce")).toEqual([]);
    expect(events().map(({ OwnerId }) => OwnerId)).toEqual([ana, "005SB0000000001AAA"]);
  });

  it("and is refused when looked for just now fails at once", async () => {
    people();
    await system.deliver("bookings", guidedBy("ana@shop.example"));
    refusing();
    await system.deliver("bookings", another());
    const [failure = ""] = await system.failures("salesforce");
    expect(failure).toMatch(/INACTIVE_OWNER_OR_USER.* Next: correct the data/);
    expect(failure).not.toMatch(/Given up after/);
  });
});

describe("[W13] a record found by another one", () => {
  it("is the open opportunity of the contact, the newest of several; a closed one is none", async () => {
    people();
    const { salesforce } = system.sandbox;
    const body = guidedBy("ana@shop.example");
    const contact = salesforce.seed("Contact", { LastName: "Known", BB_Id__c: String(body._embedded.client.id) });
    salesforce.seed("Opportunity", { ContactId: contact, IsClosed: false });
    const newest = salesforce.seed("Opportunity", { ContactId: contact, IsClosed: false });
    salesforce.seed("Opportunity", { ContactId: contact, IsClosed: true });
    await system.deliver("bookings", body);
    expect(events()).toMatchObject([{ WhoId: contact, WhatId: newest }]);
    expect(salesforce.records("Opportunity")).toHaveLength(3);
  });

  it("is the account of the e-mail's domain, which is linked to and read", async () => {
    people();
    const account = system.sandbox.salesforce.seed("Account", { Website: "harbour.example", Name: "BookingBug" });
    const body = guidedBy("ana@shop.example");
    await system.deliver("bookings", {
      ...body,
      _embedded: { ...body._embedded, client: { ...body._embedded.client, email: "someone@harbour.example" } },
    });
    const [contact] = system.sandbox.salesforce.records("Contact");
    expect(contact?.values).toMatchObject({ AccountId: account, Title: "BookingBug" });
  });
});
