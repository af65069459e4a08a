/** A CRM refuses a write because another record holds one of its values: which one that is decides what becomes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({
    sandbox: {
      salesforce: { alsoUnique: ["Event.BB_Purchase_Id__c", "Contact.Phone"] },
      hubspot: { alsoUnique: ["meetings.bookingbug_purchase_id", "contacts.phone"] },
    },
  });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const PHONE = "+442079460000";

function someone(id: number, change: (body: Json) => void = () => {}): Json {
  return purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) {
      Object.assign(person, { id, email: `p${id}@example.com`, phone: `0207946${id}`, phone_prefix: "44" });
    }
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
    change(body);
  });
}

/** A purchase of two bookings, which an org where the purchase's id is unique cannot hold. */
const twoOfOne = (): Json =>
  someone(5001, (body) => {
    const [first] = body._embedded.bookings;
    body._embedded.bookings = [first, { ...first, id: 50011, slot_id: 2, full_describe: "The other" }];
  });

const records = () => ({
  events: system.sandbox.salesforce.records("Event"),
  meetings: system.sandbox.hubspot.records("meetings"),
});

describe("a value that another booking's record holds", () => {
  it("fails with the field and the record, which stays as it is [B8]", async () => {
    await system.deliver("bookings", twoOfOne());
    const { events, meetings } = records();
    expect([events.length, meetings.length]).toEqual([1, 1]);
    const failures = [...(await system.failures("salesforce")), ...(await system.failures("hubspot"))];
    expect(failures).toEqual([
      expect.stringMatching(new RegExp(`^booking \\d+, .*BB_Purchase_Id__c.*Record: Event ${events[0]?.id}`)),
      expect.stringMatching(new RegExp(`^booking \\d+, .*bookingbug_purchase_id.*Record: meetings ${meetings[0]?.id}`)),
    ]);
    const before = records();
    await system.deliver("updates", twoOfOne());
    expect(records()).toEqual(before);
  });
});

describe("a value that a stranger's contact holds", () => {
  it("fails with the field and the record, unless the mapping matches by it [B8]", async () => {
    const { salesforce, hubspot } = system.sandbox;
    const contact = salesforce.seed("Contact", { LastName: "Stranger", Email: "stranger@example.com", Phone: PHONE });
    const other = hubspot.seed("contacts", { lastname: "Stranger", email: "stranger@example.com", phone: PHONE });
    await system.deliver(
      "bookings",
      someone(5002, (body) => {
        for (const person of [body._embedded.client, body._embedded.member]) Object.assign(person, { phone: PHONE });
      }),
    );
    expect(salesforce.records("Contact")).toMatchObject([{ values: { LastName: "Stranger" } }]);
    expect(hubspot.records("contacts")).toMatchObject([{ values: { lastname: "Stranger" } }]);
    expect(await system.failures("salesforce")).toEqual([expect.stringMatching(`Phone.*Record: Contact ${contact}`)]);
    expect(await system.failures("hubspot")).toEqual([expect.stringMatching(`phone.*Record: contacts ${other}`)]);
  });
});
