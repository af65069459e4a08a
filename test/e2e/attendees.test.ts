/** Whom a booking is for, where that is not who paid: a contact each, and guests of the appointment. [P10] */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools } from "../../src/app/tools.ts";
import type { Drifted } from "../../src/drift/drifted.ts";
import { sweep } from "../../src/drift/sweep.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields: { LastName: client.last_name, FirstName: client.first_name, Email: client.email }
  guest:
    object: Contact
    per: attendee
    external_id: { BB_Id__c: attendee.id }
    match: [Email]
    fields: { LastName: attendee.last_name, FirstName: attendee.first_name, Email: attendee.email }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId, guest: EventRelation }
    fields: { StartDateTime: booking.start_at, EndDateTime: booking.end_at }
`;

const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields: { email: client.email, firstname: client.first_name, lastname: client.last_name }
  guest:
    object: contacts
    per: attendee
    external_id: { bookingbug_id: attendee.id }
    match: [email]
    fields: { email: attendee.email, firstname: attendee.first_name, lastname: attendee.last_name }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 200, guest: 200 }
    fields: { hs_timestamp: booking.start_at, hs_meeting_title: booking.full_describe }
`;

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const contacts = () => system.sandbox.hubspot.records("contacts");
const meetings = () => system.sandbox.hubspot.records("meetings");
const names = () =>
  system.sandbox.salesforce
    .records("Contact")
    .map(({ values }) => String(values.LastName))
    .toSorted();
const calls = () =>
  [system.sandbox.salesforce.stats.calls, system.sandbox.hubspot.stats.calls].map((one) => ({ ...one }));

/** First names of those whom HubSpot's only meeting is associated with. */
function atMeeting(): string[] {
  const ids = meetings().flatMap(({ links }) => links);
  return contacts()
    .filter(({ id }) => ids.includes(id))
    .map(({ values }) => String(values.lastname))
    .toSorted();
}

/** Surnames of the only event's guests, who it is with aside. */
function invited(): string[] {
  const { salesforce } = system.sandbox;
  const ids = salesforce.records("EventRelation").map(({ values }) => values.RelationId);
  const people = salesforce.records("Contact").filter(({ id }) => ids.includes(id));
  return people.map(({ values }) => String(values.LastName)).toSorted();
}

/** Paid for by the sample's client, and for somebody else. */
function bookedFor(person: Json, number = 0): Json {
  return purchase((body) => {
    body.id += number;
    const booking = firstBooking(body);
    Object.assign(booking, { id: booking.id + number, purchase_id: body.id, ...person });
  });
}

const BEN = { jrniId: 7002, firstName: "Ben", lastName: "Bakari", email: "ben@example.com" };
const CLEO = { jrniId: 7003, firstName: "Cleo", lastName: "Caro", email: "cleo@example.com" };
const DAN = { jrniId: 7004, firstName: "Dan", lastName: "Dyer", email: "dan@example.com" };

function jrni(attendees: Json, more: Json = {}): Json {
  return {
    appointment: {
      bookingId: 424242,
      longId: `IDXODKIPiQo321uM${Buffer.from("9001").toString("base64")}`,
      companyStartTime: "2036-03-10T11:30:00+00:00",
      companyEndTime: "2036-03-10T12:00:00+00:00",
      status: "Booking",
    },
    company: { name: "Harbour", jrniId: 37000 },
    service: { name: "Tasting", jrniId: 1 },
    customer: { jrniId: 7001, firstName: "Ana", lastName: "Adler", email: "ana@example.com" },
    additionalAttendeeCustomers: attendees,
    triggerName: "create",
    ...more,
  };
}

