/** What comes in while a try is failing does not sit out the backoff of that failure. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let asked = 0;
beforeAll(async () => {
  system = await startSystem({
    sandbox: {
      onRequest() {
        asked += 1;
      },
    },
    env: { CRM: "hubspot", CRM_TIMEOUT_MS: "1500", JOB_BACKOFF_MS: "300000" },
  });
});
afterAll(() => system.stop());

it("is brought to the CRM at once [A4]", async () => {
  system.sandbox.faults.set([{ match: "contacts", times: 1, action: { type: "timeout", after: false } }]);
  const before = asked;
  await system.post("bookings", sample("purchase-created"));
  await eventually(() => expect(asked).toBeGreaterThan(before));
  await system.post("updates", sample("purchase-created"));
  await eventually(() => expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1));
});
