/** What came first stays first, however late it can be read. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { createAdminClient } from "../support/admin.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const at = (hour: number, surname: string): Json =>
  purchase((body) => {
    for (const person of [body._embedded.client, body._embedded.member]) Object.assign(person, { last_name: surname });
    Object.assign(firstBooking(body), {
      datetime: `2036-03-10T${hour}:00:00+00:00`,
      end_datetime: `2036-03-10T${hour + 1}:00:00+00:00`,
    });
  });

/** As an earlier version that could not read it left it. */
async function quarantined(body: Json, packed = false): Promise<void> {
  const { redis, keys } = system;
  await createQuarantine({ redis, keys, retentionDays: 30 }).put({
    deliveryId: "early",
    route: "updates",
    receivedAt: new Date().toISOString(),
    reason: "no_purchase",
    problems: [],
    contentType: "application/json",
    contentEncoding: packed ? "gzip" : undefined,
    body: packed ? gzipSync(JSON.stringify(body)) : Buffer.from(JSON.stringify(body)),
  });
}

const readAgain = () => createAdminClient(system).post("/admin/quarantine/read-again", { delivery: "early" });
const starts = () => system.sandbox.salesforce.records("Event").map(({ values }) => values.StartDateTime);
const surnames = () => system.sandbox.salesforce.records("Contact").map(({ values }) => values.LastName);

describe("a delivery that is read again from quarantine", () => {
  it("does not overrule what came after it [O1]", async () => {
    await quarantined(at(11, "Maiden"));
    await system.deliver("updates", at(15, "Married"));
    await readAgain();
    await system.quiet();
    expect(await system.redis.hlen(system.keys.quarantine)).toBe(0);
    expect([starts(), surnames()]).toEqual([["2036-03-10T15:00:00.000+0000"], ["Married"]]);
  });

  it("overrules what came before it", async () => {
    await system.deliver("updates", at(11, "Maiden"));
    await quarantined(at(15, "Married"));
    await readAgain();
    await system.quiet();
    expect([starts(), surnames()]).toEqual([["2036-03-10T15:00:00.000+0000"], ["Married"]]);
  });

  it("says who the client is, where what came after it was of the booking alone [P2]", async () => {
    await system.deliver("updates", at(11, "Maiden"));
    await quarantined(at(11, "Married"));
    await system.deliver("updates", firstBooking(at(15, "Maiden")));
    await readAgain();
    await system.quiet();
    expect([starts(), surnames()]).toEqual([["2036-03-10T15:00:00.000+0000"], ["Married"]]);
  });

  it("creates a booking that nothing else told of", async () => {
    await quarantined(at(11, "Maiden"));
    await readAgain();
    await system.quiet();
    expect(starts()).toEqual(["2036-03-10T11:00:00.000+0000"]);
  });

  it("is read as it was packed when it came [A6]", async () => {
    await quarantined(at(11, "Maiden"), true);
    await readAgain();
    await system.quiet();
    expect(starts()).toEqual(["2036-03-10T11:00:00.000+0000"]);
  });

  it("cancels, since a cancellation is final", async () => {
    const cancelled = at(11, "Maiden");
    Object.assign(firstBooking(cancelled), { is_cancelled: true });
    await quarantined(cancelled);
    await system.deliver("updates", at(15, "Married"));
    await readAgain();
    await system.quiet();
    expect(system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Status__c)).toEqual(["cancelled"]);
    expect(surnames()).toEqual(["Married"]);
  });
});
