/** `crm-sync provision`: an org and an account without any of the fields that the mappings need, until they have them. */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { ProvisionStep } from "../../connectors/connector.ts";
import type { SandboxOptions } from "../../sandbox/server.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { withConnectors } from "../../src/app/with-connectors.ts";
import { loadMappings } from "../../src/mapping/loader.ts";
import { parseMappings } from "../../src/mapping/parse-all.ts";
import type { MappingSet } from "../../src/mapping/set.ts";
import { checkMappings } from "../../src/operate/mapping-check.ts";
import { provision } from "../../src/operate/provision.ts";
import { runCli } from "../support/cli.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const names = (file: string, pattern: RegExp) => [
  ...new Set([...readFileSync(`mappings/${file}.yaml`, "utf8").matchAll(pattern)].map(([name]) => name)),
];
const EVENT_FIELDS = names("salesforce", /\bBB_\w+__c\b/g).filter((name) => name !== "BB_Id__c");
const PROPERTIES = names("hubspot", /\bbookingbug_\w+\b/g).filter((name) => name !== "bookingbug_id");
const BARE: SandboxOptions = {
  salesforce: { hiddenFields: ["Contact.BB_Id__c", ...EVENT_FIELDS.map((name) => `Event.${name}`)] },
  hubspot: { withoutProperties: ["contacts.bookingbug_id", ...PROPERTIES.map((name) => `meetings.${name}`)] },
};

describe("on the command line", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ sandbox: BARE });
  });
  afterAll(() => system.stop());

  it("says in a dry run what it would create, creates it, and then bookings go through", async () => {
    const dry = await runCli(["provision", "--dry-run"], system.environment);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain('salesforce: would  create field Contact.BB_Id__c "BB Id" (unique external id)\n');
    expect(dry.out).toContain(
      'salesforce: would  create field Activity.BB_Previous_Start__c "BB Previous Start" (datetime)\n',
    );
    expect(dry.out).toContain(
      'hubspot: would  create property meetings.bookingbug_price "Bookingbug price" (number)\n',
    );
    expect(await runCli(["provision", "--dry-run"], system.environment)).toEqual(dry);

    const created = await runCli(["provision"], system.environment);
    expect(created.code).toBe(0);
    expect(created.out.match(/done {3}create (field|property) /g)).toHaveLength(
      2 + EVENT_FIELDS.length + PROPERTIES.length,
    );
    expect(created.out).toContain("assign permission set BookingBug_CRM_Sync to our user 005");
    expect(system.sandbox.salesforce.stats.violations).toEqual([]);

    expect((await runCli(["provision"], system.environment)).out).toBe(
      "salesforce: every field that the mappings need is there.\nhubspot: every field that the mappings need is there.\n",
    );
    await system.deliver("bookings", sample("purchase-created"));
    expect(system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Price__c)).toEqual([15]);
    expect(system.sandbox.hubspot.records("meetings").map(({ values }) => values.bookingbug_status)).toEqual([
      "booked",
    ]);
  });
});

