/** What an operator decides by, in both CRMs: what tells people apart, what a pick would write, and what comes next. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { mappingFolder } from "../support/mapping-folder.ts";
import { twoBookings } from "../support/payloads.ts";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const jane = { first: "Jane", last: "Doe", email: "jane@example.com" };

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const page = async (path: string) => (await createAdminClient(system).get(path)).text;

function twoJanes(): [string, string] {
  const { salesforce } = system.sandbox;
  const owner = salesforce.seed("User", { Name: "Olga Owner" });
  const seed = (LastName: string, more: Record<string, unknown>) =>
    salesforce.seed("Contact", { FirstName: "Jane", LastName, Email: jane.email, ...more });
  return [
    seed("Doe", {
      ...{ OwnerId: owner, Phone: "0207 946 0001", MailingCity: "Leeds" },
      ...{ CreatedDate: "2019-03-02T10:00:00.000+0000", LastActivityDate: "2026-01-05" },
    }),
    seed("Doe-Smith", { CreatedDate: "2021-07-09T10:00:00.000+0000" }),
  ];
}

describe("the question who somebody is", () => {
  it("shows what tells people apart in Salesforce, beside BookingBug's word, and what the mapping matches [K2]", async () => {
    const [first] = twoJanes();
    await system.deliver("bookings", somebodys(1, jane));
    const text = await page("/admin/held/salesforce/1");
    expect(text).toMatch(/Created CreatedDate – 2 Mar 2019, 10:00 9 Jul 2021, 10:00/);
    expect(text).toMatch(/Owner Owner\.Name – Olga Owner blank/);
    expect(text).toMatch(/Last activity LastActivityDate – 2026-01-05 blank/);
    expect(text).toMatch(/City MailingCity – Leeds blank/);
    expect(text).toMatch(/Email jane@example\.com jane@example\.com ✓/);
    expect(text).toMatch(new RegExp(`Picking ${first} would write 2 fields Field In the CRM After MobilePhone blank`));
    expect(text).toMatch(
      /A pick cannot be taken back here\. The record bears the person&#39;s id from then on \(BB_Id__c\)/,
    );
  });

  it("asks the CRM once for all candidates, and writes nothing [K2]", async () => {
    twoJanes();
    await system.deliver("bookings", somebodys(1, jane));
    const { salesforce } = system.sandbox;
    const before = { ...salesforce.stats.calls };
    await page("/admin/held/salesforce/1");
    const made = Object.entries(salesforce.stats.calls).map(([name, count]) => [name, count - (before[name] ?? 0)]);
    expect(made.filter(([, count]) => count !== 0)).toEqual([["queryAll", 1]]);
  });
});

describe.each([
  { what: "shows all", withoutScopes: [], owner: "Olga Owner" },
  { what: "shows no names of owners, and Salesforce less", withoutScopes: ["crm.objects.owners.read"], owner: "\\d+" },
])("where HubSpot $what", ({ withoutScopes, owner }) => {
  let other: TestSystem;
  beforeAll(async () => {
    const [salesforce = "", hubspot = ""] = await Promise.all(
      ["salesforce", "hubspot"].map((crm) => readFile(`mappings/${crm}.yaml`, "utf8")),
    );
    const byPhone = hubspot.replace("match: [email]", "match: [mobilephone]");
    other = await startSystem({
      env: { MAPPINGS_DIR: await mappingFolder({ salesforce, hubspot: byPhone }) },
      sandbox: {
        hubspot: { withoutScopes },
        salesforce: {
          hiddenFields:
            withoutScopes.length === 0 ? [] : ["Contact.LastActivityDate", "Contact.OwnerId", "Contact.CreatedDate"],
        },
      },
    });
  });
  afterAll(() => other.stop());

  it("the question shows what can be seen, and is asked without the rest [K2]", async () => {
    const { hubspot, salesforce } = other.sandbox;
    const id = hubspot.seed("owners", { email: "o@example.com", firstName: "Olga", lastName: "Owner" });
    const [phone, createdate] = ["12345678910", "2019-03-02T10:00:00Z"];
    const first = hubspot.seed("contacts", {
      lastname: "Doe",
      mobilephone: phone,
      hubspot_owner_id: id,
      city: "Leeds",
    });
    hubspot.edit("contacts", first, { createdate });
    hubspot.seed("contacts", { lastname: "Roe", mobilephone: phone });
    for (const LastName of ["Doe", "Roe"]) salesforce.seed("Contact", { LastName, Email: jane.email, Phone: "1" });
    await other.deliver("bookings", somebodys(1, jane));
    const admin = createAdminClient(other);
    const { text } = await admin.get("/admin/held/hubspot/1");
    expect(text).toMatch(/Created createdate – 2 Mar 2019, 10:00 blank/);
    expect(text).toMatch(new RegExp(`Owner hubspot_owner_id – ${owner} blank`));
    expect(text).toMatch(/City city – Leeds blank/);
    const salesforces = (await admin.get("/admin/held/salesforce/1")).text;
    expect(salesforces).toMatch(/Phone Phone – 1 1/);
    if (withoutScopes.length > 0) expect(salesforces).not.toMatch(/Last activity|Owner\.Name|CreatedDate/);
  });
});

describe("an answer", () => {
  const bea = { first: "Bea", last: "Roe", email: "bea@example.com" };
  const ofPerson = (id: number, person: typeof jane, client: number) => {
    const body = somebodys(id, person);
    for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { id: client });
    return body;
  };

  it("is one for all purchases of the person, whose number is said, and for nobody else's [K3]", async () => {
    const [first] = twoJanes();
    for (const id of [1, 2, 3]) await system.deliver("bookings", ofPerson(id, jane, 7));
    await system.deliver("bookings", ofPerson(4, jane, 8));
    expect(await page("/admin/held/salesforce/2")).toMatch(/One answer is for 3 purchases of this person/);
    const form = { crm: "salesforce", purchase: "2", section: "contact", record: first };
    const admin = createAdminClient(system);
    const { location = "" } = await admin.post("/admin/held/pick", form);
    expect(location).toBe("/admin/held/salesforce/4?done=picked&count=3");
    await system.quiet();
    expect((await admin.get(location)).text).toMatch(/3 purchases go on\./);
    expect(system.sandbox.salesforce.records("Event").map(({ values }) => values.WhoId)).toEqual([first, first, first]);
    expect((await admin.get("/admin/held")).text).toMatch(/Held: 1 purchase now/);
    expect((await admin.get("/admin/bookings/3")).text).toMatch(/admin picked the record/);
  });

  it("leads to the question that has waited longest, and says how many are left [K4]", async () => {
    const [first] = twoJanes();
    for (const LastName of ["Roe", "Poe"]) system.sandbox.salesforce.seed("Contact", { LastName, Email: bea.email });
    await system.deliver("bookings", somebodys(1, jane));
    await system.deliver("bookings", somebodys(2, bea));
    await system.deliver("bookings", somebodys(3, bea));
    const admin = createAdminClient(system);
    expect((await admin.get("/admin/held/salesforce/1")).text).toMatch(/Next question \(2 left\) · All that is held/);
    const form = { crm: "salesforce", purchase: "1", section: "contact", record: first };
    const { location = "" } = await admin.post("/admin/held/pick", form);
    expect(location).toBe("/admin/held/salesforce/2?done=picked&count=1");
    expect((await admin.get(location)).html).toContain('<h1 tabindex="-1" autofocus>Decide for purchase 2</h1>');
    await system.quiet();
    expect((await admin.get("/admin/held/salesforce/3")).text).toMatch(/Next question \(1 left\)/);
  });

  it("to one booking of several leads to the others of the question first, and the last one to its purchase [K4]", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const admin = createAdminClient(system);
    const { html } = await admin.get("/admin/held/salesforce/11610441");
    const [, hold] = /name="hold" value="([^"]+)"/.exec(html) ?? [];
    const answer = (booking: string, verdict: string) =>
      admin.post("/admin/held/decide", {
        ...{ crm: "salesforce", purchase: "11610441", hold: hold ?? "", booking, verdict },
      });
    expect((await answer("13477737", "cancelled")).location).toBe(
      "/admin/held/salesforce/11610441?done=decided&count=1",
    );
    await system.quiet();
    expect((await answer("13477736", "active")).location).toBe("/admin/bookings/11610441?done=decided&count=1");
  });
});
