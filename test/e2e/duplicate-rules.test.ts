/** An org's duplicate rules: no booking is lost to one that only alerts, and one that refuses is answered by a pick [P9]. */
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { DuplicateRule } from "../../sandbox/salesforce/options.ts";
import { createAdminClient } from "../support/admin.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

/** Its bookings are mapped with `duplicate_rules: strict`. */
const STRICT_COMPANY = 777;
const HEADER = "sforce-duplicate-rule-header";

const org: { duplicateRule?: DuplicateRule } = {};
let headers: unknown[] = [];
let system: TestSystem;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mappings-"));
  await cp("mappings/salesforce.yaml", join(folder, "salesforce.yaml"));
  const text = await readFile("mappings/salesforce.yaml", "utf8");
  const strict = text
    .replace("crm: salesforce", `crm: salesforce\ncompanies: [${STRICT_COMPANY}]`)
    .replace("several: hold", "several: hold\n    duplicate_rules: strict");
  await writeFile(join(folder, "strict.yaml"), strict);
  system = await startSystem({
    env: { CRM: "salesforce", MAPPINGS_DIR: folder },
    sandbox: {
      salesforce: org,
      onRequest(_crm, { path, headers: sent }) {
        if (path.includes("/composite/")) headers.push(sent[HEADER]);
      },
    },
  });
});
beforeEach(async () => {
  await system.reset();
  headers = [];
  delete org.duplicateRule;
});
afterAll(() => system.stop());

const booked = (mapping: "passing" | "strict", changes: Json = {}): Json =>
  purchase((body) => {
    if (mapping === "strict") firstBooking(body).company_id = STRICT_COMPANY;
    for (const person of [body._embedded.client, body._embedded.member]) Object.assign(person, changes);
  });
const contacts = () => system.sandbox.salesforce.records("Contact");
const events = () => system.sandbox.salesforce.records("Event");
/** Somebody of the same surname: what the mapping matches by says nothing of them. */
const namesake = (Email = "other@example.com") =>
  system.sandbox.salesforce.seed("Contact", { LastName: "Gladden", Email });
const rule = (action: DuplicateRule["action"], more: Partial<DuplicateRule> = {}): void => {
  org.duplicateRule = { action, by: "LastName", ...more };
};

describe("a rule that only alerts", () => {
  it("costs neither contact nor event where the mapping says nothing of it [P9]", async () => {
    namesake();
    rule("alert", { edits: true });
    await system.deliver("bookings", booked("passing"));
    expect(await system.failures("salesforce")).toEqual([]);
    const ours = contacts().find(({ values }) => values.BB_Id__c === "3056937");
    expect([contacts().length, events().map(({ values }) => values.WhoId)]).toEqual([2, [ours?.id]]);
  });

  it("refuses where the mapping is strict, and names its candidates; other people's bookings go through [P9]", async () => {
    const id = namesake();
    rule("alert");
    await system.deliver("bookings", booked("strict"));
    expect([contacts().length, events().length]).toEqual([1, 0]);
    const [failure] = await system.failures("salesforce");
    expect(failure).toContain(`A duplicate rule of the CRM refuses a new Contact, which it takes for ${id}.`);
    expect(failure).toContain("Next: pick the one that it is");
    const other = booked("strict", { id: 8, last_name: "Ek", email: "ek@example.com" });
    other.id = 2;
    Object.assign(firstBooking(other), { id: 22, purchase_id: 2 });
    await system.deliver("bookings", other);
    expect(events()).toHaveLength(1);
  });
});

describe.each<["alert" | "block", "strict" | "passing"]>([
  ["alert", "strict"],
  ["block", "passing"],
  ["block", "strict"],
])("a rule that answers %s, with a %s mapping", (action, mapping) => {
  it.each(["error", "row"] as const)(
    "is answered by a pick of one of its candidates (named in the %s), which is stamped, written and linked to [P9]",
    async (matches) => {
      const [chosen, other] = [namesake(), namesake("third@example.com")];
      rule(action, { matches });
      await system.deliver("bookings", booked(mapping));
      expect([contacts().length, events().length]).toEqual([2, 0]);
      const admin = createAdminClient(system);
      expect((await admin.get("/admin/held")).text).toContain("A duplicate rule of the CRM refuses a person");
      const page = await admin.get("/admin/held/salesforce/11610441");
      expect(page.text).toContain(
        "Which Contact is this person? A duplicate rule of the CRM takes this person for one",
      );
      for (const id of [chosen, other]) expect(page.html).toContain(id);
      const form = { crm: "salesforce", purchase: "11610441", section: "contact", record: chosen };
      headers = [];
      expect((await admin.post("/admin/held/pick", form)).status).toBe(303);
      await system.quiet();
      expect(await system.failures("salesforce")).toEqual([]);
      expect(contacts()).toMatchObject([
        { id: chosen, values: { BB_Id__c: "3056937", Email: "test@bookingbug.com" } },
        { id: other, values: { Email: "third@example.com" } },
      ]);
      expect(events().map(({ values }) => values.WhoId)).toEqual([chosen]);
      expect([headers.length > 0, new Set(headers)]).toEqual([true, new Set(["allowSave=true"])]);
    },
  );
});

describe("a strict mapping", () => {
  it("heeds the rule when a person is new: who is known is written to past an alert", async () => {
    await system.deliver("bookings", booked("strict"));
    system.sandbox.salesforce.seed("Contact", { LastName: "Ek" });
    rule("alert", { edits: true });
    await system.deliver("updates", booked("strict", { last_name: "Ek" }));
    expect(await system.failures("salesforce")).toEqual([]);
    expect(contacts()[0]?.values).toMatchObject({ BB_Id__c: "3056937", LastName: "Ek" });
  });
});

describe("a rule that blocks", () => {
  it("without showing us its matches says what an admin does next, and a retry goes on once that is done", async () => {
    namesake();
    rule("block", { matches: "nowhere" });
    await system.deliver("bookings", booked("passing"));
    const [failure] = await system.failures("salesforce");
    expect(failure).toMatch(/DUPLICATES_DETECTED: Use one of these records\? Next: .* lets the integration user see/);
    const page = await createAdminClient(system).get("/admin/held/salesforce/11610441");
    expect(page.text).toContain("Nothing to decide");
    delete org.duplicateRule;
    await createAdminClient(system).post("/admin/failed/retry", { crm: "salesforce", purchase: "11610441" });
    await system.quiet();
    expect([contacts().length, events().length]).toEqual([2, 1]);
  });

  it("an edit shows the record that is in the way", async () => {
    await system.deliver("bookings", booked("passing"));
    const id = system.sandbox.salesforce.seed("Contact", { LastName: "Ek" });
    rule("block", { edits: true });
    await system.deliver("updates", booked("passing", { last_name: "Ek" }));
    const [failure] = await system.failures("salesforce");
    expect(failure).toMatch(new RegExp(`DUPLICATES_DETECTED: .* Record: Contact ${id}\\.`));
  });
});
