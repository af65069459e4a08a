/** A write whose answer was lost may have taken effect: what is said next is written as if it had. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  // News alone brings the next try, so that it comes before a repetition of what was lost.
  system = await startSystem({
    env: { JOB_BACKOFF_MS: "3600000", JOB_ATTEMPTS: "100" },
    sandbox: { onRequest: (_crm, { path }) => void (path.includes("associations") && keep()) },
  });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** What Redis holds of the purchase in HubSpot when a link is written, which is all that a killed worker leaves. */
let kept: Promise<[key: string, value: Buffer | null][]> | undefined;
function keep(): void {
  const names = [system.keys.ledger, system.keys.attempt].map((key) => key("hubspot", "11610441"));
  kept = Promise.all(names.map(async (name) => [name, await system.redis.getBuffer(name)]));
}

const said = (service: string, surname = "Miller", client = 1): Json =>
  purchase((body) => {
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id: client, last_name: surname, email: `client${client}@example.com` });
    }
    Object.assign(firstBooking(body), { service_name: service, email: `client${client}@example.com` });
  });

/** Posts what takes effect in the CRM without an answer. */
async function lose(crm: "salesforce" | "hubspot", match: string, body: Json): Promise<void> {
  system.sandbox.faults.set([{ crm, match, action: { type: "reset", after: true } }]);
  await system.post("updates", body);
  await eventually(async () => expect(await system.queues[crm]?.getDelayedCount()).toBe(1));
  system.sandbox.faults.set([]);
}

const services = () => [
  system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Service__c),
  system.sandbox.hubspot.records("meetings").map(({ values }) => values.bookingbug_service),
];
const surnames = () => [
  system.sandbox.salesforce.records("Contact").map(({ values }) => values.LastName),
  system.sandbox.hubspot.records("contacts").map(({ values }) => values.lastname),
];

it.each([
  ["salesforce", "composite/sobjects"],
  ["hubspot", "meetings/batch/update"],
] as const)("a booking that is what it was again after a lost write is that in %s too [O7]", async (crm, match) => {
  await system.deliver("bookings", said("Cut"));
  await lose(crm, match, said("Colour"));
  expect(services().flat()).toContain("Colour");
  await system.deliver("updates", said("Cut"));
  expect(services()).toEqual([["Cut"], ["Cut"]]);
});

it.each([
  ["salesforce", "composite/sobjects"],
  ["hubspot", "contacts/batch/update"],
] as const)("a person who is called as before again after a lost write is so in %s too [O7]", async (crm, match) => {
  await system.deliver("bookings", said("Cut", "Miller"));
  await lose(crm, match, said("Cut", "Married"));
  expect(surnames().flat()).toContain("Married");
  await system.deliver("updates", said("Cut", "Miller"));
  expect(surnames()).toEqual([["Miller"], ["Miller"]]);
});

it.each([
  ["creation", "meetings/batch/create", []],
  ["link", "associations", [said("Cut", "Miller", 3)]],
] as const)("a lost %s leaves no link to whom the booking is no longer for [O7] [L1]", async (_what, match, before) => {
  for (const body of before) await system.deliver("bookings", body);
  await lose("hubspot", match, said("Cut", "Miller", 1));
  await system.deliver("updates", said("Cut", "Married", 2));
  const { hubspot } = system.sandbox;
  const [newest] = hubspot.records("contacts").filter(({ values }) => values.bookingbug_id === "2");
  expect(hubspot.records("meetings").map(({ links }) => links)).toEqual([[newest?.id]]);
});

it("a worker that dies after it has linked leaves no link to whom the booking is no longer for [O7] [L1]", async () => {
  await system.deliver("bookings", said("Cut", "Miller", 3));
  await system.deliver("updates", said("Cut", "Miller", 1));
  for (const [key, value] of (await kept) ?? []) {
    if (value === null) await system.redis.del(key);
    else await system.redis.set(key, value);
  }
  await system.deliver("updates", said("Cut", "Married", 2));
  const { hubspot } = system.sandbox;
  const [newest] = hubspot.records("contacts").filter(({ values }) => values.bookingbug_id === "2");
  expect(kept).toBeDefined();
  expect(hubspot.records("meetings").map(({ links }) => links)).toEqual([[newest?.id]]);
});

it.each([
  ["salesforce", "composite/sobjects"],
  ["hubspot", "contacts/batch/upsert"],
] as const)(
  "a person whose creation was lost is as said last, however late that is tried again in %s [O7] [P2]",
  async (crm, match) => {
    await lose(crm, match, said("Cut", "Older"));
    const newer = said("Cut", "Newer");
    Object.assign(newer, { id: 2 });
    Object.assign(firstBooking(newer), { id: 20, purchase_id: 2 });
    for (const person of [newer._embedded.client, newer._embedded.member]) person.email = "moved@example.com";
    await system.post("bookings", newer);
    await eventually(async () =>
      expect(await system.redis.zrange(system.keys.pending(crm), "0", "-1")).toEqual(["11610441"]),
    );
    await system.queues[crm]?.promoteJobs();
    await system.quiet();
    expect(surnames()).toEqual([["Newer"], ["Newer"]]);
  },
);
