/** A worker that lost its job while the CRM refused the pass: what the pass heard is told all the same [A2]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { eventually } from "../support/eventually.ts";
import { purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ env: { CRM: "salesforce", WORKER_LOCK_MS: "1000" } });
});
afterAll(() => system.stop());

it("tells each notification once [A2]", async () => {
  const { redis, keys, sandbox } = system;
  const refusal = { type: "status", status: 429, headers: { "retry-after": "1" } } as const;
  const slow = { type: "slow", ms: 400 } as const;
  sandbox.faults.set([
    { match: "/query", times: 1, action: slow },
    { match: "composite/sobjects", times: 1, action: refusal },
  ]);
  await system.post("bookings", purchase());
  await eventually(async () => {
    const locks = await redis.keys("*:lock");
    expect(locks.length).toBeGreaterThan(0);
    await redis.del(...locks);
  });
  await system.quiet();
  const syncLog = createSyncLog({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
  await eventually(async () => expect(sandbox.salesforce.records("Event")).toHaveLength(1));
  await system.quiet();
  const entries = await syncLog.timeline("11610441");
  const told = entries.flatMap((entry) => (entry.kind === "pass" ? entry.notifications : []));
  expect(told).toHaveLength(1);
});
