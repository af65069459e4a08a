/** A record that points to one other in several ways, each of which is made and taken away by itself. [L1] [L2] [L4] */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { LiveMappings } from "../../src/mapping/live.ts";
import { parseMappings } from "../../src/mapping/parse-all.ts";
import { type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const salesforce = (links: string): string => `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields: { LastName: client.last_name, Email: client.email }
  appointment:
    object: Booking__c
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: ${links}
    fields: { Name: booking.full_describe }
`;
const hubspot = (links: string): string => `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields: { email: client.email, firstname: client.first_name }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: ${links}
    fields: { hs_timestamp: booking.start_at, hs_meeting_title: booking.full_describe }
`;

const TWO_LOOK_UPS = "[{ to: contact, by: Contact__c }, { to: contact, by: Attendee__c }]";
const ATTENDEE = "{ to: contact, label: Attendee }";
const ORGANISER = "{ to: contact, label: Organiser }";

const inForce = (links: { salesforce?: string; hubspot?: string }) => {
  const texts = [
    { file: "salesforce.yaml", text: salesforce(links.salesforce ?? TWO_LOOK_UPS) },
    { file: "hubspot.yaml", text: hubspot(links.hubspot ?? `[${ATTENDEE}, ${ORGANISER}]`) },
  ];
  return { set: parseMappings(texts), texts, loadedAt: new Date().toISOString(), rejected: undefined };
};
let now = inForce({});
const mappings: LiveMappings = { current: () => now, watch: () => () => {} };

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ mappings });
});
beforeEach(async () => {
  now = inForce({});
  await system.reset();
});
afterAll(() => system.stop());

const ofClient = (id: number): Json =>
  purchase((body) => {
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id, email: `client${id}@example.com` });
    }
  });

/** By BookingBug's id of each contact, what the booking points to them as. */
function lookedUp(): Record<string, string[]> {
  const [booking] = system.sandbox.salesforce.records("Booking__c");
  const contacts = system.sandbox.salesforce.records("Contact");
  const fields = ["Contact__c", "Attendee__c"];
  return Object.fromEntries(
    contacts.map(({ id, values }) => [
      String(values.BB_Id__c),
      fields.filter((field) => booking?.values[field] === id),
    ]),
  );
}

/** The same in HubSpot, `plain` being the association without a label. */
async function associated(): Promise<Record<string, string[]>> {
  const [meeting] = system.sandbox.hubspot.records("meetings");
  const { results } = (await ask("meetings/contacts/batch/read", { inputs: [{ id: meeting?.id }] })) as Json;
  const contacts = new Map(system.sandbox.hubspot.records("contacts").map(({ id, values }) => [id, values]));
  return Object.fromEntries(
    results[0].to.map(({ toObjectId, associationTypes }: Json) => [
      String(contacts.get(String(toObjectId))?.bookingbug_id),
      associationTypes.map(({ label }: Json) => label ?? "plain").toSorted(),
    ]),
  );
}

async function ask(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${system.sandbox.url}/crm/associations/2026-09/${path}`, {
    method: "POST",
    headers: { authorization: "Bearer somebody", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.status === 204 ? undefined : await response.json();
}

describe("two look-ups to one record", () => {
  it("are both made, follow the booking's client, and come and go one without the other", async () => {
    await system.deliver("bookings", ofClient(1));
    expect(lookedUp()).toEqual({ 1: ["Contact__c", "Attendee__c"] });
    await system.deliver("bookings", ofClient(2));
    expect(lookedUp()).toEqual({ 1: [], 2: ["Contact__c", "Attendee__c"] });
    now = inForce({ salesforce: "[{ to: contact, by: Attendee__c }]" });
    await system.deliver("bookings", ofClient(2));
    expect(lookedUp()).toEqual({ 1: [], 2: ["Attendee__c"] });
    expect(await system.failures("salesforce")).toEqual([]);
  });
});

describe("two labels to one record", () => {
  it("are both made, in the call that makes the meeting", async () => {
    await system.deliver("bookings", ofClient(1));
    expect(await associated()).toEqual({ 1: ["Attendee", "Organiser", "plain"] });
    expect(system.sandbox.hubspot.stats.calls.associate).toBeUndefined();
  });

  it("are looked up once, however many bookings there are", async () => {
    const before = system.sandbox.hubspot.stats.calls.labels ?? 0;
    for (const id of [1, 2]) await system.deliver("bookings", ofClient(id));
    expect((system.sandbox.hubspot.stats.calls.labels ?? 0) - before).toBeLessThanOrEqual(1);
  });

  it("follow the booking's client to another, and nothing of ours is left of the former", async () => {
    for (const client of [1, 2, 1]) {
      await system.deliver("bookings", ofClient(client));
      expect(await associated()).toEqual({ [client]: ["Attendee", "Organiser", "plain"] });
    }
  });

  it("go one without the other", async () => {
    await system.deliver("bookings", ofClient(1));
    now = inForce({ hubspot: `[${ORGANISER}]` });
    await system.deliver("bookings", ofClient(1));
    expect(await associated()).toEqual({ 1: ["Organiser", "plain"] });
  });

  it("stay when the plain association beside them goes", async () => {
    now = inForce({ hubspot: `[{ to: contact, by: 200 }, ${ATTENDEE}]` });
    await system.deliver("bookings", ofClient(1));
    now = inForce({ hubspot: `[${ATTENDEE}]` });
    await system.deliver("bookings", ofClient(1));
    expect(await associated()).toEqual({ 1: ["Attendee", "plain"] });
  });

  it("stay when the file writes one by its number instead", async () => {
    await system.deliver("bookings", ofClient(1));
    now = inForce({ hubspot: `[{ to: contact, by: "USER_DEFINED:12" }, ${ORGANISER}]` });
    await system.deliver("bookings", ofClient(1));
    expect(await associated()).toEqual({ 1: ["Attendee", "Organiser", "plain"] });
  });

  it("leave what a person made of the former client", async () => {
    await system.deliver("bookings", ofClient(1));
    const [meeting] = system.sandbox.hubspot.records("meetings");
    const [contact] = system.sandbox.hubspot.records("contacts");
    now = inForce({ hubspot: `[${ATTENDEE}]` });
    await system.deliver("bookings", ofClient(1));
    const types = [{ associationCategory: "USER_DEFINED", associationTypeId: 14 }];
    const ends = { from: { id: meeting?.id }, to: { id: contact?.id } };
    await ask("meetings/contacts/batch/create", { inputs: [{ ...ends, types }] });
    await system.deliver("bookings", ofClient(2));
    expect(await associated()).toEqual({ 1: ["Organiser", "plain"], 2: ["Attendee", "plain"] });
  });
});

it("a label that there is not is refused with those that there are, and one that was deleted is gone", async () => {
  now = inForce({ hubspot: "[{ to: contact, label: Atendee }]" });
  await system.deliver("bookings", ofClient(1));
  const words = 'no association label "Atendee" from meetings to contacts; there are "Attendee", "Organiser"';
  expect((await system.failures("hubspot")).join()).toContain(words);
  expect(system.sandbox.hubspot.records("meetings")).toEqual([]);
});
