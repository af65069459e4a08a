/** What comes in while a try is failing does not sit out the backoff of that failure. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { createMeanwhile } from "../support/meanwhile.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const meanwhile = createMeanwhile(({ path }) => path.includes("composite/sobjects"));

beforeAll(async () => {
  system = await startSystem({
    sandbox: { onRequest: meanwhile.onRequest },
    env: { CRM: "salesforce", JOB_BACKOFF_MS: "300000" },
  });
});
afterAll(() => system.stop());

it("is brought to the CRM at once [A4]", async () => {
  const body = sample("purchase-created");
  system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "lock" } }]);
  meanwhile.next(() => system.post("updates", movedTo(body, "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00")));
  await system.post("bookings", body);
  await eventually(() =>
    expect(system.sandbox.salesforce.records("Event")).toMatchObject([
      { values: { StartDateTime: "2036-05-05T09:00:00.000+0000" } },
    ]),
  );
});