describe("[P10] a booking for somebody else than who paid", () => {
  it("makes a contact of each, and both are at the meeting", async () => {
    await system.deliver("bookings", bookedFor({ first_name: "Gina", last_name: "Guest", email: "gina@example.com" }));
    expect(names()).toEqual(["Gladden", "Guest"]);
    expect(atMeeting()).toEqual(["Gladden", "Guest"]);
    expect(invited()).toEqual(["Guest"]);
    expect(
      contacts()
        .map(({ values }) => values.email)
        .toSorted(),
    ).toEqual(["gina@example.com", "test@bookingbug.com"]);
  });

  it("makes one of who paid for themselves", async () => {
    await system.deliver("bookings", bookedFor({}));
    expect(names()).toEqual(["Gladden"]);
    expect(atMeeting()).toEqual(["Gladden"]);
    expect(invited()).toEqual([]);
  });

  it("asks nothing of the CRMs when the same comes again", async () => {
    const body = bookedFor({ first_name: "Gina", last_name: "Guest", email: "gina@example.com" });
    await system.deliver("bookings", body);
    const before = calls();
    await system.deliver("updates", body);
    expect(calls()).toEqual(before);
  });

  it("keeps the guest at the meeting when it is cancelled", async () => {
    const body = bookedFor({ first_name: "Gina", last_name: "Guest", email: "gina@example.com" });
    await system.deliver("bookings", body);
    await system.deliver("cancellations", body);
    expect(atMeeting()).toEqual(["Gladden", "Guest"]);
    expect(invited()).toEqual(["Guest"]);
  });

  it("leaves out, and tells of, who has nothing to be recognised by; the appointment is written", async () => {
    await system.deliver("bookings", bookedFor({ first_name: "Gina", last_name: "Guest", email: "" }));
    expect(names()).toEqual(["Gladden"]);
    expect(atMeeting()).toEqual(["Gladden"]);
    expect(invited()).toEqual([]);
  });

  it("does not take a child for the parent whose e-mail it has", async () => {
    await system.deliver(
      "bookings",
      bookedFor({ first_name: "Kim", last_name: "Gladden", email: "test@bookingbug.com" }),
    );
    expect(system.sandbox.salesforce.records("Contact")).toMatchObject([{ values: { FirstName: "Test" } }]);
    expect(contacts()).toMatchObject([{ values: { firstname: "Test" } }]);
  });
});

describe("[P10] an attendee who is a client elsewhere", () => {
  it("is one contact, whichever comes first and also at one moment", async () => {
    const gina = { first_name: "Gina", last_name: "Guest", email: "gina@example.com" };
    const own = purchase((body) => {
      body.id += 1;
      Object.assign(body._embedded.client, { id: 90_001, ...gina });
      Object.assign(body._embedded.member, { id: 90_001, ...gina, name: "Gina Guest" });
      Object.assign(firstBooking(body), { id: firstBooking(body).id + 1, purchase_id: body.id, ...gina });
      delete firstBooking(body)._links;
    });
    await Promise.all([system.deliver("bookings", bookedFor(gina)), system.deliver("bookings", own)]);
    await system.deliver("bookings", bookedFor(gina, 2));
    expect(names()).toEqual(["Gladden", "Guest"]);
    expect(contacts()).toHaveLength(2);
  });
});

describe("[P10] JRNI's additional attendees", () => {
  it("are at the meeting, and one who leaves is not any more, while their contact stays", async () => {
    await system.deliver("bookings", jrni([BEN, CLEO, DAN]));
    expect(names()).toEqual(["Adler", "Bakari", "Caro", "Dyer"]);
    expect(atMeeting()).toEqual(["Adler", "Bakari", "Caro", "Dyer"]);
    expect(invited()).toEqual(["Bakari", "Caro", "Dyer"]);
    await system.deliver("updates", jrni([BEN, DAN], { triggerName: "modify" }));
    expect(atMeeting()).toEqual(["Adler", "Bakari", "Dyer"]);
    expect(invited()).toEqual(["Bakari", "Dyer"]);
    expect(names()).toEqual(["Adler", "Bakari", "Caro", "Dyer"]);
    await system.deliver("updates", jrni([], { triggerName: "modify" }));
    expect(atMeeting()).toEqual(["Adler"]);
    expect(invited()).toEqual([]);
  });

  it("are not gone because a body says nothing of them", async () => {
    await system.deliver("bookings", jrni([BEN]));
    await system.deliver("updates", jrni(undefined, { triggerName: "modify" }));
    expect(atMeeting()).toEqual(["Adler", "Bakari"]);
    expect(invited()).toEqual(["Bakari"]);
    const start = "2036-03-11T11:30:00+00:00";
    const read = {
      id: 424242,
      purchase_id: 9001,
      datetime: start,
      duration: 30,
      channel: "Client",
      client_name: "Ana Adler",
    };
    await system.deliver("updates", read);
    expect(meetings()).toMatchObject([{ values: { hs_timestamp: "2036-03-11T11:30:00Z" } }]);
    expect(atMeeting()).toEqual(["Adler", "Bakari"]);
    expect(invited()).toEqual(["Bakari"]);
  });
});

