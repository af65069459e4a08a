/** What an operator does about failures. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { dismiss } from "../../src/operate/dismiss.ts";
import { retry } from "../../src/operate/retry.ts";
import type { SyncLog } from "../../src/synclog/sync-log.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let syncLog: SyncLog;
let tools: Tools;

beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
  ({ syncLog } = tools);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

const booking = (id: number, timeZone: string) =>
  purchase((body) => {
    body.id = id;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id, time_zone: timeZone });
  });
const events = () => system.sandbox.salesforce.records("Event");
const actions = async (purchaseId: string) =>
  (await syncLog.timeline(purchaseId)).filter((entry) => entry.kind === "action");

/** Refused by Salesforce for as long as the fault is set. */
async function failing(...ids: number[]): Promise<void> {
  const body = [{ success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: "no", fields: [] }] }];
  system.sandbox.faults.set([{ crm: "salesforce", match: "Event", action: { type: "status", status: 400, body } }]);
  for (const id of ids) await system.deliver("bookings", booking(id, "Europe/London"));
  system.sandbox.faults.set([]);
}

describe("retry", () => {
  it("brings the purchases up to date, takes them off the list, and is in their timelines", async () => {
    await failing(1, 2);
    expect(await syncLog.failedCount("salesforce")).toBe(2);
    await retry(tools, { crm: "salesforce", purchaseIds: ["1", "2"], by: "ops" });
    await system.quiet();
    await eventually(async () => expect(await syncLog.failedCount("salesforce")).toBe(0));
    expect(events()).toHaveLength(2);
    expect(await system.failures("salesforce")).toEqual([]);
    expect(await actions("1")).toEqual([expect.objectContaining({ action: "retry", by: "ops", crm: "salesforce" })]);
  });

  it("that fails again leaves one failure, not two", async () => {
    await system.deliver("bookings", booking(1, "x".repeat(65)));
    await retry(tools, { crm: "salesforce", purchaseIds: ["1"], by: "ops" });
    await eventually(async () => expect((await syncLog.timeline("1")).length).toBeGreaterThanOrEqual(4));
    await system.quiet();
    expect(await syncLog.failedCount("salesforce")).toBe(1);
    expect(await system.failures("salesforce")).toHaveLength(1);
  });
});

describe("dismiss", () => {
  it("takes a failure off every list with the reason kept, and loses nothing that comes later", async () => {
    await system.deliver("bookings", booking(1, "x".repeat(65)));
    await dismiss(tools, { crm: "salesforce", purchaseIds: ["1"], by: "ops", reason: "test booking" });
    expect(await syncLog.causes("salesforce")).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([]);
    expect(await actions("1")).toEqual([
      expect.objectContaining({ action: "dismiss", by: "ops", detail: "test booking" }),
    ]);
    await system.deliver("updates", booking(1, "Europe/London"));
    expect(events()).toHaveLength(1);
  });
});
