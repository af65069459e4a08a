/** A booking that two purchases list, and a worker that is killed when the one has written late, before its ledger says so. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { passLock } from "../../src/sync/pass.ts";
import { eventually } from "../support/eventually.ts";
import { forAnother, listing } from "../support/listing.ts";
import { type RealProcess, startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const workers: RealProcess[] = [];
/** Called once a write to an appointment is at the CRM. */
let onWritten = (_body: string): void => {};

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    env: { CRM: "salesforce", WORKER_LOCK_MS: "1000" },
    sandbox: {
      onRequest(_crm, { path, body }) {
        if (path.includes("composite/sobjects") && body.includes("BB_Purchase_Id__c")) onWritten(body);
      },
    },
  });
});
afterAll(async () => {
  for (const worker of workers) worker.kill();
  await system.stop();
});

async function startWorker(): Promise<RealProcess> {
  const worker = startProcess("src/worker.ts", { ...system.environment, LOG_LEVEL: "info" });
  workers.push(worker);
  await worker.up;
  return worker;
}

const clock = (day: number) => (first: object) => Object.assign(first, { updated_at: `2026-05-0${day}T08:00:00Z` });
const purchaseIds = () => system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Purchase_Id__c);

it("has what it wrote put right by the other purchase, which says something newer [O2]", async () => {
  const second = forAnother(listing(2, [10], clock(2)));
  const worker = await startWorker();
  await system.post("bookings", listing(1, [10], clock(1)));
  await system.quiet();

  // While its person is made, it has not yet begun with the booking, and the first does not look until it has something newer to say.
  system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "slow", ms: 3_000 } }]);
  onWritten = () => worker.kill();
  await system.redis.set(system.keys.lock(passLock("salesforce", "1")), "the test's", "PX", 1_000);
  await system.post("bookings", second);
  await sleep(500);
  await system.post("updates", listing(1, [10], clock(3)));
  await worker.ended;
  await eventually(() => expect(purchaseIds()).toEqual(["2"]));
  expect(await system.redis.zscore(system.keys.pending("salesforce"), "1")).toBeNull();

  onWritten = () => {};
  await startWorker();
  await system.quiet();
  expect(purchaseIds()).toEqual(["1"]);
});
