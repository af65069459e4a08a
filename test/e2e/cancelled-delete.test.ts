/** `cancelled: delete`: the record of a cancelled booking goes from both CRMs, alone, and does not come back [B2] [B3]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { purchase, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    fields: { LastName: client.last_name }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId }
    cancelled: delete
    fields: { Subject: booking.service_name, StartDateTime: booking.start_at, EndDateTime: booking.end_at }
`;
const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    fields: { email: client.email }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 200 }
    cancelled: delete
    fields: { hs_timestamp: booking.start_at, hs_meeting_title: booking.service_name }
`;

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

describe.each([
  ["salesforce", "Contact", "Event"],
  ["hubspot", "contacts", "meetings"],
] as const)("in %s the record of a booking that is cancelled", (crm, person, object) => {
  const events = () => system.sandbox[crm].records(object);

  it("is deleted, alone, and stays so whatever comes again", async () => {
    await system.deliver("bookings", twoBookings());
    expect(events()).toHaveLength(2);
    const one = twoBookings();
    one._embedded.bookings[0].is_cancelled = true;
    await system.deliver("cancellations", one);
    expect(events()).toHaveLength(1);
    expect(system.sandbox[crm].records(person)).toHaveLength(1);
    await system.deliver("bookings", twoBookings());
    expect((await runCli(["replay", "--purchase", "11610441"], system.environment)).code).toBe(0);
    await system.quiet();
    expect(events()).toHaveLength(1);
    expect(await system.failures(crm)).toEqual([]);
    expect((await runCli(["show", "11610441"], system.environment)).out).toMatch(/ removed/);
  });

  it("is not made where the cancellation comes first, nor missed where somebody deleted it", async () => {
    await system.deliver("cancellations", purchase());
    expect(events()).toEqual([]);
    await system.reset();
    await system.deliver("bookings", purchase());
    system.sandbox[crm].remove(object, events()[0]?.id ?? "");
    await system.deliver("cancellations", purchase());
    expect(events()).toEqual([]);
    expect(await system.failures(crm)).toEqual([]);
  });

  it("is deleted although nobody knows of it any more but the CRM", async () => {
    await system.deliver("bookings", purchase());
    await system.redis.flushall();
    await system.deliver("cancellations", purchase());
    expect(events()).toEqual([]);
  });

  it("is deleted where the answer to its deletion, or to its creation, was lost", async () => {
    await system.deliver("bookings", purchase());
    system.sandbox.faults.set([{ crm, match: "DELETE", times: 1, action: { type: "reset", after: true } }]);
    await system.deliver("cancellations", purchase());
    expect(events()).toEqual([]);
    expect(await system.failures(crm)).toEqual([]);
    await system.reset();
    const match = crm === "salesforce" ? "/composite/sobjects/Event" : "/meetings/batch";
    system.sandbox.faults.set([{ crm, match, action: { type: "reset", after: true } }]);
    await system.post("bookings", purchase());
    for (let tries = 0; tries < 200 && events().length === 0; tries += 1)
      await new Promise((done) => setTimeout(done, 25));
    expect(events()).toHaveLength(1);
    await system.post("cancellations", purchase());
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(events()).toEqual([]);
  });

  it("counts as deleted where the CRM says that it does not know it any more", async () => {
    await system.deliver("bookings", purchase());
    system.sandbox[crm].remove(object, events()[0]?.id ?? "");
    const body =
      crm === "salesforce"
        ? [{ errorCode: "INVALID_CROSS_REFERENCE_KEY", message: "invalid cross reference id" }]
        : { category: "OBJECT_NOT_FOUND", message: "Object not found." };
    system.sandbox.faults.set([{ crm, match: "DELETE", action: { type: "status", status: 404, body } }]);
    await system.deliver("cancellations", purchase());
    expect(await system.failures(crm)).toEqual([]);
  });

  it("fails where an operator sees it when the CRM refuses that [W3]", async () => {
    await system.deliver("bookings", purchase());
    const body =
      crm === "salesforce"
        ? [{ errorCode: "INSUFFICIENT_ACCESS_OR_READONLY", message: "no" }]
        : { category: "MISSING_SCOPES", message: "no" };
    system.sandbox.faults.set([{ crm, match: "DELETE", action: { type: "status", status: 403, body } }]);
    await system.post("cancellations", purchase());
    for (let tries = 0; tries < 200 && (await system.failures(crm)).length === 0; tries += 1)
      await new Promise((done) => setTimeout(done, 25));
    expect(events()).toHaveLength(1);
    expect(await system.failures(crm)).toHaveLength(1);
  });
});
