/** `moved: new_record`: each time that a booking is planned at has a record of its own, and the former ones are cancelled. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
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
    moved: new_record
    fields: { Subject: booking.service_name, Description: booking.service_name, StartDateTime: booking.start_at, EndDateTime: booking.end_at }
    on: { cancelled: { Subject: "CANCELLED {{ booking.start_at | slice: 0, 10 }}" } }
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
    moved: new_record
    fields: { hs_meeting_body: booking.service_name, hs_timestamp: booking.start_at, hs_meeting_title: booking.service_name }
    on: { cancelled: { hs_meeting_title: "CANCELLED {{ booking.start_at | slice: 0, 10 }}" } }
`;

let system: TestSystem;
let folder: string;
beforeAll(async () => {
  folder = await mappingFolder({ salesforce: SALESFORCE, hubspot: HUBSPOT });
  system = await startSystem({ env: { MAPPINGS_DIR: folder } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const versions = async (): Promise<string[]> => {
  const { text } = await createAdminClient(system).get("/admin");
  return [...text.matchAll(/\.yaml ([0-9a-f]{12})/g)].map(([, version = ""]) => version).toSorted();
};

/** @returns once the file is in force */
async function save(crm: string, text: string): Promise<void> {
  const before = await versions();
  await writeFile(join(folder, `${crm}.yaml`), text);
  await eventually(async () => expect(await versions()).not.toEqual(before));
}

const on = (day: string, service = "Massage"): Json =>
  purchase((body) => {
    const booking = firstBooking(body);
    Object.assign(booking, { datetime: `${day}T11:30:00+00:00`, end_datetime: `${day}T12:00:00+00:00` });
    booking.service_name = service;
  });

