/** Calls of the day that are left to other integrations: a worker that is started with fewer of them goes on at once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { prepare, type Running } from "../../src/app/base.ts";
import { startWorker } from "../../src/app/worker.ts";
import { createGate } from "../../src/sync/gate.ts";
import { eventually } from "../support/eventually.ts";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let worker: Running | undefined;

beforeAll(async () => {
  system = await startSystem({ env: { CRM: "hubspot" }, sandbox: { hubspot: { dailyLimit: 1_000 } }, workers: 0 });
});
afterEach(() => worker?.stop());
afterAll(() => system.stop());

async function startWith(reserve: number): Promise<void> {
  await worker?.stop();
  worker = await startWorker(await prepare({ ...system.environment, HUBSPOT_DAILY_RESERVE: String(reserve) }, "test"));
}

describe("a reserve that nothing is left above of [X3]", () => {
  it("keeps the queue paused, and one that is lowered lets it go on at once", async () => {
    const { redis, keys, queues } = system;
    const { hubspot: queue } = queues;
    if (queue === undefined) throw new Error("no queue");
    const gate = createGate(redis, keys, "hubspot", queue);
    await startWith(1_000);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect(await gate.state()).toMatchObject({ reason: "daily_limit" }));
    await startWith(999);
    expect(await gate.state()).toMatchObject({ reason: "daily_limit" });
    expect(system.sandbox.hubspot.records("meetings")).toEqual([]);
    await startWith(100);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    expect(await gate.state()).toBeUndefined();
  });
});