describe("[P10] children whom the settings list", () => {
  it("are met as ids and as objects", async () => {
    const children = [7002, { id: 7003, first_name: "Cleo", last_name: "Caro" }, null, "x"];
    await system.deliver("bookings", bookedFor({ settings: { child_clients: children } }));
    // Of whom nothing but an id is known, nobody is made.
    expect(names()).toEqual(["Caro", "Gladden"]);
    expect(atMeeting()).toEqual(["Caro", "Gladden"]);
    expect(invited()).toEqual(["Caro"]);
    const known = system.sandbox.hubspot.seed("contacts", { bookingbug_id: "7002", lastname: "Bakari" });
    expect(known).toBeDefined();
    await system.deliver("updates", bookedFor({ settings: { child_clients: children }, duration: 45 }));
    expect(atMeeting()).toEqual(["Bakari", "Caro", "Gladden"]);
    expect(invited()).toEqual(["Caro"]);
    expect(await system.failures("salesforce")).toEqual([]);
  });
});

describe("[P10] a Salesforce event's guests", () => {
  it("are invited once, whoever invited them", async () => {
    const { salesforce } = system.sandbox;
    await system.deliver("bookings", jrni([BEN]));
    const [event] = salesforce.records("Event");
    const cleo = salesforce.seed("Contact", { LastName: "Caro", Email: "cleo@example.com" });
    salesforce.seed("EventRelation", { EventId: event?.id, RelationId: cleo });
    await system.deliver("updates", jrni([BEN, CLEO], { triggerName: "modify" }));
    expect(await system.failures("salesforce")).toEqual([]);
    expect(salesforce.records("EventRelation")).toHaveLength(2);
  });

  it("whom a person invited in the CRM stay when one of ours leaves", async () => {
    const { salesforce } = system.sandbox;
    await system.deliver("bookings", jrni([BEN, CLEO]));
    const [event] = salesforce.records("Event");
    const eve = salesforce.seed("Contact", { LastName: "Eve" });
    salesforce.seed("EventRelation", { EventId: event?.id, RelationId: eve });
    await system.deliver("updates", jrni([CLEO], { triggerName: "modify" }));
    expect(invited()).toEqual(["Caro", "Eve"]);
  });

  it("cost no call where nobody is", async () => {
    await system.deliver("bookings", bookedFor({}));
    expect(system.sandbox.salesforce.stats.calls).not.toHaveProperty("create");
  });
});

describe.each(["salesforce", "hubspot"] as const)(
  "[Q21] %s: an attendee whom somebody took off the appointment",
  (crm) => {
    it("is told alone, and not who was added", async () => {
      const { salesforce, hubspot } = system.sandbox;
      await system.deliver("bookings", jrni([BEN, CLEO]));
      const object = crm === "salesforce" ? "Contact" : "contacts";
      const people = system.sandbox[crm].records(object);
      const ben = people.find(({ values }) => (values.LastName ?? values.lastname) === "Bakari")?.id ?? "";
      const eve = system.sandbox[crm].seed(object, crm === "salesforce" ? { LastName: "Eve" } : { lastname: "Eve" });
      if (crm === "salesforce") {
        const [guest] = salesforce.records("EventRelation").filter(({ values }) => values.RelationId === ben);
        salesforce.remove("EventRelation", guest?.id ?? "");
        salesforce.link("Event", salesforce.records("Event")[0]?.id ?? "", eve);
      } else {
        hubspot.unlink("meetings", meetings()[0]?.id ?? "", ben);
        hubspot.link("meetings", meetings()[0]?.id ?? "", eve);
      }
      const tools = await openTools(system.environment);
      const drift = tools.drift();
      try {
        const found: Drifted[] = [];
        for (const one of drift.filter((some) => some.crm === crm)) {
          await sweep(one, new AbortController().signal);
          for await (const entry of one.store.all()) found.push(entry);
        }
        const field = crm === "salesforce" ? "EventRelation" : "200";
        expect(found).toMatchObject([{ kind: "drifted", fields: [{ field, ours: ben, isLink: true }] }]);
      } finally {
        for (const one of drift) await one.close();
        await tools.close();
      }
    });
  },
);
