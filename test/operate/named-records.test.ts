/** Ids and kinds of link that a mapping names, and that the CRM has or does not tell of. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { withConnectors } from "../../src/app/with-connectors.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { judgeInCrm } from "../../src/operate/mapping-check.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ hubspot: { withoutScopes: ["crm.objects.owners.read"] } });
});
afterAll(() => sandbox.close());

async function judged(crm: string, text: string) {
  const environment = {
    CRM: crm,
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "client",
    SALESFORCE_CLIENT_SECRET: "client-secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
  };
  const mapping = parseMapping(text, `${crm}.yaml`);
  return await withConnectors(environment, crm, (all) => judgeInCrm({ mappings: [mapping] }, all));
}

it("are in order where the CRM has them, in a table, a constant and as what is taken otherwise", async () => {
  const [one, two] = ["a@example.com", "b@example.com"].map((Email) => sandbox.salesforce.seed("User", { Email }));
  const text = `crm: salesforce
tables: { owners: { "50666": ${one} } }
objects:
  owner: { object: User, per: booking, find: { Email: booking.guide_email }, otherwise: ${two} }
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    fields:
      Subject: booking.full_describe
      StartDateTime: booking.start_at
      EndDateTime: booking.end_at
      OwnerId: { value: 'booking.company_id | lookup: "owners"', otherwise: '"${two}"' }
`;
  expect(await judged("salesforce", text)).toEqual({ problems: [], warnings: [] });
});

it("are warned of where our user may not ask", async () => {
  const text = `crm: hubspot
objects:
  contact:
    object: contacts
    per: person
    external_id: { bookingbug_id: client.id }
    match: [email]
    fields: { email: client.email }
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    links: [{ to: contact, label: Attendee }, { to: contact, by: 200 }]
    fields: { hs_timestamp: booking.start_at, hubspot_owner_id: { constant: "77" } }
`;
  const { problems, warnings } = await judged("hubspot", text);
  expect(problems).toEqual([]);
  expect(warnings.map(({ line, message }) => [line, message])).toEqual([
    [14, "whether the CRM has a record with the id 77 of `hubspot_owner_id` could not be found out"],
  ]);
});
