/** Many bookings at one moment, in an org whose trigger takes a few rows: all arrive, and nobody has to do anything [W9]. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { somebodys } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const CALL = /\/composite\/sobjects\/Event/;
let system: TestSystem;
let calls: number[] = [];

beforeAll(async () => {
  system = await startSystem({
    env: { CRM: "salesforce", WORKER_CONCURRENCY: "100" },
    sandbox: {
      salesforce: { triggerLimits: { Event: 20 } },
      onRequest(_crm, { path, body }) {
        if (CALL.test(path)) calls.push((JSON.parse(body) as { records: unknown[] }).records.length);
      },
    },
  });
});
afterAll(() => system.stop());

const booked = (id: number) => somebodys(id, { first: "Ana", last: "Silva", email: `person${id}@example.com` });

it("brings 60 bookings in few calls, and the next 60 without one that fails", async () => {
  for (const from of [1_000, 2_000]) {
    calls = [];
    const ids = Array.from({ length: 60 }, (_, index) => from + index);
    await system.queues.salesforce?.pause();
    await Promise.all(ids.map((id) => system.post("bookings", booked(id))));
    await system.queues.salesforce?.resume();
    await system.quiet();
    if (from === 1_000) expect(calls.length).toBeLessThanOrEqual(12);
    else {
      expect(Math.max(...calls)).toBeLessThanOrEqual(20);
      expect(calls.length).toBeLessThanOrEqual(4);
    }
  }
  expect(await system.failures("salesforce")).toEqual([]);
  expect(system.sandbox.salesforce.records("Event")).toHaveLength(120);
});
