/** A pass that loses its lock while it writes may have written after a newer one: the next writes everything again. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const LOCK = "pass:salesforce:11610441";
let system: TestSystem;
let writes = 0;

beforeAll(async () => {
  system = await startSystem({
    env: { CRM: "salesforce" },
    sandbox: {
      onRequest(_crm, { path }) {
        if (!path.includes("composite/sobjects")) return;
        writes += 1;
        if (writes === 2) void system.redis.set(system.keys.lock(LOCK), "another pass", "PX", 300);
      },
    },
  });
});
afterAll(() => system.stop());

it("takes nothing for written [O5]", async () => {
  system.sandbox.faults.set([{ match: "sobjects/Event", times: 1, action: { type: "slow", ms: 500 } }]);
  await system.deliver("bookings", sample("purchase-created"));
  // The person and the appointment, twice each.
  expect(writes).toBe(4);
  expect(system.sandbox.salesforce.records("Event")).toHaveLength(1);
});
