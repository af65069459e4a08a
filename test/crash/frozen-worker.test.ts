/** A worker that stops for a while and goes on as if nothing had been: what it was about to write is out of date by then. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { movedTo, sample } from "../support/payloads.ts";
import { type RealProcess, startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const workers: RealProcess[] = [];
let writes = 0;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    sandbox: {
      onRequest(_crm, { path }) {
        if (path.includes("composite/sobjects")) writes += 1;
      },
    },
    env: { CRM: "salesforce", WORKER_LOCK_MS: "1000", CRM_TIMEOUT_MS: "30000" },
  });
});
afterAll(async () => {
  for (const worker of workers) worker.kill();
  await system.stop();
});

function startWorker(): RealProcess {
  const worker = startProcess("src/worker.ts", { ...system.environment, LOG_LEVEL: "info" });
  workers.push(worker);
  return worker;
}

const start = (): unknown => system.sandbox.salesforce.records("Event")[0]?.values.StartDateTime;
const untilStart = (time: string) => eventually(() => expect(start()).toBe(time));

it("has its late write put right by the newest notification [O5]", async () => {
  const body = sample("purchase-created");
  const before = Date.now();
  const frozen = startWorker();
  await frozen.up;
  // Another worker must be able to start and to write while this one's request is under way.
  const slowMs = Math.max(8_000, 6 * (Date.now() - before));
  await system.post("bookings", body);
  await eventually(() => expect(start()).toBeDefined());

  // The move is on its way to the CRM, which takes its time, when the worker stops.
  system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "slow", ms: slowMs } }]);
  const written = writes;
  await system.post("updates", movedTo(body, "2036-05-05T09:00:00+00:00", "2036-05-05T09:30:00+00:00"));
  await eventually(() => expect(writes).toBeGreaterThan(written));
  frozen.child.kill("SIGSTOP");
  startWorker();
  await system.post("updates", movedTo(body, "2036-06-06T09:00:00+00:00", "2036-06-06T09:30:00+00:00"));
  await untilStart("2036-06-06T09:00:00.000+0000");
  await untilStart("2036-05-05T09:00:00.000+0000");

  frozen.child.kill("SIGCONT");
  await untilStart("2036-06-06T09:00:00.000+0000");
});