describe.each([
  ["salesforce", "Event", "Subject", "StartDateTime", "BB_Booking_Id__c", "Description", "/composite/sobjects/Event"],
  [
    "hubspot",
    "meetings",
    "hs_meeting_title",
    "hs_timestamp",
    "bookingbug_booking_id",
    "hs_meeting_body",
    "/meetings/batch",
  ],
] as const)("in %s a booking that is moved", (crm, object, title, time, id, body, path) => {
  const records = () => system.sandbox[crm].records(object);
  /** Of each record its day and title, the earlier first. */
  const shown = () =>
    records()
      .map(({ values }) => [String(values[time]).slice(0, 10), values[title]])
      .toSorted();
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 400 && !isSo(); tries += 1) await new Promise((done) => setTimeout(done, 25));
    expect(isSo()).toBe(true);
  };

  it("leaves its record as it was, cancelled, and has a new one [B12]", async () => {
    await system.deliver("bookings", on("2017-03-10"));
    await system.deliver("updates", on("2017-03-12", "Facial"));
    const both = [
      ["2017-03-10", "CANCELLED 2017-03-10"],
      ["2017-03-12", "Facial"],
    ];
    expect(shown()).toEqual(both);
    expect(records().map(({ values }) => values[id])).toEqual([
      expect.stringMatching(/^\d+@2017-03-10T11:30Z$/),
      expect.stringMatching(/^\d+@2017-03-12T11:30Z$/),
    ]);
    expect(records().map(({ values }) => values[body])).toEqual(["Massage", "Facial"]);
    const calls = { ...system.sandbox[crm].stats.calls };
    await system.deliver("updates", on("2017-03-12", "Facial"));
    expect(system.sandbox[crm].stats.calls).toEqual(calls);
    expect((await runCli(["replay", "--purchase", "11610441"], system.environment)).code).toBe(0);
    await system.quiet();
    expect(shown()).toEqual(both);
    expect(await system.failures(crm)).toEqual([]);
  });

  it("keeps its record through every other change, and is cancelled in its last one alone [B12]", async () => {
    await system.deliver("bookings", on("2017-03-10"));
    await system.deliver("updates", on("2017-03-10", "Facial"));
    expect(shown()).toEqual([["2017-03-10", "Facial"]]);
    await system.deliver("updates", on("2017-03-12", "Facial"));
    const cancelled = on("2017-03-12", "Facial");
    firstBooking(cancelled).is_cancelled = true;
    await system.deliver("cancellations", cancelled);
    expect(shown()).toEqual([
      ["2017-03-10", "CANCELLED 2017-03-10"],
      ["2017-03-12", "CANCELLED 2017-03-12"],
    ]);
  });

  it("has its former record back when it is moved back [B12]", async () => {
    for (const day of ["2017-03-10", "2017-03-12", "2017-03-14", "2017-03-10"])
      await system.deliver(day === "2017-03-10" ? "bookings" : "updates", on(day));
    expect(shown()).toEqual([
      ["2017-03-10", "Massage"],
      ["2017-03-12", "CANCELLED 2017-03-12"],
      ["2017-03-14", "CANCELLED 2017-03-14"],
    ]);
  });

  it("is found again by who has forgotten everything [B12]", async () => {
    await system.deliver("bookings", on("2017-03-10"));
    await system.deliver("updates", on("2017-03-12"));
    await system.redis.flushall();
    await system.deliver("updates", on("2017-03-12"));
    expect(records()).toHaveLength(2);
  });

  it.each([
    ["the answer to the new record", 1],
    ["every answer until then", undefined],
  ])("ends the same where %s is lost, and it is moved on meanwhile [B12]", async (_what, times) => {
    await system.deliver("bookings", on("2017-03-10"));
    system.sandbox.faults.set([{ crm, match: path, ...(times && { times }), action: { type: "reset", after: true } }]);
    await system.post("updates", on("2017-03-12"));
    await until(() => records().length === 2);
    await system.post("updates", on("2017-03-14"));
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(shown()).toEqual([
      ["2017-03-10", "CANCELLED 2017-03-10"],
      ["2017-03-12", "CANCELLED 2017-03-12"],
      ["2017-03-14", "Massage"],
    ]);
    expect(await system.failures(crm)).toEqual([]);
  });

  it("ends the same where the worker died before it noted the new record [B12]", async () => {
    await system.deliver("bookings", on("2017-03-10"));
    const ledger = (await system.redis.keys(`*ledger:${crm}:11610441*`))[0] ?? "";
    const before = await system.redis.getBuffer(ledger);
    system.sandbox.faults.set([{ crm, match: path, action: { type: "reset", after: true } }]);
    await system.post("updates", on("2017-03-12"));
    await eventually(async () => expect(await system.redis.getBuffer(ledger)).not.toEqual(before));
    expect(records()).toHaveLength(2);
    await system.redis.set(ledger, before ?? "");
    await system.post("updates", on("2017-03-14"));
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(shown()).toEqual([
      ["2017-03-10", "CANCELLED 2017-03-10"],
      ["2017-03-12", "CANCELLED 2017-03-12"],
      ["2017-03-14", "Massage"],
    ]);
  });

  it("has one record for each time also where another purchase lists and moves it [B12] [B1]", async () => {
    await system.deliver("bookings", on("2017-03-10"));
    await system.deliver("updates", { ...on("2017-03-12"), id: 777 });
    await system.deliver("updates", on("2017-03-12", "Facial"));
    await system.deliver("updates", { ...on("2017-03-14"), id: 777 });
    expect(shown()).toEqual([
      ["2017-03-10", "CANCELLED 2017-03-10"],
      ["2017-03-12", "CANCELLED 2017-03-12"],
      ["2017-03-14", "Massage"],
    ]);
    expect(await system.failures(crm)).toEqual([]);
  });

  it("keeps a record that was written before the mapping asked for new ones, and gives it the id of its time", async () => {
    const texts = { salesforce: SALESFORCE, hubspot: HUBSPOT };
    await save(crm, texts[crm].replace("moved: new_record", "moved: keep"));
    await system.deliver("bookings", on("2017-03-10"));
    expect(records()[0]?.values[id]).toMatch(/^\d+$/);
    await save(crm, texts[crm]);
    await system.deliver("updates", on("2017-03-12"));
    expect(shown()).toEqual([["2017-03-12", "Massage"]]);
    expect(records()[0]?.values[id]).toMatch(/@2017-03-12T11:30Z$/);
  });
});
