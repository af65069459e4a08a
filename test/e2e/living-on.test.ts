/** A person's record that was merged away or converted lives on, and bookings go where it does [B11]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeEach(() => system?.reset());
afterAll(() => system.stop());

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
