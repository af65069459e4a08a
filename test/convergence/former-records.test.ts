/** A booking whose record belongs to another object or mapping file than before: neither record is left to lie. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

/** Company 99's bookings are other objects than everybody else's. */
const SALESFORCE = (appointment: string): string => `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields: { LastName: client.last_name, Email: client.email }
  appointment:
${appointment}`;
const EVENT = (key = "BB_Booking_Id__c", match = ""): string => `    object: Event
    per: booking
    external_id: { ${key}: booking.id }
    match: [${match}]
    links: { contact: WhoId }
    fields: { Subject: booking.service_name, StartDateTime: booking.start_at, EndDateTime: booking.end_at, BB_Status__c: booking.status }
    on: { cancelled: { Subject: { constant: Cancelled } } }
`;
const BOOKING = `    object: Booking__c
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: Contact__c }
    fields: { Name: booking.service_name, Start__c: booking.start_at }
    on: { cancelled: { Name: { constant: Cancelled } } }
`;
const HUBSPOT = (appointment: string): string => `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields: { lastname: client.last_name, email: client.email }
  appointment:
${appointment}`;
const MEETING = (key = "bookingbug_booking_id", match = ""): string => `    object: meetings
    per: booking
    external_id: { ${key}: booking.id }
    match: [${match}]
    links: { contact: 200 }
    fields: { hs_meeting_title: booking.service_name, hs_timestamp: booking.start_at, hs_meeting_start_time: booking.start_at, hs_meeting_end_time: booking.end_at, bookingbug_status: booking.status }
    on: { cancelled: { hs_meeting_title: { constant: Cancelled } } }
`;
const APPOINTMENT = `    object: appointments
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 906 }
    fields: { hs_appointment_name: booking.service_name, hs_appointment_start: booking.start_at }
    on: { cancelled: { hs_appointment_name: { constant: Cancelled } } }
`;

let system: TestSystem;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await save("salesforce.yaml", SALESFORCE(EVENT()));
  await save("hubspot.yaml", HUBSPOT(MEETING()));
  await save("salesforce-98.yaml", `companies: ["98"]\n${SALESFORCE(EVENT("BB_Booking_Id__c", "Subject"))}`);
  await save("hubspot-98.yaml", `companies: ["98"]\n${HUBSPOT(MEETING("bookingbug_booking_id", "hs_meeting_title"))}`);
  await save("salesforce-99.yaml", `companies: ["99"]\n${SALESFORCE(BOOKING)}`);
  await save("hubspot-99.yaml", `companies: ["99"]\n${HUBSPOT(APPOINTMENT)}`);
  system = await startSystem({
    env: { MAPPINGS_DIR: folder },
    sandbox: {
      salesforce: { alsoUnique: ["Event.BB_Resource__c"] },
      hubspot: { alsoUnique: ["meetings.bookingbug_resource"] },
    },
  });
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const save = (name: string, text: string) => writeFile(join(folder, name), text);

const versions = async (): Promise<string[]> => {
  const { text } = await createAdminClient(system).get("/admin");
  return [...text.matchAll(/\.yaml(?: for [\d, ]+)? ([0-9a-f]{12})/g)].map(([, version = ""]) => version);
};

const at = (companyId: number, service: string, id = 5001): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member])
      Object.assign(person, { company_id: companyId });
    const { address: _address, ...booking } = firstBooking(body);
    body._embedded.bookings = [
      { ...booking, id: id * 10, purchase_id: id, company_id: companyId, service_name: service },
    ];
  });

/** What each object's records are called. */
const titles = () => {
  const { salesforce, hubspot } = system.sandbox;
  return {
    Event: salesforce.records("Event").map(({ values }) => values.Subject),
    Booking__c: salesforce.records("Booking__c").map(({ values }) => values.Name),
    meetings: hubspot.records("meetings").map(({ values }) => values.hs_meeting_title),
    appointments: hubspot.records("appointments").map(({ values }) => values.hs_appointment_name),
  };
};

const failures = async () => [await system.failures("salesforce"), await system.failures("hubspot")];

