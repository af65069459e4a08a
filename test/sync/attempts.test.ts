/** A creation that took effect although nobody saw the answer, in a CRM that has no unique ids to fall back on. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({
    sandbox: { hubspot: { uniqueMeetings: false } },
    env: { CRM: "hubspot", CRM_TIMEOUT_MS: "1000" },
  });
});
afterAll(() => system.stop());

it("is not tried a second time [B1]", async () => {
  const action = { type: "timeout", after: true } as const;
  system.sandbox.faults.set([{ match: "/batch/create", times: 1, action }]);
  await system.deliver("bookings", sample("purchase-created"));
  expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
});
