/** What is stored while a pass fails for good, by a process that dies before it is queued: the failure does not take it along. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { createInbox } from "../../src/inbox/inbox.ts";
import { eventually } from "../support/eventually.ts";
import { createMeanwhile } from "../support/meanwhile.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const PURCHASE = "11610441";
let system: TestSystem;
const meanwhile = createMeanwhile(({ path }) => path.includes("composite/sobjects"));

const refused = { type: "refuse_rows", code: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message: "Not now" } as const;

beforeAll(async () => {
  system = await startSystem({ sandbox: { onRequest: meanwhile.onRequest }, env: { CRM: "salesforce" } });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

it("is brought to the CRM, and the purchase is off the failed list [A4]", async () => {
  const { redis, keys, sandbox } = system;
  const body = sample("purchase-created");
  sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: refused }]);
  const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
  meanwhile.next(() =>
    inbox.store({
      deliveryId: "stored by who died",
      purchaseId: PURCHASE,
      route: "updates",
      receivedAt: new Date().toISOString(),
      bookingIds: [],
      body: JSON.stringify(movedTo(body, "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00")),
    }),
  );
  await system.post("bookings", body);
  await eventually(() =>
    expect(sandbox.salesforce.records("Event")).toMatchObject([
      { values: { StartDateTime: "2036-05-05T09:00:00.000+0000" } },
    ]),
  );
  await system.quiet();
  expect(await redis.zcard(keys.failedByTime("salesforce"))).toBe(0);
});

it("is what keeps the purchase pending: one that failed by all that was stored is a person's to see to [W3]", async () => {
  const { redis, keys, sandbox } = system;
  sandbox.faults.set([{ match: "composite/sobjects", action: refused }]);
  await system.post("bookings", sample("purchase-created"));
  await eventually(async () => expect(await redis.zcard(keys.failedByTime("salesforce"))).toBe(1));
  await eventually(async () => expect(await redis.zcard(keys.pending("salesforce"))).toBe(0));
});
