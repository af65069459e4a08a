/** A person's record that was merged away or converted lives on, and bookings go where it does [B11]. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeEach(() => system.reset());
afterEach(() => expect(system.sandbox.salesforce.stats.violations).toEqual([]));

const org = () => system.sandbox.salesforce;
const phoned = (mobile: string): Json =>
  purchase((body) => {
    for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { mobile });
  });
const nextPurchase = (): Json =>
  purchase((body) => {
    body.id = 555;
    Object.assign(firstBooking(body), { id: 5551, purchase_id: 555 });
  });
const whoIds = () =>
  org()
    .records("Event")
    .map(({ values }) => values.WhoId);

/** What a delivery asks of the CRM. */
async function callsOf(body: Json): Promise<Record<string, number>> {
  const before = { ...org().stats.calls };
  await system.deliver("updates", body);
  const calls = Object.entries(org().stats.calls).map(([what, count]) => [what, count - (before[what] ?? 0)] as const);
  return Object.fromEntries(calls.filter(([, count]) => count > 0));
}

describe("a contact that was merged into another", () => {
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: "salesforce" } });
  });
  afterAll(() => system.stop());

  /** @returns the id of the contact that is left, which has neither our id nor the person's e-mail */
  async function merged(): Promise<string> {
    await system.deliver("bookings", purchase());
    const [contact] = org().records("Contact");
    const survivor = org().seed("Contact", { LastName: "Else", Email: "else@example.com" });
    org().merge("Contact", survivor, contact?.id ?? "");
    return survivor;
  }

  it("gets what is said of the person next, with two further calls, and nobody is made anew", async () => {
    const survivor = await merged();
    // What was tried, two to find what is left, and what is written to it and to the appointment.
    expect(await callsOf(phoned("7700900123"))).toEqual({ update: 3, queryAll: 2 });
    expect(await system.failures("salesforce")).toEqual([]);
    expect(
      org()
        .records("Contact")
        .map(({ id, values }) => [id, values.BB_Id__c, values.MobilePhone]),
    ).toEqual([[survivor, String(purchase()._embedded.client.id), "+447700900123"]]);
    expect(whoIds()).toEqual([survivor]);
    expect(await callsOf(phoned("7700900124"))).toEqual({ update: 1 });
  });

  it("gets the person's next booking, with two further calls, and is known from then on", async () => {
    const survivor = await merged();
    // After those two: the contact, the appointment again, and the link that the refused try might have made.
    expect(await callsOf(nextPurchase())).toEqual({ upsert: 2, queryAll: 2, update: 2 });
    expect(await system.failures("salesforce")).toEqual([]);
    expect(
      org()
        .records("Contact")
        .map(({ id }) => id),
    ).toEqual([survivor]);
    expect(whoIds()).toEqual([survivor, survivor]);
    expect(await callsOf(nextPurchase())).toEqual({});
  });
});

const EXAMPLE = "mappings/examples/salesforce-lead";

/** @returns the id of the contact that the person's lead became */
async function converted(): Promise<string> {
  await system.deliver("bookings", purchase());
  return org().convert(org().records("Lead")[0]?.id ?? "");
}
const mobiles = () =>
  org()
    .records("Contact")
    .map(({ values }) => values.MobilePhone);

