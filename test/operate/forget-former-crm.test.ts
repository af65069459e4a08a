/** What a CRM kept that was taken out of `CRM` since: nobody works on it any more, and `forget` finds it all the same [S5]. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { parseMapping } from "../../src/mapping/parse.ts";
import { forget } from "../../src/operate/forget/forget.ts";
import { compress } from "../../src/redis/compress.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const EMAIL = "ann.forgettable@example.org";
const MARKERS = /forgettable|4711000/i;

let system: TestSystem;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem();
  tools = await openTools({ ...system.environment, CRM: "salesforce" });
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

function annsPurchase(id: number): Json {
  const text = JSON.stringify(purchase())
    .replaceAll("test@bookingbug.com", EMAIL)
    .replaceAll("Gladden", "Forgettable")
    .replaceAll("3056937", "4711000");
  const body = JSON.parse(text);
  body.id = id;
  Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  return body;
}

it("is removed with the rest, whether it was settled, failed or waits, and the CRM's jobs with it", async () => {
  await system.deliver("bookings", annsPurchase(900));
  const refusal = { message: `${EMAIL} is not welcome` };
  system.sandbox.faults.set([{ match: "/meetings", action: { type: "status", status: 400, body: refusal } }]);
  await system.deliver("bookings", annsPurchase(901));
  expect(await system.failures("hubspot")).toHaveLength(1);
  // All that the CRM that is left still has of one of them.
  const { redis, keys } = system;
  await redis.del(keys.inbox("900"), keys.history("900"), keys.ledger("salesforce", "900"));
  // As a mapping named it that is gone with the CRM.
  const pointer = {
    object: "contacts",
    id: "7",
    own: true,
    stamp: { field: "client", value: "4711000" },
    matchedBy: [],
  };
  await redis.set(keys.shared("hubspot", "customer", "4711000"), compress(JSON.stringify(pointer)));

  const person = { emails: new Set([EMAIL]), clientIds: new Set<string>() };
  const found = await forget({ ...tools, dryRun: true, suppress: false }, person);
  expect([...found.purchaseIds].toSorted()).toEqual(["900", "901"]);
  await forget({ ...tools, dryRun: false, suppress: false }, person);
  expect(await dumpRedis(redis)).not.toMatch(MARKERS);
  const left = await redis.keys("*hubspot*");
  expect(left.filter((key) => /:90[01]$/.test(key))).toEqual([]);
  expect(await redis.zscore(keys.failedByTime("hubspot"), "901")).toBeNull();
  expect(await system.failures("hubspot")).toEqual([]);
});

it("is nobody else's: a purchase that happens to have the number of the person keeps its record", async () => {
  await system.deliver("bookings", annsPurchase(902));
  const order = `crm: salesforce
companies: [1]
objects:
  order: { object: Order__c, per: purchase, external_id: { Number__c: purchase.id }, fields: {} }
`;
  const { set, ...rest } = tools.mappings.current();
  const mappings = [...set.mappings, parseMapping(order, "order.yaml")];
  const { redis, keys } = system;
  const others = keys.shared("salesforce", "order", "4711000");
  const stamp = { field: "Number__c", value: "4711000" };
  await redis.set(others, compress(JSON.stringify({ object: "Order__c", id: "8", own: true, stamp, matchedBy: [] })));
  const deps = { ...tools, mappings: { ...tools.mappings, current: () => ({ ...rest, set: { mappings } }) } };
  await forget({ ...deps, dryRun: false, suppress: false }, { emails: new Set([EMAIL]), clientIds: new Set() });
  expect(await redis.exists(others)).toBe(1);
});
