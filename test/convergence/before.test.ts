/** What a record of the CRM's held before we wrote over it is in the timeline, read with the look-up that is made anyway. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { PassEntry } from "../../src/synclog/entries.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { createAdminClient } from "../support/admin.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const ana = { first: "Ana", last: "Silva", email: "ana@example.com" };

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

async function passes(crm: string, purchaseId: string): Promise<PassEntry[]> {
  const { redis, keys } = system;
  const log = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 90 });
  const entries = await log.timeline(purchaseId);
  return entries.filter((entry): entry is PassEntry => entry.kind === "pass" && entry.crm === crm);
}

async function contactChanges(crm: string, purchaseId: string): Promise<Record<string, unknown>> {
  const [last] = (await passes(crm, purchaseId)).toReversed();
  const contact = last?.records.find(({ section }) => section === "contact");
  return Object.fromEntries(contact?.changes.map(({ field, from }) => [field, from]) ?? []);
}

const NAMES = {
  salesforce: { contact: "Contact", first: "FirstName", last: "LastName", email: "Email", id: "BB_Id__c" },
  hubspot: { contact: "contacts", first: "firstname", last: "lastname", email: "email", id: "bookingbug_id" },
} as const;

describe.each(["salesforce", "hubspot"] as const)("in %s", (crm) => {
  const { contact, first, last, email, id } = NAMES[crm];

  it("an adopted record's values are known, at no further call [K1] [O4]", async () => {
    const sandbox = system.sandbox[crm];
    sandbox.seed(contact, { [first]: "Anna", [last]: "Silver", [email]: ana.email });
    const before = { ...sandbox.stats.calls };
    await system.deliver("bookings", somebodys(1, ana));
    expect(await contactChanges(crm, "1")).toMatchObject({ [first]: "Anna", [last]: "Silver", [email]: ana.email });
    const [pass] = await passes(crm, "1");
    expect(pass?.asked).toEqual({ lookUps: 1, writes: 2 });
    const looked = crm === "salesforce" ? "query" : "read";
    expect((sandbox.stats.calls[looked] ?? 0) - (before[looked] ?? 0)).toBe(1);
  });

  it("a value that the CRM lacked was blank, and a new record's was nothing", async () => {
    const sandbox = system.sandbox[crm];
    sandbox.seed(contact, { [last]: "Silver", [email]: ana.email });
    await system.deliver("bookings", somebodys(1, ana));
    expect(await contactChanges(crm, "1")).toMatchObject({ [first]: null, [last]: "Silver" });
    await system.deliver("bookings", somebodys(2, { first: "New", last: "Body", email: "new@example.com" }));
    expect((await contactChanges(crm, "2"))[first]).toBeUndefined();
    const page = async (purchase: string) => (await createAdminClient(system).get(`/admin/bookings/${purchase}`)).text;
    expect(await page("1")).toMatch(/lastname Silver Silva/i);
    expect(await page("2")).toContain("new record");
    expect((await page("1")) + (await page("2"))).not.toContain("not ours");
  });

  it("is known as well where the record was somebody's of ours before", async () => {
    await system.deliver("bookings", somebodys(1, ana));
    const [record] = system.sandbox[crm].records(contact);
    system.sandbox[crm].edit(contact, record?.id ?? "", { [first]: "Anna-Maria" });
    const shared = somebodys(2, { ...ana, first: "Bea" });
    for (const who of [shared._embedded.client, shared._embedded.member]) Object.assign(who, { id: 9_999 });
    await system.deliver("bookings", shared);
    expect(await contactChanges(crm, "2")).toMatchObject({ [first]: "Anna-Maria" });
    expect(system.sandbox[crm].records(contact)).toMatchObject([{ values: { [id]: record?.values[id] } }]);
  });
});

it("a picked record's values are known [K1]", async () => {
  const { salesforce } = system.sandbox;
  const [one = ""] = ["One", "Two"].map((LastName) => salesforce.seed("Contact", { LastName, Email: ana.email }));
  await system.deliver("bookings", somebodys(1, ana));
  const form = { crm: "salesforce", purchase: "1", section: "contact", record: one };
  expect((await createAdminClient(system).post("/admin/held/pick", form)).status).toBe(303);
  await system.quiet();
  expect(await contactChanges("salesforce", "1")).toMatchObject({ FirstName: null, LastName: "One", Email: ana.email });
  // What was seen then is no longer news with what comes later.
  const later = somebodys(1, { ...ana, last: "Santos" });
  await system.deliver("updates", later);
  expect(await contactChanges("salesforce", "1")).toMatchObject({ LastName: "Silva" });
});

it("so are those of a picked record that we wrote to for somebody else, and that was edited since [K1] [K3]", async () => {
  const { salesforce } = system.sandbox;
  const others = somebodys(2, { first: "Bea", last: "Costa", email: "bea@example.com" });
  for (const who of [others._embedded.client, others._embedded.member]) Object.assign(who, { id: 9_999 });
  await system.deliver("bookings", others);
  const record = salesforce.records("Contact")[0]?.id ?? "";
  salesforce.edit("Contact", record, { LastName: "Edited", Email: ana.email });
  salesforce.seed("Contact", { LastName: "Two", Email: ana.email });
  await system.deliver("bookings", somebodys(1, ana));
  const form = { crm: "salesforce", purchase: "1", section: "contact", record };
  expect((await createAdminClient(system).post("/admin/held/pick", form)).status).toBe(303);
  await system.quiet();
  expect(await contactChanges("salesforce", "1")).toMatchObject({ FirstName: "Bea", LastName: "Edited" });
});

it("a text of any length costs the timeline little [K1]", async () => {
  system.sandbox.hubspot.seed("contacts", { lastname: "x".repeat(30_000), email: ana.email });
  await system.deliver("bookings", somebodys(1, ana));
  const { lastname } = await contactChanges("hubspot", "1");
  expect(lastname).toMatch(/^x{2000}… \(30000 characters\)$/);
});
