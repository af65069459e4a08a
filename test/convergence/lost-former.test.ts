/** A booking leaves one object for another while nobody knows whether its record there was made. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { BRANCH_COMPANY, HOME_COMPANY, mappingsWithBranch } from "../model/branch.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const at = (company: number, service = "Cut"): Json =>
  purchase((body) => Object.assign(firstBooking(body), { company_id: company, service_name: service }));

describe.each([
  ["a unique property on meetings", true],
  ["no unique property on meetings", false],
])("in an account with %s", (_what, uniqueMeetings) => {
  let system: TestSystem;
  let folder: string;
  beforeAll(async () => {
    folder = await mappingsWithBranch();
    // News alone brings the next try.
    const env = { MAPPINGS_DIR: folder, JOB_BACKOFF_MS: "3600000", JOB_ATTEMPTS: "100" };
    system = await startSystem({ env, sandbox: { hubspot: { uniqueMeetings } } });
  });
  beforeEach(() => system.reset());
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  });

  /** Posts what takes effect in the CRM without an answer. */
  async function lose(crm: "salesforce" | "hubspot", match: string, body: Json): Promise<void> {
    system.sandbox.faults.set([{ crm, match, action: { type: "reset", after: true } }]);
    await system.post("updates", body);
    await eventually(async () => expect(await system.queues[crm]?.getDelayedCount()).toBe(1));
    system.sandbox.faults.set([]);
  }

  const statuses = () => {
    const { salesforce, hubspot } = system.sandbox;
    return {
      Event: salesforce.records("Event").map(({ values }) => values.BB_Status__c),
      Booking__c: salesforce.records("Booking__c").map(({ values }) => values.Status__c),
      meetings: hubspot.records("meetings").map(({ values }) => values.bookingbug_status),
      appointments: hubspot.records("appointments").map(({ values }) => values.bookingbug_status),
    };
  };
  const moved = { Event: ["cancelled"], Booking__c: ["Booked"], meetings: ["cancelled"], appointments: ["Booked"] };
  const failures = async () => [await system.failures("salesforce"), await system.failures("hubspot")];

  it.each([
    ["salesforce", "composite/sobjects/Event"],
    ["hubspot", "meetings/batch"],
  ] as const)("the record that %s made without an answer is cancelled [B6] [O7]", async (crm, match) => {
    await lose(crm, match, at(HOME_COMPANY));
    await system.deliver("updates", at(BRANCH_COMPANY));
    expect(statuses()).toEqual(moved);
    expect(await failures()).toEqual([[], []]);
  });

  it.each([
    ["salesforce", "composite/sobjects"],
    ["hubspot", "meetings/batch"],
  ] as const)("no record is waited for that %s never made [B6]", async (crm, match) => {
    system.sandbox.faults.set([{ crm, match, action: { type: "reset", after: false } }]);
    await system.post("bookings", at(HOME_COMPANY));
    await eventually(async () => expect(await system.queues[crm]?.getDelayedCount()).toBe(1));
    system.sandbox.faults.set([]);
    await system.deliver("updates", at(BRANCH_COMPANY));
    const never = crm === "salesforce" ? { Event: [] } : { meetings: [] };
    expect(statuses()).toEqual({ ...moved, ...never });
    expect(await failures()).toEqual([[], []]);
  });

  it("a link that may have been made there is not asked of the other object [B6] [L1]", async () => {
    await system.deliver("bookings", at(HOME_COMPANY));
    await lose("hubspot", "meetings/batch", at(HOME_COMPANY, "Colour"));
    await system.deliver("updates", at(BRANCH_COMPANY));
    expect(statuses()).toEqual(moved);
    expect(await failures()).toEqual([[], []]);
  });

  it("it is one record in each object, there and back and there again [B1] [B6]", async () => {
    const back = { Event: ["booked"], Booking__c: ["Cancelled"], meetings: ["booked"], appointments: ["Cancelled"] };
    await system.deliver("bookings", at(HOME_COMPANY));
    for (let times = 0; times < 2; times += 1) {
      await system.deliver("updates", at(BRANCH_COMPANY));
      expect(statuses()).toEqual(moved);
      await system.deliver("updates", at(HOME_COMPANY));
      expect(statuses()).toEqual(back);
    }
  });
});
