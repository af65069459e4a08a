/** Calls of the day that are left to other integrations: a worker that is started with fewer of them goes on at once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { prepare, type Running } from "../../src/app/base.ts";
import { startWorker } from "../../src/app/worker.ts";
import { createGate } from "../../src/sync/gate.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase, sample } from "../support/payloads.ts";
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

describe("a day that is spent, and then is not [X3]", () => {
  it("is over for a running worker once somebody resumes", async () => {
    const { redis, keys, queues, sandbox, environment } = system;
    const { hubspot: queue } = queues;
    if (queue === undefined) throw new Error("no queue");
    const gate = createGate(redis, keys, "hubspot", queue);
    await startWith(100);
    const before = sandbox.hubspot.records("meetings").length;
    const another = purchase((body) => {
      body.id += 1;
      firstBooking(body).id += 1;
    });
    const body = { message: "You have reached your daily limit.", errorType: "RATE_LIMIT", policyName: "DAILY" };
    const headers = { "X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "0" };
    sandbox.faults.set([{ crm: "hubspot", action: { type: "status", status: 429, headers, body } }]);
    await system.post("bookings", another);
    await eventually(async () => expect(await gate.state()).toMatchObject({ reason: "daily_limit" }));
    sandbox.faults.set([]);
    expect(await runCli(["resume", "--crm", "hubspot"], environment)).toMatchObject({ code: 0 });
    await system.quiet();
    expect(await gate.state()).toBeUndefined();
    expect(sandbox.hubspot.records("meetings")).toHaveLength(before + 1);
  });
});