describe("a booking that moves to a company with a mapping file of its own", () => {
  beforeEach(() => system.reset());

  it("is cancelled in the object that it leaves, and lives in the other, there and back [B6]", async () => {
    await system.deliver("bookings", at(1, "Massage"));
    expect(titles()).toEqual({ Event: ["Massage"], Booking__c: [], meetings: ["Massage"], appointments: [] });
    await system.deliver("updates", at(99, "Massage"));
    expect(titles()).toEqual({
      Event: ["Cancelled"],
      Booking__c: ["Massage"],
      meetings: ["Cancelled"],
      appointments: ["Massage"],
    });
    await system.deliver("updates", at(1, "Facial"));
    expect(titles()).toEqual({
      Event: ["Facial"],
      Booking__c: ["Cancelled"],
      meetings: ["Facial"],
      appointments: ["Cancelled"],
    });
    expect(await failures()).toEqual([[], []]);
  });

  it("is not written again for what was settled then [O4]", async () => {
    await system.deliver("bookings", at(1, "Massage"));
    await system.deliver("updates", at(99, "Massage"));
    const before = [system.sandbox.salesforce.stats.calls, system.sandbox.hubspot.stats.calls].map((calls) => ({
      ...calls,
    }));
    await system.deliver("updates", at(99, "Massage"));
    expect([system.sandbox.salesforce.stats.calls, system.sandbox.hubspot.stats.calls]).toEqual(before);
  });

  it("is looked after again where the record it leaves could not be written", async () => {
    await system.deliver("bookings", at(1, "Massage"));
    const action = { type: "status", status: 503 } as const;
    system.sandbox.faults.set([{ crm: "salesforce", times: 3, action }]);
    await system.deliver("updates", at(99, "Massage"));
    expect(titles()).toMatchObject({ Event: ["Cancelled"], Booking__c: ["Massage"] });
  });
});

/** As another purchase lists the booking of 5001. */
const shared = (purchaseId: number, companyId: number, service: string): Json => {
  const body = at(companyId, service);
  body.id = purchaseId;
  firstBooking(body).purchase_id = purchaseId;
  return body;
};

describe("a booking that another purchase lists at a company with a mapping file of its own", () => {
  beforeEach(() => system.reset());
  const lists = (crm: Record<string, string[]>) =>
    expect(titles()).toEqual({ Event: [], Booking__c: [], meetings: [], appointments: [], ...crm });

  it("is cancelled in the first one's object, and lives in the second's, there and back [B6]", async () => {
    await system.deliver("bookings", shared(1, 1, "Massage"));
    await system.deliver("bookings", shared(2, 99, "Facial"));
    lists({ Event: ["Cancelled"], meetings: ["Cancelled"], Booking__c: ["Facial"], appointments: ["Facial"] });
    await system.deliver("updates", shared(1, 1, "Peeling"));
    lists({ Event: ["Peeling"], meetings: ["Peeling"], Booking__c: ["Cancelled"], appointments: ["Cancelled"] });
    await system.deliver("updates", shared(2, 99, "Sauna"));
    lists({ Event: ["Cancelled"], meetings: ["Cancelled"], Booking__c: ["Sauna"], appointments: ["Sauna"] });
    expect(await failures()).toEqual([[], []]);
  });

  it("keeps the first one's record where a third purchase writes to that before it could be cancelled [B6]", async () => {
    await system.deliver("bookings", shared(1, 1, "Massage"));
    const { salesforce, hubspot } = system.sandbox;
    const ids = [salesforce.records("Event"), hubspot.records("meetings")].map((found) => found.map(({ id }) => id));
    const action = { type: "status", status: 400, body: {} } as const;
    system.sandbox.faults.set([
      { match: "/Event", action },
      { match: "/meetings", action },
    ]);
    await system.deliver("bookings", shared(2, 99, "Facial"));
    system.sandbox.faults.set([]);
    await system.deliver("updates", shared(3, 1, "Peeling"));
    await system.deliver("updates", shared(1, 1, "Massage"));
    lists({ Event: ["Peeling"], meetings: ["Peeling"], Booking__c: ["Cancelled"], appointments: ["Cancelled"] });
    expect(
      [salesforce.records("Event"), hubspot.records("meetings")].map((found) => found.map(({ id }) => id)),
    ).toEqual(ids);
  });
});

