/** What an admin changes in a CRM is named, with the mapping's line, before a booking fails by it [Q16]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { FieldChange } from "../../sandbox/crm.ts";
import { prepare } from "../../src/app/base.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { startWorker } from "../../src/app/worker.ts";
import type { LiveMappings } from "../../src/mapping/live.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { issueDetail, issueTitle, placesOf } from "../../src/mapping/schema-issue.ts";
import { lookAtSchema } from "../../src/operate/schema/look.ts";
import { watchSchemas } from "../../src/operate/schema/watch.ts";
import { createSchemaSeen } from "../../src/stats/schema-seen.ts";
import { createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const TEXTS = {
  salesforce: `crm: salesforce
objects:
  appointment:
    object: Booking__c
    per: booking
    external_id: { BB_Booking_Id__c: booking.id }
    fields:
      Name: booking.service_name
      Staff__c: 'booking.person_name | truncate_to: 40'
      Status__c: '"Booked"'
      Price__c: booking.price
    on:
      cancelled:
        Status__c: '"Cancelled"'
`,
  hubspot: `crm: hubspot
objects:
  appointment:
    object: appointments
    per: booking
    external_id: { bookingbug_booking_id: booking.id }
    fields:
      hs_appointment_name: booking.service_name
      hs_appointment_status: '"SCHEDULED"'
      bookingbug_status: booking.status
    on:
      cancelled:
        hs_appointment_status: '"CANCELED"'
`,
};
type Crm = keyof typeof TEXTS;
const OBJECTS = { salesforce: "Booking__c", hubspot: "appointments" } as const;

async function look(crm: Crm, text: string = TEXTS[crm], options: { accept?: boolean } = {}): Promise<string[]> {
  const connector = tools.crms.find((one) => one.crm === crm)?.connector;
  if (connector === undefined) throw new Error("no such CRM");
  const mappings = { mappings: [parseMapping(text, `${crm}.yaml`)] };
  const { issues } = await lookAtSchema({ connector, mappings, seen: tools.schemas }, options);
  return issues.map((one) => `${issueTitle(one)}: ${issueDetail(one)} (${placesOf(one)})`);
}

const alter = (crm: Crm, field: string, change: FieldChange): void =>
  system.sandbox[crm].alter(OBJECTS[crm], field, change);

describe("a look at a CRM's schema", () => {
  it.each(["salesforce", "hubspot"] as const)("says nothing of %s while nothing changes", async (crm) => {
    expect(await look(crm)).toEqual([]);
    expect(await look(crm)).toEqual([]);
  });

  const kinds: readonly [Crm, string, FieldChange, string][] = [
    [
      "salesforce",
      "Staff__c",
      { kind: "remove" },
      "Booking__c.Staff__c is gone or hidden: a text field → deleted, or our user may no longer see it (salesforce.yaml:9)",
    ],
    [
      "salesforce",
      "Price__c",
      { kind: "read_only" },
      "Booking__c.Price__c became read-only: we may write it → read-only, for everybody or for our user (salesforce.yaml:11)",
    ],
    [
      "salesforce",
      "Name",
      { kind: "length", length: 20 },
      "Booking__c.Name became shorter: 80 characters → 20 characters (salesforce.yaml:8)",
    ],
    [
      "salesforce",
      "Service__c",
      { kind: "required" },
      "Booking__c.Service__c became required: optional → no record can be created without it (salesforce.yaml:4)",
    ],
    [
      "salesforce",
      "Name",
      { kind: "number" },
      "Booking__c.Name changed its kind: a text field → a number (salesforce.yaml:8)",
    ],
    [
      "salesforce",
      "Status__c",
      { kind: "options", options: ["Booked", "Gone"] },
      'Booking__c.Status__c lost values: it took "Cancelled" → it takes "Booked", "Gone" (salesforce.yaml:14)',
    ],
    [
      "salesforce",
      "BB_Booking_Id__c",
      { kind: "not_unique" },
      "Booking__c.BB_Booking_Id__c is no longer unique: it kept our ids unique → the CRM takes the same id twice (salesforce.yaml:6)",
    ],
    [
      "hubspot",
      "bookingbug_status",
      { kind: "remove" },
      "appointments.bookingbug_status is gone or hidden: a text field → deleted, or our user may no longer see it (hubspot.yaml:10)",
    ],
    [
      "hubspot",
      "hs_appointment_name",
      { kind: "read_only" },
      "appointments.hs_appointment_name became read-only: we may write it → read-only, for everybody or for our user (hubspot.yaml:8)",
    ],
    [
      "hubspot",
      "bookingbug_status",
      { kind: "number" },
      "appointments.bookingbug_status changed its kind: a text field → a number (hubspot.yaml:10)",
    ],
    [
      "hubspot",
      "hs_appointment_status",
      { kind: "options", options: ["SCHEDULED", "NO_SHOW"] },
      'appointments.hs_appointment_status lost values: it took "CANCELED" → it takes "SCHEDULED", "NO_SHOW" (hubspot.yaml:13)',
    ],
  ];
  it.each(kinds)("names in %s that %s was changed by %j, until it is as before", async (crm, field, change, said) => {
    await look(crm);
    alter(crm, field, change);
    expect(await look(crm)).toEqual([said]);
    expect(await look(crm)).toEqual([said]);
    alter(crm, field, { kind: "restore" });
    expect(await look(crm)).toEqual([]);
  });

  it("says nothing where what changed is nothing that the mapping relies on", async () => {
    await look("salesforce");
    alter("salesforce", "Service__c", { kind: "remove" });
    alter("salesforce", "Staff__c", { kind: "length", length: 40 });
    alter("salesforce", "Status__c", { kind: "options", options: ["Booked", "Cancelled"] });
    expect(await look("salesforce")).toEqual([]);
  });

  it("names an object that our user may no longer see", async () => {
    await look("hubspot");
    system.sandbox.faults.set([
      {
        crm: "hubspot",
        match: "properties",
        action: { type: "status", status: 404, body: { message: "no such type" } },
      },
    ]);
    expect(await look("hubspot")).toEqual([
      "appointments is gone or hidden: there → deleted, or our user may no longer see it (hubspot.yaml:4)",
    ]);
    system.sandbox.faults.set([]);
    expect(await look("hubspot")).toEqual([]);
  });

  it("takes what somebody accepts for what it should be, from then on", async () => {
    await look("salesforce");
    alter("salesforce", "Name", { kind: "length", length: 20 });
    expect(await look("salesforce")).toHaveLength(1);
    expect(await look("salesforce", TEXTS.salesforce, { accept: true })).toEqual([]);
    expect(await look("salesforce")).toEqual([]);
    alter("salesforce", "Name", { kind: "length", length: 10 });
    expect(await look("salesforce")).toEqual([expect.stringContaining("20 characters → 10 characters")]);
  });

  it("says what the check of mappings finds from the first look on, and nothing of fields that no line uses", async () => {
    expect(await look("salesforce", TEXTS.salesforce.replace("Staff__c", "Stuff__c"))).toEqual([
      "salesforce.yaml:9 does not fit the CRM: `Booking__c` has no field `Stuff__c`; did you mean `Staff__c`? (salesforce.yaml:9)",
    ]);
    await look("salesforce");
    system.sandbox.salesforce.alter("Booking__c", "Contact__c", { kind: "remove" });
    expect(await look("salesforce")).toEqual([]);
  });

  it("takes a changed mapping that the check finds nothing in for the end of it", async () => {
    await look("salesforce");
    alter("salesforce", "Name", { kind: "length", length: 20 });
    expect(await look("salesforce")).toHaveLength(1);
    const cut = TEXTS.salesforce.replace(
      "Name: booking.service_name",
      "Name: 'booking.service_name | truncate_to: 20'",
    );
    expect(await look("salesforce", cut)).toEqual([]);
    expect(await look("salesforce", cut)).toEqual([]);
  });

  it("takes no outage of the CRM for a change, and keeps what was found before", async () => {
    for (const crm of ["salesforce", "hubspot"] as const) {
      await look(crm);
      alter(crm, crm === "salesforce" ? "Staff__c" : "bookingbug_status", { kind: "remove" });
      const before = await look(crm);
      system.sandbox.faults.set([{ crm, times: 20, action: { type: "status", status: 503 } }]);
      await expect(look(crm)).rejects.toThrow();
      system.sandbox.faults.set([{ crm, times: 20, action: { type: "status", status: 200, body: {} } }]);
      await expect(look(crm)).rejects.toThrow();
      system.sandbox.faults.set([]);
      expect(await look(crm)).toEqual(before);
    }
  });
});

describe("the schema watch", () => {
  const told: string[] = [];
  const note = (_detail: object, message: string): void => void told.push(message);
  const HOUR_MS = 3_600_000;

  async function watch(
    now: number = Date.now(),
    mappings: Pick<LiveMappings, "current"> = tools.mappings,
  ): Promise<void> {
    const crms = tools.crms.map(({ crm, gate, connector }) => ({
      ...{ crm, gate },
      open: () => ({ ...connector, close: async () => {} }),
    }));
    const log = { debug: note, info: note, warn: note, error: note };
    await watchSchemas({ ...tools, mappings, crms, seen: tools.schemas, log }, 24, now);
  }
  beforeEach(() => void told.splice(0));

  const described = (): number => system.sandbox.salesforce.stats.calls.describe ?? 0;

  it("looks once a day, by one process of those that want to", async () => {
    await Promise.all([watch(), watch(), watch()]);
    const once = described();
    expect(once).toBeGreaterThan(0);
    expect(told.filter((one) => one === "looked at the CRM's schema")).toHaveLength(2);
    await watch(Date.now() + 23 * HOUR_MS);
    expect(described()).toBe(once);
    await watch(Date.now() + 25 * HOUR_MS);
    expect(described()).toBe(2 * once);
  });

  it("looks again soon after another mapping came into force", async () => {
    await watch();
    const now = tools.mappings.current();
    const mappings = [parseMapping(TEXTS.salesforce.replace("Staff__c", "Stuff__c"), "salesforce.yaml")];
    const changed = { current: () => ({ ...now, set: { mappings } }) };
    await watch(Date.now() + 60_000, changed);
    expect(await tools.schemas.last("salesforce")).toMatchObject({ issues: [] });
    await watch(Date.now() + 10 * 60_000, changed);
    expect(await tools.schemas.last("salesforce")).toMatchObject({ issues: [{ kind: "misfit" }] });
  });

  it("leaves a CRM alone whose gate is closed", async () => {
    const gate = tools.crms.find(({ crm }) => crm === "salesforce")?.gate;
    await gate?.close({ reason: "unauthorised", detail: "It knows us no more.", since: new Date().toISOString() });
    const calls = described();
    await watch();
    expect(described()).toBe(calls);
    expect(await tools.schemas.last("hubspot")).toMatchObject({ issues: [] });
  });

  it("asks a CRM that did not answer again later, and says nothing of its schema", async () => {
    system.sandbox.faults.set([{ action: { type: "status", status: 503 } }]);
    await watch();
    expect(told).toContain("the CRM's schema could not be looked at");
    expect(await tools.schemas.last("salesforce")).toBeUndefined();
    system.sandbox.faults.set([]);
    await watch(Date.now() + 60_000);
    expect(await tools.schemas.last("salesforce")).toBeUndefined();
    // Not while its gate is closed, as a worker may have found it to be down.
    await eventually(async () => {
      await watch(Date.now() + HOUR_MS);
      expect(await tools.schemas.last("salesforce")).toMatchObject({ issues: [] });
    });
  });

  it("leads from the verdict to the page, which names field, change and line; a command looks now, and accepts it", async () => {
    const admin = createAdminClient(system);
    await watch();
    expect((await admin.get("/admin")).html).not.toContain("does not suit the mapping");
    expect((await admin.get("/admin/mappings/schema")).html).toContain("Suits the mappings");
    system.sandbox.salesforce.alter("Event", "BB_Service__c", { kind: "length", length: 40 });
    await watch(Date.now() + 25 * HOUR_MS);
    const overview = (await admin.get("/admin")).html;
    expect(overview).toContain("the CRM does not suit the mapping");
    expect(overview).toContain("/admin/mappings/schema#crm-salesforce");
    const { html } = await admin.get("/admin/mappings/schema");
    expect(html).toContain("Event.BB_Service__c became shorter");
    expect(html).toContain("255 characters → 40 characters");
    expect(html).toMatch(/salesforce\.yaml:\d+<\/code>/);
    const found = await runCli(["mapping", "schema", "--crm", "salesforce"], system.environment);
    expect(found).toMatchObject({ code: 1, err: "" });
    expect(found.out).toMatch(
      /salesforce\.yaml:\d+:\d+: Event\.BB_Service__c became shorter: 255 characters → 40 characters/,
    );
    const accepted = await runCli(["mapping", "schema", "--accept", "--json"], system.environment);
    // The file cuts at 255, which the check of mappings goes on to say.
    expect(accepted).toMatchObject({ code: 1, err: "" });
    expect(JSON.parse(accepted.out)).toEqual([
      { crm: "salesforce", issues: [expect.objectContaining({ kind: "misfit" })] },
      { crm: "hubspot", issues: [] },
    ]);
    expect((await admin.get("/admin/audit")).html).toContain("Accepted what changed in a CRM");
  });
});

describe("workers", () => {
  it("look by themselves, once for all of them, and forget what was found where nobody wants it", async () => {
    const watched = await startSystem({ workers: 2, env: { SCHEMA_CHECK_HOURS: "24" } });
    try {
      const schemas = createSchemaSeen(watched);
      await eventually(async () => {
        for (const crm of ["salesforce", "hubspot"]) expect(await schemas.last(crm)).toMatchObject({ issues: [] });
      });
      // Contact and Event.
      expect(watched.sandbox.salesforce.stats.calls).toEqual({ describe: 2 });
      const unwanted = await prepare({ ...watched.environment, SCHEMA_CHECK_HOURS: "0", LOG_LEVEL: "silent" }, "test");
      const worker = await startWorker(unwanted);
      await eventually(async () => expect(await schemas.last("salesforce")).toBeUndefined());
      await worker.stop();
    } finally {
      await watched.stop();
    }
  }, 60_000);
});
