/** Each example under mappings/examples/, in force in the whole system: a booking is made, moved, cancelled. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openTools } from "../../src/app/tools.ts";
import { formatProblem } from "../../src/mapping/problems.ts";
import { checkMappings } from "../../src/operate/mapping-check.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const FOLDER = fileURLToPath(new URL("../../mappings/examples/", import.meta.url));

interface Example {
  readonly crm: "salesforce" | "hubspot";
  /** Objects of which one record each must be there, and what is said of them. */
  readonly person: { readonly object: string; readonly values: object };
  readonly booking: {
    readonly object: string;
    readonly start: string;
    /** The lookup field that points to the person; in HubSpot associations do. */
    readonly lookup?: string;
    readonly made: object;
    readonly moved: object;
    readonly cancelled: object;
  };
  readonly others?: readonly {
    readonly object: string;
    readonly linkedTo: readonly string[];
    readonly cancelled: object;
  }[];
}

const name = { FirstName: "Test", LastName: "Gladden" };
const event = (lookup: string) => ({
  object: "Event",
  start: "StartDateTime",
  lookup,
  made: { BB_Status__c: "booked", ShowAs: "Busy" },
  moved: { BB_Status__c: "rescheduled", ShowAs: "Busy" },
  cancelled: { BB_Status__c: "cancelled", ShowAs: "Free" },
});

const EXAMPLES: Readonly<Record<string, Example>> = {
  "salesforce-lead": {
    crm: "salesforce",
    person: { object: "Lead", values: { ...name, Company: "[not provided]", Email: "test@bookingbug.com" } },
    booking: event("WhoId"),
  },
  "salesforce-person-account": {
    crm: "salesforce",
    person: { object: "Account", values: { ...name, PersonEmail: "test@bookingbug.com" } },
    booking: event("WhatId"),
  },
  "salesforce-service-appointment": {
    crm: "salesforce",
    person: { object: "Account", values: name },
    booking: {
      object: "ServiceAppointment",
      start: "SchedStartTime",
      lookup: "ParentRecordId",
      made: { Status: "Scheduled" },
      moved: { Status: "Scheduled" },
      cancelled: { Status: "Canceled" },
    },
  },
  "salesforce-custom-object": {
    crm: "salesforce",
    person: { object: "Contact", values: name },
    booking: {
      object: "Booking__c",
      start: "Start__c",
      lookup: "Contact__c",
      made: { Status__c: "Booked", Times_Moved__c: 0, Price__c: 15 },
      moved: { Status__c: "Moved", Times_Moved__c: 1 },
      cancelled: { Status__c: "Cancelled" },
    },
  },
  "hubspot-appointments": {
    crm: "hubspot",
    person: { object: "contacts", values: { firstname: "Test", email: "test@bookingbug.com" } },
    booking: {
      object: "appointments",
      start: "hs_appointment_start",
      made: { bookingbug_status: "booked" },
      moved: { bookingbug_status: "rescheduled" },
      cancelled: { bookingbug_status: "cancelled" },
    },
  },
  "hubspot-deal-company": {
    crm: "hubspot",
    person: { object: "contacts", values: { firstname: "Test", email: "test@bookingbug.com" } },
    booking: {
      object: "deals",
      start: "closedate",
      made: { dealstage: "appointmentscheduled", amount: "15" },
      moved: { dealstage: "appointmentscheduled" },
      cancelled: { dealstage: "closedlost" },
    },
    others: [
      { object: "companies", linkedTo: ["deals", "meetings"], cancelled: {} },
      { object: "meetings", linkedTo: ["contacts", "companies"], cancelled: { hs_meeting_outcome: "CANCELED" } },
    ],
  },
};

it("every example is tested here", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(EXAMPLES).sort());
});

describe.each(Object.entries(EXAMPLES))("the example %s", (folder, { crm, person, booking, others = [] }) => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: crm, MAPPINGS_DIR: `${FOLDER}${folder}` } });
  });
  afterAll(() => system.stop());

  const only = (object: string) => {
    const [record, ...more] = system.sandbox[crm].records(object);
    expect(more).toEqual([]);
    return record ?? { id: "", values: {}, links: [] };
  };
  const startsAt = (iso: string) =>
    expect(Date.parse(String(only(booking.object).values[booking.start]))).toBe(Date.parse(iso));

  it("fits the CRM", async () => {
    const tools = await openTools(system.environment);
    const problems = await checkMappings(
      tools.mappings.current().set,
      tools.crms.map(({ connector }) => connector),
    );
    await tools.close();
    expect(problems.map(formatProblem)).toEqual([]);
  });

  it("makes one record of the person, and one of the booking that points to it", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    expect(await system.failures(crm)).toEqual([]);
    const { id, values } = only(person.object);
    expect(values).toMatchObject(person.values);
    const made = only(booking.object);
    expect(made.values).toMatchObject(booking.made);
    startsAt("2017-03-10T11:30:00Z");
    if (booking.lookup === undefined) expect(made.links).toContain(id);
    else expect(made.values[booking.lookup]).toBe(id);
    for (const { object, linkedTo } of others) {
      for (const other of linkedTo) expect(only(object).links).toContain(only(other).id);
    }
  });

  it("moves it", async () => {
    const moved = movedTo(sample("purchase-created"), "2017-03-11T09:00:00+00:00", "2017-03-11T09:30:00+00:00");
    await system.deliver("updates", moved);
    expect(await system.failures(crm)).toEqual([]);
    expect(only(booking.object).values).toMatchObject(booking.moved);
    startsAt("2017-03-11T09:00:00Z");
  });

  it("cancels it, and deletes nothing", async () => {
    await system.deliver("cancellations", sample("purchase-created"));
    expect(await system.failures(crm)).toEqual([]);
    expect(only(booking.object).values).toMatchObject(booking.cancelled);
    for (const { object, cancelled } of others) expect(only(object).values).toMatchObject(cancelled);
  });
});

describe("a Lead that somebody converted", () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: "salesforce", MAPPINGS_DIR: `${FOLDER}salesforce-lead` } });
  });
  afterAll(() => system.stop());

  it("makes later changes fail visibly, saying what to do, and no second Lead", async () => {
    const lead = { LastName: "Gladden", Company: "Acme", Email: "test@bookingbug.com", IsConverted: true };
    system.sandbox.salesforce.seed("Lead", lead);
    await system.deliver("bookings", sample("purchase-created"));
    expect(await system.failures("salesforce")).toEqual([
      expect.stringMatching(/cannot reference converted lead.*Next: this Lead was converted/s),
    ]);
    expect(system.sandbox.salesforce.records("Lead")).toHaveLength(1);
    expect(system.sandbox.salesforce.records("Event")).toEqual([]);
  });
});
