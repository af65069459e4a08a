/** What nobody could read leaves the quarantine by its age, also where nothing comes that pushes it out. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { eventually } from "../support/eventually.ts";
import { startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system.stop());

it("is dropped by any process that runs [R3]", async () => {
  const { redis, keys } = system;
  const quarantine = createQuarantine({ redis, keys, retentionDays: 10_000 });
  const at = { deliveryId: "old", receivedAt: new Date(Date.now() - 9_000 * 86_400_000).toISOString() };
  const unread = { route: "updates", reason: "not_json", problems: [], contentType: undefined } as const;
  await quarantine.put({ ...at, ...unread, body: Buffer.from("Ada") });
  const worker = startProcess("src/worker.ts", { ...system.environment, LOG_LEVEL: "info" });
  await worker.up;
  await eventually(async () => expect(await quarantine.count()).toBe(0));
  worker.kill();
  await worker.ended;
}, 60_000);
