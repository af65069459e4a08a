/** A job whose CRM is paused waits for it, and keeps no job of another CRM waiting. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { refusing, startOn } from "./many.ts";

let system: TestSystem;
let tools: Tools;
beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const endOf = async (id: string) => (await tools.bulks.read(id))?.end?.how;

it("lets those of another CRM go on, and then goes on where it was [J7]", async () => {
  const ids = await refusing(system, 40);
  const admin = createAdminClient(system);
  await system.queues.salesforce?.pause();
  const held = await startOn(admin, { action: "retry", crm: "salesforce" });
  await eventually(async () => expect((await tools.bulks.read(held))?.progress.inHand.length).toBeGreaterThan(0));
  const other = await startOn(admin, {
    ...{ action: "run_again", crm: "hubspot" },
    ...{ from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() },
  });
  await eventually(async () => expect(await endOf(other)).toBe("done"));
  expect(await endOf(held)).toBeUndefined();
  await system.queues.salesforce?.resume();
  await eventually(async () => expect(await endOf(held)).toBe("done"));
  expect((await tools.bulks.read(held))?.progress).toMatchObject({ done: 40, failed: 0, inHand: [] });
  for (const id of ids) {
    const retries = (await tools.syncLog.timeline(id)).filter(
      (entry) => entry.crm === "salesforce" && entry.kind === "action",
    );
    expect([id, retries.length]).toEqual([id, 1]);
  }
}, 150_000);