describe("a lead that was converted, where the mapping says to follow it", () => {
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: "salesforce", MAPPINGS_DIR: EXAMPLE } });
  });
  afterAll(() => system.stop());

  it("has the person's next booking linked to the contact it became, with one further call, and is known from then on", async () => {
    const contact = await converted();
    // What was tried, one to find what it became, the appointment again, and the link that the refused try might have made.
    expect(await callsOf(nextPurchase())).toEqual({ upsert: 2, queryAll: 1, update: 1 });
    expect(await system.failures("salesforce")).toEqual([]);
    expect(whoIds()).toEqual([contact, contact]);
    expect(await callsOf(nextPurchase())).toEqual({});
    expect([org().records("Lead").length, org().records("Contact").length]).toEqual([1, 1]);
  });

  it("is asked for once when something is said of the person, and what is said is not written to the contact", async () => {
    const contact = await converted();
    const before = mobiles();
    expect(await callsOf(phoned("7700900123"))).toEqual({ update: 2, queryAll: 1 });
    expect(await system.failures("salesforce")).toEqual([]);
    expect([whoIds(), mobiles()]).toEqual([[contact], before]);
    expect(await callsOf(phoned("7700900124"))).toEqual({});
  });

  it("is shown so by a preview, which names no field that is not written", async () => {
    const contact = await converted();
    await system.deliver("updates", phoned("7700900123"));
    const id = String(purchase().id);
    const { out } = await runCli(["mapping", "preview", "--purchase", id, "--diff"], system.environment);
    const [lead = ""] = out.split("\n\n");
    expect(lead).toBe(
      `salesforce Lead BB_Id__c=${purchase()._embedded.client.id}: was converted, so nothing is written to it; links go to Contact ${contact} (converted: follow)`,
    );
  });

  it("is followed also to what the contact was merged into", async () => {
    const contact = await converted();
    await system.deliver("updates", phoned("7700900123"));
    const survivor = org().seed("Contact", { LastName: "Else" });
    org().merge("Contact", survivor, contact);
    expect(await callsOf(nextPurchase())).toEqual({ upsert: 2, queryAll: 1, update: 1 });
    expect(await system.failures("salesforce")).toEqual([]);
    expect(whoIds()).toEqual([survivor, survivor]);
  });

  it("instead of one that was deleted has all of the person's appointments, whichever purchases they are of [L5]", async () => {
    for (const body of [purchase(), nextPurchase()]) {
      const times = { datetime: "2036-03-11T09:00:00+00:00", end_datetime: "2036-03-11T09:30:00+00:00" };
      Object.assign(firstBooking(body), times);
      await system.deliver("bookings", body);
    }
    const former = org().records("Lead")[0]?.id ?? "";
    for (const { id } of org().records("Event")) org().unlink("Event", id, former);
    org().remove("Lead", former);
    const { id, email } = purchase()._embedded.client;
    const other = org().seed("Lead", { LastName: "Else", Company: "Else", Email: email, BB_Id__c: String(id) });
    const contact = org().convert(other);
    await system.deliver("updates", phoned("7700900123"));
    await system.quiet();
    expect(await system.failures("salesforce")).toEqual([]);
    expect(whoIds()).toEqual([contact, contact]);
  });

  it("of whom the ledger knows nothing is followed by our id", async () => {
    const contact = await converted();
    await system.redis.flushall();
    await system.deliver("bookings", nextPurchase());
    expect(await system.failures("salesforce")).toEqual([]);
    expect(whoIds()).toEqual([contact, contact]);
  });
});

describe("a lead that was converted, where the mapping does not say to follow it", () => {
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "mappings-"));
    const text = await readFile(join(EXAMPLE, "salesforce.yaml"), "utf8");
    await writeFile(join(folder, "salesforce.yaml"), text.replace(/^ +converted: follow\n/m, ""));
    system = await startSystem({ env: { CRM: "salesforce", MAPPINGS_DIR: folder } });
  });
  afterAll(() => system.stop());

  it.each([
    ["a change to the person", phoned("7700900123")],
    ["their next booking", nextPurchase()],
  ])("fails %s visibly, with what it became and what to do", async (_what, body) => {
    const contact = await converted();
    await system.deliver("updates", body);
    const [failure = ""] = await system.failures("salesforce");
    expect(failure).toMatch(/cannot reference converted lead.*Next: .*`converted: follow`/s);
    expect(failure).toContain(`/lightning/r/Contact/${contact}/view`);
    expect(whoIds()).toEqual([contact]);
  });
});

describe("a HubSpot contact that was merged into another", () => {
  beforeAll(async () => {
    system = await startSystem({ env: { CRM: "hubspot" } });
  });
  afterAll(() => system.stop());

  const portal = () => system.sandbox.hubspot;

  it("is followed by appointments that are moved, by those that had it as well as by new ones [B11]", async () => {
    await system.deliver("bookings", purchase());
    const [contact] = portal().records("contacts");
    const survivor = portal().seed("contacts", { lastname: "Else", email: "else@example.com" });
    portal().merge("contacts", survivor, contact?.id ?? "");
    await system.deliver("updates", phoned("7700900123"));
    await system.deliver("bookings", nextPurchase());
    expect(await system.failures("hubspot")).toEqual([]);
    expect(
      portal()
        .records("contacts")
        .map(({ id }) => id),
    ).toEqual([survivor]);
    expect(
      portal()
        .records("meetings")
        .map(({ links }) => links),
    ).toEqual([[survivor], [survivor]]);
  });
});
