/** Who is written only where the CRM has them, and who in their place. [W14] */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { movedTo, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const SALESFORCE = `crm: salesforce
objects:
  lead:
    object: Lead
    per: person
    unless: contact
    external_id: { BB_Id__c: client.id }
    match: [Email]
    converted: follow
    fields: { LastName: client.last_name, Email: client.email, Company: '"Not known"' }
  contact:
    object: Contact
    per: person
    create: never
    external_id: { BB_Id__c: client.id }
    match: [Email]
    fields: { LastName: client.last_name, Email: client.email }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    links: { contact: WhoId, lead: WhoId }
    fields: { StartDateTime: booking.start_at, EndDateTime: booking.end_at, Subject: booking.full_describe }
`;

const HUBSPOT = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    create: never
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields: { email: client.email, firstname: client.first_name }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: { contact: 200 }
    fields: { hs_timestamp: booking.start_at, hs_meeting_title: booking.full_describe }
`;

const EMAIL = "test@bookingbug.com";

let system: TestSystem;
beforeAll(async () => {
  const folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const records = (object: string) => system.sandbox.salesforce.records(object);
const events = () => records("Event").map(({ values }) => values);
const hubspot = (object: string) => system.sandbox.hubspot.records(object);

describe("[W14] a person with create: never", () => {
  it("is not made where nobody matches: the booking is written without them, and says so", async () => {
    await system.deliver("bookings", purchase());
    expect(hubspot("contacts")).toEqual([]);
    expect(hubspot("meetings")).toMatchObject([{ links: [] }]);
    expect(await system.failures("hubspot")).toEqual([]);
    const { out } = await runCli(["show", "11610441"], system.environment);
    expect(out).toContain("no contact");
    expect(out).toContain("the CRM has none by our id or email, and the mapping makes none (create: never)");
  });

  it("is adopted, written and linked where the CRM has them, also when it has them later", async () => {
    await system.deliver("bookings", purchase());
    const id = system.sandbox.hubspot.seed("contacts", { email: EMAIL });
    const again = purchase((body) => Object.assign(body._embedded.client, { first_name: "Tess" }));
    await system.deliver("updates", again);
    expect(hubspot("contacts")).toMatchObject([{ id, values: { email: EMAIL, firstname: "Tess" } }]);
    expect(JSON.stringify(hubspot("meetings")[0]?.links)).toContain(id);
  });

  it("is not made again once somebody has deleted them: what comes next is written without", async () => {
    const id = system.sandbox.hubspot.seed("contacts", { email: EMAIL });
    await system.deliver("bookings", purchase());
    system.sandbox.hubspot.remove("contacts", id);
    await system.deliver(
      "bookings",
      purchase((body) => {
        body.id += 1;
        body._embedded.bookings[0].id += 1;
      }),
    );
    expect(hubspot("contacts")).toEqual([]);
    expect(hubspot("meetings")).toHaveLength(2);
    expect(await system.failures("hubspot")).toEqual([]);
  });
});

describe("[W14] a lead in place of a contact", () => {
  it("is made where the contact is not known, and the contact used where it is", async () => {
    await system.deliver("bookings", purchase());
    const [lead] = records("Lead");
    expect(records("Contact")).toEqual([]);
    expect(events()).toMatchObject([{ WhoId: lead?.id }]);
    await system.reset();
    const contact = system.sandbox.salesforce.seed("Contact", { LastName: "Known", Email: EMAIL });
    await system.deliver("bookings", purchase());
    expect(records("Lead")).toEqual([]);
    expect(events()).toMatchObject([{ WhoId: contact }]);
  });

  it("gives way to the contact that it became or that somebody made: the booking points to that from then on", async () => {
    await system.deliver("bookings", purchase());
    const contact = system.sandbox.salesforce.seed("Contact", { LastName: "Gladden", Email: EMAIL });
    await system.deliver("updates", movedTo(purchase(), "2036-03-11T11:30:00+00:00", "2036-03-11T12:00:00+00:00"));
    expect(events()).toMatchObject([{ WhoId: contact }]);
    expect(records("Lead")).toHaveLength(1);
  });

  it("is shown so by preview: who is not in the CRM is not created, and who comes in their place", async () => {
    await system.deliver("bookings", purchase());
    const { out } = await runCli(["mapping", "preview", "--purchase", "11610441", "--diff"], system.environment);
    expect(out).toMatch(/salesforce Contact .*: is not in the CRM, and would not be created \(create: never\)/);
  });
});
