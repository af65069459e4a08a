/** People whom BookingBug names without an id of theirs: recognised as the mapping says, and never given an id of ours. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const email = "ada@example.com";

/** A purchase that says nothing of a person but this client. */
const of = (id: number, client: Json | undefined): Json =>
  purchase((body) => {
    body.id = id;
    delete body.client_name;
    delete body._embedded.client;
    delete body._embedded.member;
    if (client !== undefined) body._embedded.client = client;
    const booking = firstBooking(body);
    for (const key of ["first_name", "last_name", "email"]) delete booking[key];
    for (const rel of ["client", "member"]) delete booking._links[rel];
    Object.assign(booking, { id: id * 10, purchase_id: id });
  });

/** Our id, surname and e-mail of each, in both CRMs alike. */
function contacts(): string[] {
  const line = (...words: unknown[]) => words.map((word) => word || "-").join(" ");
  const { salesforce, hubspot } = system.sandbox;
  const found = salesforce.records("Contact").map(({ values: one }) => line(one.BB_Id__c, one.LastName, one.Email));
  const same = hubspot.records("contacts").map(({ values: one }) => line(one.bookingbug_id, one.lastname, one.email));
  expect(same.toSorted()).toEqual(found.toSorted());
  return found.toSorted();
}

const calls = () => structuredClone([system.sandbox.salesforce.stats.calls, system.sandbox.hubspot.stats.calls]);

/** Whom Salesforce's appointments are with, each once. */
function attended(): unknown[] {
  const { salesforce } = system.sandbox;
  const names = new Map(salesforce.records("Contact").map(({ id, values }) => [id, values.LastName]));
  return salesforce.records("Event").map(({ values }) => names.get(String(values.WhoId)));
}

it("with an e-mail they are a contact, which no id is invented for, and a repetition costs no call [P3]", async () => {
  await system.deliver("bookings", of(1, { last_name: "Byron", email }));
  expect([contacts(), attended()]).toEqual([["- Byron ada@example.com"], ["Byron"]]);
  const before = calls();
  await system.deliver("bookings", of(1, { last_name: "Byron", email }));
  expect(calls()).toEqual(before);
});

it("two purchases of them at one moment make one contact [P1]", async () => {
  await Promise.all([1, 2, 3].map((id) => system.post("bookings", of(id, { last_name: "Byron", email }))));
  await system.quiet();
  expect([contacts(), attended()]).toEqual([["- Byron ada@example.com"], ["Byron", "Byron", "Byron"]]);
});

it.each([
  ["says the same", "Byron"],
  ["says something newer", "King"],
])("the body that brings the id and %s stamps the contact, and makes no second one [P3]", async (_what, surname) => {
  await system.deliver("bookings", of(1, { last_name: "Byron", email }));
  await system.deliver("bookings", of(2, { id: 7, last_name: surname, email }));
  expect([contacts(), attended()]).toEqual([[`7 ${surname} ada@example.com`], [surname, surname]]);
});

it("who comes without the id they had before is the contact that has it, and keeps it [P2] [P5]", async () => {
  await system.deliver("bookings", of(1, { id: 7, last_name: "Byron", email }));
  await system.deliver("bookings", of(2, { last_name: "King", email: email.toUpperCase() }));
  expect([contacts(), attended()]).toEqual([["7 King ada@example.com"], ["King", "King"]]);
});

it("another e-mail is somebody else [P7]", async () => {
  await system.deliver("bookings", of(1, { last_name: "Byron", email }));
  await system.deliver("bookings", of(2, { last_name: "Hopper", email: "grace@example.com" }));
  expect(contacts()).toEqual(["- Byron ada@example.com", "- Hopper grace@example.com"]);
});

it("a creation whose answer was lost is looked for before it is tried again [P1]", async () => {
  const lost = [
    { crm: "salesforce", match: "POST /services/data/v68.0/composite/sobjects" },
    { crm: "hubspot", match: "contacts/batch/create" },
  ] as const;
  system.sandbox.faults.set(lost.map((rule) => ({ ...rule, times: 1, action: { type: "reset", after: true } })));
  await system.deliver("bookings", of(1, { last_name: "Byron", email }));
  for (const { crm, match } of lost) expect(system.sandbox.faults.next(crm, match)).toBeUndefined();
  expect([contacts(), attended()]).toEqual([["- Byron ada@example.com"], ["Byron"]]);
});

it("without id and e-mail the appointment has no contact, and the page and `show` say why", async () => {
  await system.deliver("bookings", of(1, { last_name: "Byron" }));
  expect([contacts(), attended()]).toEqual([[], [undefined]]);
  expect(await system.failures("salesforce")).toEqual([]);
  const { text } = await createAdminClient(system).get("/admin/bookings/1");
  const { out } = await runCli(["show", "1"], system.environment);
  for (const said of [text, out]) {
    expect(said).toContain("no contact for booking 10: BookingBug gave neither an id nor anything for Email");
  }
});
