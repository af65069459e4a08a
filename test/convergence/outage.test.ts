/** A CRM that is down is a fact about the CRM: every worker knows it, and no purchase pays for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createGate } from "../../src/sync/gate.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase, sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  // An outage is told after four times PROBE_MS; with three attempts and this backoff they are spent well before.
  const env = { JOB_ATTEMPTS: "3", JOB_BACKOFF_MS: "20", PROBE_MS: "150" };
  system = await startSystem({ workers: 3, env });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const down = () => system.sandbox.faults.set([{ crm: "hubspot", action: { type: "status", status: 503 } }]);
const gateState = async () => {
  const { redis, keys, queues } = system;
  return queues.hubspot && (await createGate(redis, keys, "hubspot", queues.hubspot).state());
};
const another = (): Json =>
  purchase((body) => {
    body.id = 2;
    Object.assign(firstBooking(body), { id: 22, purchase_id: 2 });
  });

describe("a CRM that is down for many attempts' time [X1] [X2] [X3]", () => {
  it("costs the one booking that waits nothing, while another purchase repeats without asking the CRM", async () => {
    await system.deliver("bookings", another());
    down();
    await system.post("bookings", sample("purchase-created"));
    const closed: boolean[] = [];
    for (let i = 0; i < 25; i += 1) {
      await system.post("updates", another());
      await sleep(100);
      closed.push((await gateState())?.reason === "unavailable");
    }
    expect(closed.indexOf(true)).toBeGreaterThan(0);
    expect(closed.at(-1)).toBe(true);
    expect(await system.failures("hubspot")).toEqual([]);

    system.sandbox.faults.set([]);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(2);
    expect(await system.failures("hubspot")).toEqual([]);
  });

  it("is not even noticed by the attempts when it ends before it is told from a stumble", async () => {
    down();
    await system.post("bookings", sample("purchase-created"));
    await sleep(400);
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
    const [job] = (await system.queues.hubspot?.getCompleted()) ?? [];
    expect(job?.attemptsMade).toBe(1);
  });
});

describe("a write that the CRM alone never answers", () => {
  it("is the purchase's own fault: it fails for good, and the gate stays open [X4]", async () => {
    system.sandbox.faults.set([{ crm: "hubspot", match: "meetings", action: { type: "status", status: 503 } }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect(await system.failures("hubspot")).toHaveLength(1));
    expect((await system.failures("hubspot"))[0]).toContain("Given up after 3 attempts");
    expect(await gateState()).toBeUndefined();
  });
});