describe("step by step", () => {
  let sandbox: Sandbox;
  let steps: ProvisionStep[];
  beforeEach(() => {
    steps = [];
  });
  afterEach(() => sandbox.close());

  async function run(crm: string, set?: MappingSet): Promise<number> {
    const mappings = set ?? (await loadMappings("mappings"));
    const environment = {
      CRM: crm,
      SALESFORCE_LOGIN_URL: sandbox.url,
      SALESFORCE_CLIENT_ID: "client",
      SALESFORCE_CLIENT_SECRET: "client-secret",
      HUBSPOT_ACCESS_TOKEN: "token",
      HUBSPOT_BASE_URL: sandbox.url,
    };
    return await withConnectors(environment, crm, async (connectors) => {
      const [connector] = connectors;
      if (connector === undefined) throw new Error("no connector");
      const missing = await provision(mappings, connector, { dryRun: false, onStep: (step) => steps.push(step) });
      if (steps.every(({ outcome }) => outcome !== "failed"))
        expect(await checkMappings(mappings, connectors)).toEqual([]);
      return missing;
    });
  }
  const failed = () => steps.filter(({ outcome }) => outcome === "failed");
  const mapping = (crm: string, text: string) => parseMappings([{ file: `${crm}.yaml`, text }]);

  it("goes on where it was interrupted, without defining anything twice", async () => {
    sandbox = await startSandbox(BARE);
    sandbox.faults.set([
      { match: "POST /services/Soap/u/", times: 1, action: { type: "status", status: 503, body: "<html>" } },
    ]);
    await expect(run("salesforce")).rejects.toMatchObject({ kind: "unavailable" });
    const created = steps.filter(({ what, outcome }) => what.startsWith("create field") && outcome === "done");
    expect(created).toHaveLength(1 + EVENT_FIELDS.length);
    steps = [];
    await run("salesforce");
    expect(steps.filter(({ what }) => what.startsWith("create field"))).toEqual([]);
    expect(steps.filter(({ outcome }) => outcome === "present")).toHaveLength(1 + EVENT_FIELDS.length);
    expect(await run("salesforce")).toBe(0);
  });

  it("grants fields of events by whichever name the org takes", async () => {
    sandbox = await startSandbox({ ...BARE, salesforce: { ...BARE.salesforce, activityPermissions: "Event" } });
    await run("salesforce");
    expect(failed()).toEqual([]);
  });

  it("says so when our user may not create fields", async () => {
    sandbox = await startSandbox({ ...BARE, salesforce: { ...BARE.salesforce, mayModifyMetadata: false } });
    await expect(run("salesforce")).rejects.toMatchObject({
      kind: "misconfigured",
      message: expect.stringContaining("ModifyMetadata"),
    });
    await sandbox.close();
    sandbox = await startSandbox({ hubspot: { ...BARE.hubspot, withoutScopes: ["crm.schemas.contacts.write"] } });
    await run("hubspot");
    expect(failed()[0]).toMatchObject({ reason: expect.stringContaining("scopes") });
  });

  it("does without unique values where HubSpot refuses them for meetings", async () => {
    sandbox = await startSandbox({ hubspot: { ...BARE.hubspot, uniqueMeetings: false } });
    await run("hubspot");
    expect(failed()).toEqual([]);
    expect(steps.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(
        /meetings\.bookingbug_booking_id.*without unique values, which HubSpot refuses for meetings$/,
      ),
    );
    expect(await run("hubspot")).toBe(0);
  });

  it("signs in anew when the session ends in between", async () => {
    sandbox = await startSandbox(BARE);
    sandbox.faults.set([{ match: "POST /services/Soap/m/", times: 1, action: { type: "expire_token" } }]);
    await run("salesforce");
    expect(failed()).toEqual([]);
  });

  it("takes the kind of each field from the mapping, or from its hint", async () => {
    sandbox = await startSandbox();
    const fields = `      Note__c: { value: "answers | answers_text", create_as: { type: long_text, length: 5000 } }
      Code__c: 'booking.describe | truncate_to: 20'
      Member_Since__c: { value: client.join_date, create_as: { type: date, label: Member since } }
      Newsletter__c: 'answers | answer: 4 | truthy'
      Paid_For__c: booking.paid | money
      Outcome__c: { value: 'booking.status', create_as: { type: picklist } }
      Channel__c: { value: booking.channel, create_as: { options: [Client, Call Centre] } }
      StartDateTime: booking.start_at
      EndDateTime: booking.end_at
`;
    const event = `crm: salesforce
objects:
  appointment:
    object: Event
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    fields:
${fields}`;
    await run("salesforce", mapping("salesforce", event));
    expect(steps.map(({ what }) => what).filter((what) => what.startsWith("create"))).toEqual([
      'create field Activity.Note__c "Note" (long text)',
      'create field Activity.Code__c "Code" (text)',
      'create field Activity.Member_Since__c "Member since" (date)',
      'create field Activity.Newsletter__c "Newsletter" (checkbox)',
      'create field Activity.Paid_For__c "Paid For" (number)',
      'create field Activity.Outcome__c "Outcome" (picklist)',
      'create field Activity.Channel__c "Channel" (picklist)',
    ]);
  });

  it("makes properties of every kind as HubSpot's contract has them", async () => {
    sandbox = await startSandbox();
    const meeting = `crm: hubspot
objects:
  appointment:
    object: meetings
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    fields:
      hs_timestamp: booking.start_at
      note: { value: "answers | answers_text", create_as: { type: long_text } }
      code: 'booking.describe | truncate_to: 20'
      member_since: { value: client.join_date, create_as: { type: date, label: Member since } }
      newsletter: 'answers | answer: 4 | truthy'
      paid_for: booking.paid | money
      moved_to: booking.start_at
      channel: { value: booking.channel, create_as: { options: [Client, Call Centre] } }
      line: { value: client.mobile, create_as: { type: phone } }
      page: { value: client.website, create_as: { type: url } }
`;
    await run("hubspot", mapping("hubspot", meeting));
    const made = steps.filter(({ outcome }) => outcome === "done").map(({ what }) => what);
    expect(made).toEqual([
      'create group "BookingBug" for the properties of meetings',
      'create property meetings.note "Note" (long text)',
      'create property meetings.code "Code" (text)',
      'create property meetings.member_since "Member since" (date)',
      'create property meetings.newsletter "Newsletter" (checkbox)',
      'create property meetings.paid_for "Paid for" (number)',
      'create property meetings.moved_to "Moved to" (datetime)',
      'create property meetings.channel "Channel" (picklist)',
      'create property meetings.line "Line" (phone)',
      'create property meetings.page "Page" (url)',
    ]);
  });

  it("does not take an external id that is not unique for one that is there", async () => {
    sandbox = await startSandbox({ salesforce: { notUnique: ["Contact.BB_Id__c"] } });
    await run("salesforce");
    expect(failed()).toMatchObject([{ what: "external id Contact.BB_Id__c" }]);
  });

  it("creates neither standard fields nor objects, and says what to do instead", async () => {
    sandbox = await startSandbox();
    const wrong = `crm: salesforce
objects:
  contact:
    object: Contact
    per: person
    external_id: { BB_Id__c: client.id }
    fields: { LastName: client.last_name, FirstNam: client.first_name, booking__Id__c: client.id }
  other:
    object: Membership__c
    per: person
    external_id: { BB_Id__c: client.id }
    fields: {}
`;
    await run("salesforce", mapping("salesforce", wrong));
    expect(failed().map(({ what }) => what)).toEqual([
      "object Membership__c",
      "field Contact.FirstNam",
      "field Contact.booking__Id__c",
    ]);
  });
});
