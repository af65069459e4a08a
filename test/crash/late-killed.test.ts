/** A booking that two purchases list, and a worker that is killed when the one has written late, before its ledger says so. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { passLock } from "../../src/sync/pass.ts";
import { eventually } from "../support/eventually.ts";
import { forAnother, listing } from "../support/listing.ts";
import { createMeanwhile } from "../support/meanwhile.ts";
import { type RealProcess, startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const workers: RealProcess[] = [];
const writesOf = (told: string) =>
  createMeanwhile(({ path, body }) => path.includes("composite/sobjects") && body.includes(told));
const person = writesOf("Contact");
const appointment = writesOf("BB_Purchase_Id__c");

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    env: { CRM: "salesforce", WORKER_LOCK_MS: "1000", CRM_TIMEOUT_MS: "30000" },
    sandbox: {
      async onRequest(crm, request) {
        await person.onRequest(crm, request);
        await appointment.onRequest(crm, request);
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
  const { redis, keys } = system;
  const lock = keys.lock(passLock("salesforce", "1"));
  const isPending = () => redis.zscore(keys.pending("salesforce"), "1");
  person.next(async () => {
    await system.post("updates", listing(1, [10], clock(3)));
    await redis.del(lock);
    await eventually(async () => expect(await isPending()).toBeNull());
  });
  appointment.next(() => worker.kill());
  await redis.set(lock, "the test's");
  await system.post("bookings", second);
  await worker.ended;
  await eventually(() => expect(purchaseIds()).toEqual(["2"]));
  expect(await isPending()).toBeNull();

  await startWorker();
  await system.quiet();
  expect(purchaseIds()).toEqual(["1"]);
});
