/**
 * Real workers, and a purchase whose pass ends its process or never ends: it is set apart after two. Workers that are killed
 * for no reason of the purchases' cost nobody anything.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { retry } from "../../src/operate/retry.ts";
import { createAdminClient } from "../support/admin.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase } from "../support/payloads.ts";
import { type RealProcess, startProcess } from "../support/processes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let tools: Tools;
const workers: RealProcess[] = [];

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    sandbox: { latencyMs: 100 },
    env: { CRM: "salesforce", WORKER_LOCK_MS: "3000", CRM_TIMEOUT_MS: "30000" },
  });
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill();
});
afterAll(async () => {
  await tools.close();
  await system.stop();
});

function startWorker(poison: "poison" | "no poison" = "poison"): RealProcess {
  const NODE_OPTIONS = poison === "poison" ? "--import ./test/support/poison.ts" : "";
  const worker = startProcess("src/worker.ts", { ...system.environment, NODE_OPTIONS, LOG_LEVEL: "info" });
  workers.push(worker);
  return worker;
}

const booking = (id: number, name = "Massage") =>
  purchase((body) => {
    body.id = id;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id, full_describe: name });
  });
const events = () => system.sandbox.salesforce.records("Event").length;
const failed = () => tools.syncLog.failed("salesforce", undefined, { offset: 0, limit: 10 });

describe("a purchase whose passes bring workers down [S9]", () => {
  it.each(["KILL", "LOOP"])(
    "is set apart after two (%s), alone, until a person retries",
    async (how) => {
      const first = startWorker();
      await first.up;
      await system.post("bookings", booking(1, `POISON:${how}`));
      if (how === "KILL") await first.ended;
      const second = startWorker();
      await second.up;
      for (const id of [2, 3, 4]) await system.post("bookings", booking(id));
      await eventually(async () => expect(await failed()).toHaveLength(1));
      await eventually(() => expect(events()).toBe(3));

      const [one] = await failed();
      expect(one).toMatchObject({ purchaseId: "1", failures: [{ kind: "brought_down", heals: false }] });
      expect(one?.failures[0]?.sentence).toContain("brought a worker down twice");
      const { text } = await createAdminClient(system).get("/admin/failed");
      expect(text).toContain("It brought a worker down twice");

      // What comes for it is kept and waits; the worker that has told so is still there.
      await system.post("updates", booking(1, "harmless"));
      await eventually(async () => expect(await tools.inbox.pendingSince("salesforce", "1")).toBeUndefined());
      expect(await tools.inbox.read("1", 0)).toHaveLength(2);
      expect(events()).toBe(3);
      expect(second.child.exitCode ?? second.child.signalCode).toBeNull();

      // As after an update that mends it.
      first.kill();
      second.kill();
      await startWorker("no poison").up;
      await retry(tools, { crm: "salesforce", purchaseIds: ["1"], by: "ops" });
      await eventually(() => expect(events()).toBe(4));
      await eventually(async () => expect(await failed()).toEqual([]));
      await eventually(async () => expect(await tools.setApart.standing("salesforce", "1")).toBe("free"));
    },
    240_000,
  );

  it("is tried apart again when a person retries too soon, and brings no worker down", async () => {
    const first = startWorker();
    await first.up;
    await system.post("bookings", booking(1, "POISON:KILL"));
    await first.ended;
    const second = startWorker();
    await eventually(async () => expect(await failed()).toHaveLength(1));
    await retry(tools, { crm: "salesforce", purchaseIds: ["1"], by: "ops" });
    expect(await tools.setApart.standing("salesforce", "1")).toBe("on_trial");
    await eventually(async () => expect(await tools.setApart.standing("salesforce", "1")).toBe("apart"));
    expect(second.child.exitCode ?? second.child.signalCode).toBeNull();
  }, 240_000);
});

describe("purchases that are in hand when workers are killed [A2] [S9]", () => {
  const ids = Array.from({ length: 40 }, (_, index) => index + 1);

  it("twice in a row, are brought up to date, none of them set apart", async () => {
    for (let kills = 0; kills < 2; kills += 1) {
      const worker = startWorker();
      await worker.up;
      if (kills === 0) for (const id of ids) await system.post("bookings", booking(id));
      await eventually(async () => expect(await system.queues.salesforce?.getActiveCount()).toBeGreaterThan(10));
      worker.kill();
      await worker.ended;
    }
    await startWorker().up;
    await system.quiet();
    expect(events()).toBe(ids.length);
    expect(await failed()).toEqual([]);
    const standings = await Promise.all(ids.map((id) => tools.setApart.standing("salesforce", String(id))));
    expect(new Set(standings)).toEqual(new Set(["free"]));
  }, 240_000);

  it("together with one that is to blame, are told from it", async () => {
    const first = startWorker();
    await first.up;
    for (const id of ids) await system.post("bookings", booking(id, id === 7 ? "POISON:KILL" : "Massage"));
    await first.ended;
    const second = startWorker();
    await eventually(async () => expect(await failed()).toHaveLength(1));
    await system.quiet();
    expect((await failed()).map(({ purchaseId }) => purchaseId)).toEqual(["7"]);
    expect(events()).toBe(ids.length - 1);
    expect(second.child.exitCode ?? second.child.signalCode).toBeNull();
  }, 240_000);
});
