/** A person who could be several contacts is the one that an operator picks, with what was said of them last. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { createAdminClient } from "../support/admin.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const email = "twin@example.com";
const says = (id: number, client: number, surname: string): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id: client, last_name: surname, email });
    }
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

it.each([
  ["one person's", 7],
  ["two people's, who share it", 8],
])(
  "has %s newest words, in whichever order an operator is asked of their purchases [P2] [P6]",
  async (_whose, other) => {
    const { salesforce } = system.sandbox;
    const [first = "", second] = ["One", "Two"].map((LastName) =>
      salesforce.seed("Contact", { LastName, Email: email }),
    );
    await system.deliver("bookings", says(1, 7, "Older"));
    await system.deliver("bookings", says(2, other, "Newer"));
    const admin = createAdminClient(system);
    // One answer is for all purchases of one person.
    for (const purchaseId of other === 7 ? ["2"] : ["2", "1"]) {
      const form = { crm: "salesforce", purchase: purchaseId, section: "contact", record: first };
      expect((await admin.post("/admin/held/pick", form)).status).toBe(303);
      await system.quiet();
    }
    expect(salesforce.records("Contact")).toMatchObject([
      { id: first, values: { LastName: "Newer" } },
      { id: second, values: { LastName: "Two" } },
    ]);
    expect(salesforce.records("Event").map(({ values }) => values.WhoId)).toEqual([first, first]);
  },
);

it("leaves the id of another person on the contact that is picked [P5]", async () => {
  const { salesforce } = system.sandbox;
  const [first = ""] = ["999", null].map((BB_Id__c) =>
    salesforce.seed("Contact", { LastName: "Other", Email: email, BB_Id__c }),
  );
  await system.deliver("bookings", says(1, 7, "Newer"));
  const form = { crm: "salesforce", purchase: "1", section: "contact", record: first };
  expect((await createAdminClient(system).post("/admin/held/pick", form)).status).toBe(303);
  await system.quiet();
  expect(salesforce.records("Contact")).toMatchObject([
    { id: first, values: { LastName: "Newer", BB_Id__c: "999" } },
    { values: { LastName: "Other", BB_Id__c: null } },
  ]);
  expect(salesforce.records("Event").map(({ values }) => values.WhoId)).toEqual([first]);
  expect(await system.failures("salesforce")).toEqual([]);
});

it("is not asked about again once another purchase has shown who they are: a pick says so, and a retry goes on", async () => {
  const { salesforce } = system.sandbox;
  const [first = ""] = ["One", "Two"].map((LastName) => salesforce.seed("Contact", { LastName, Email: email }));
  await system.deliver("bookings", says(1, 7, "Older"));
  const moved = says(2, 7, "Newer");
  for (const person of [moved._embedded.client, moved._embedded.member]) person.email = "moved@example.com";
  await system.deliver("bookings", moved);
  const admin = createAdminClient(system);
  const form = { crm: "salesforce", purchase: "1", section: "contact", record: first };
  const answer = await admin.post("/admin/held/pick", form);
  expect(answer.status).toBe(409);
  expect(answer.text).toMatch(/is this person by now, .* Next: retry this one/);
  await admin.post("/admin/failed/retry", { crm: "salesforce", purchase: "1" });
  await system.quiet();
  expect(salesforce.records("Contact").map(({ values }) => [values.LastName, values.BB_Id__c ?? null])).toEqual([
    ["One", null],
    ["Two", null],
    ["Newer", "7"],
  ]);
  expect(await system.failures("salesforce")).toEqual([]);
});