describe("bookings that are matched by what they look like", () => {
  beforeEach(() => system.reset());

  it("stay two records, and take one that nobody's id is on [B7]", async () => {
    const { salesforce, hubspot } = system.sandbox;
    const start = { StartDateTime: "2036-03-10T09:00:00Z", EndDateTime: "2036-03-10T09:30:00Z" };
    const byHand = salesforce.seed("Event", { Subject: "Massage", ...start });
    await system.deliver("bookings", at(98, "Massage", 5001));
    await system.deliver("bookings", at(98, "Massage", 5002));
    expect(salesforce.records("Event")).toMatchObject([
      { id: byHand, values: { BB_Booking_Id__c: "50010" } },
      { values: { BB_Booking_Id__c: "50020" } },
    ]);
    expect(hubspot.records("meetings").map(({ values }) => values.bookingbug_booking_id)).toEqual(["50010", "50020"]);
    expect(await failures()).toEqual([[], []]);
  });
});

describe("a mapping file that is changed", () => {
  beforeAll(async () => {
    await system.reset();
    for (const id of [5001, 5002]) await system.deliver("bookings", at(1, "Massage", id));
    await system.deliver("bookings", at(98, "Massage", 5003));
    const before = await versions();
    await save("salesforce.yaml", SALESFORCE(BOOKING));
    await save("hubspot.yaml", HUBSPOT(APPOINTMENT));
    await save("salesforce-98.yaml", `companies: ["98"]\n${SALESFORCE(EVENT("BB_Resource__c"))}`);
    await save("hubspot-98.yaml", `companies: ["98"]\n${HUBSPOT(MEETING("bookingbug_resource"))}`);
    await eventually(async () => expect((await versions()).filter((one) => !before.includes(one))).toHaveLength(4));
  });

  it("to another object: the record it made before is named and linked, until a person has seen to it [B6]", async () => {
    const admin = createAdminClient(system);
    const left = system.sandbox.salesforce.records("Event").at(0)?.id;
    await system.deliver("updates", at(1, "Facial", 5001));
    expect(titles()).toMatchObject({ Booking__c: ["Facial"], appointments: ["Facial"] });
    expect(titles()).toMatchObject({ Event: ["Massage", "Massage", "Massage"] });
    expect((await failures()).flat()).toEqual([
      expect.stringMatching(`^booking 50010: .*Record: Event ${left}`),
      expect.stringMatching("^booking 50010: .*Record: meetings"),
    ]);
    const { html } = await admin.get("/admin/bookings/5001");
    expect(html).toMatch(new RegExp(`Record: <a href="[^"]+/Event/${left}/view"`));

    await admin.post("/admin/failed/dismiss", { crm: "salesforce", purchase: "5001", reason: "cancelled by hand" });
    await system.deliver("updates", at(1, "Massage", 5001));
    expect(await system.failures("salesforce")).toEqual([]);
    expect(await system.failures("hubspot")).not.toEqual([]);
  });

  it("to another object: a record that is gone asks for nobody", async () => {
    const { salesforce, hubspot } = system.sandbox;
    for (const { id, values } of salesforce.records("Event"))
      if (values.BB_Booking_Id__c === "50020") salesforce.remove("Event", id);
    for (const { id, values } of hubspot.records("meetings"))
      if (values.bookingbug_booking_id === "50020") hubspot.remove("meetings", id);
    const before = (await failures()).flat().length;
    await system.deliver("updates", at(1, "Facial", 5002));
    expect((await failures()).flat()).toHaveLength(before);
  });

  it("to another external id: known records get it [B6]", async () => {
    await system.deliver("updates", at(98, "Massage", 5003));
    const { salesforce, hubspot } = system.sandbox;
    expect(salesforce.records("Event").filter(({ values }) => values.BB_Resource__c === "50030")).toMatchObject([
      { values: { BB_Booking_Id__c: "50030" } },
    ]);
    expect(hubspot.records("meetings").filter(({ values }) => values.bookingbug_resource === "50030")).toMatchObject([
      { values: { bookingbug_booking_id: "50030" } },
    ]);
  });
});
