/** A pass that loses its lock while it writes may have written after a newer one: the next writes everything again. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { movedTo, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const LOCK = "pass:salesforce:11610441";
let system: TestSystem;
let losesLock = false;
const written: string[] = [];

beforeAll(async () => {
  system = await startSystem({
    env: { CRM: "salesforce" },
    sandbox: {
      onRequest(_crm, { path, body }) {
        if (!path.includes("composite/sobjects")) return;
        written.push(body);
        if (losesLock) void system.redis.set(system.keys.lock(LOCK), "another pass", "PX", 300);
        losesLock = false;
      },
    },
  });
});
afterAll(() => system.stop());

it("takes nothing for written [O5]", async () => {
  const body = sample("purchase-created");
  await system.deliver("bookings", body);
  losesLock = true;
  system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "slow", ms: 500 } }]);
  await system.deliver("updates", movedTo(body, "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00"));
  const [late, again] = written.slice(2);
  expect(late).not.toContain('"Subject"');
  expect(again).toContain('"Subject"');
});
