/** A worker that stops while it writes to a contact, and goes on after another purchase's worker wrote newer values to it. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { type RealProcess, startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
const workers: RealProcess[] = [];
let writes = 0;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    sandbox: {
      onRequest(_crm, { path, body }) {
        if (path.includes("composite/sobjects") && body.includes("Contact")) writes += 1;
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

/** Of the same person, under another purchase. */
const of = (id: number, surname: string): Json =>
  purchase((body) => {
    body.id = id;
    for (const person of [body._embedded.client, body._embedded.member]) person.last_name = surname;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

const surname = (): unknown => system.sandbox.salesforce.records("Contact")[0]?.values.LastName;
const untilNamed = (name: string) => eventually(() => expect(surname()).toBe(name));

it("has its late write put right by what was said last, although its own purchase says something older", async () => {
  const before = Date.now();
  const frozen = startWorker();
  await frozen.up;
  // Another worker must be able to start and to write while this one's request is under way.
  const slowMs = Math.max(8_000, 6 * (Date.now() - before));
  await system.post("bookings", of(1, "First"));
  await system.quiet();

  // The change is on its way to the CRM, which takes its time, when the worker stops.
  system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "slow", ms: slowMs } }]);
  const written = writes;
  await system.post("updates", of(1, "Second"));
  await eventually(() => expect(writes).toBeGreaterThan(written));
  frozen.child.kill("SIGSTOP");
  startWorker();
  await system.post("bookings", of(2, "Third"));
  await untilNamed("Third");
  await untilNamed("Second");

  frozen.child.kill("SIGCONT");
  await untilNamed("Third");
  await system.quiet();
  expect(surname()).toBe("Third");
});
