/** The retention passes while a CRM is paused, holds or fails a purchase: nothing that is not applied is lost [R1]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { decide } from "../../src/operate/decide.ts";
import { dismiss } from "../../src/operate/dismiss.ts";
import { noteLook, readPurchase } from "../../src/operate/purchase.ts";
import { retry } from "../../src/operate/retry.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const ID = "11610441";
const BOOKING = "13477736";
let system: TestSystem;
let tools: Tools;
beforeAll(async () => {
  system = await startSystem();
  tools = await openTools(system.environment);
});
beforeEach(() => system.reset());
afterAll(async () => {
  await tools.close();
  await system.stop();
});

/** As if the retention had passed: what has an expiry of more than an hour is gone, and lists by age have dropped all. */
async function afterTheRetention(): Promise<void> {
  const { redis, keys } = system;
  for (const key of await redis.keys(`${keys.prefix}:*`)) if ((await redis.ttl(key)) > 3_600) await redis.del(key);
  await redis.del(keys.recent);
}

const at = (hour: number): Json =>
  purchase((body) => {
    Object.assign(firstBooking(body), {
      datetime: `2036-03-10T${hour}:00:00+00:00`,
      end_datetime: `2036-03-10T${hour + 1}:00:00+00:00`,
    });
  });
const meetings = () => system.sandbox.hubspot.records("meetings").map(({ values }) => values);
const counts = async (crm: string) => {
  const { applied = 0, superseded = 0 } = await system.redis.hgetall(system.keys.counts(crm));
  return Number(applied) + Number(superseded);
};
const refuse = () => {
  const body = { category: "VALIDATION_ERROR", message: "no", errors: [{ message: "no", in: "hs_timestamp" }] };
  system.sandbox.faults.set([{ crm: "hubspot", match: "meetings", action: { type: "status", status: 400, body } }]);
};
const listed = (count: number) =>
  eventually(async () => expect(await tools.syncLog.failedCount("hubspot")).toBe(count));

describe("a CRM that is paused for longer than the retention", () => {
  it("is brought up to date when it goes on, and each notification counts [R1, A2]", async () => {
    await system.deliver("bookings", at(10));
    await system.queues.hubspot?.pause();
    for (const hour of [11, 15]) await system.post("updates", at(hour));
    await eventually(async () => expect(await counts("salesforce")).toBe(3));
    await afterTheRetention();
    await system.queues.hubspot?.resume();
    await system.quiet();
    expect(meetings()).toEqual([expect.objectContaining({ hs_meeting_start_time: "2036-03-10T15:00:00Z" })]);
    expect(await counts("hubspot")).toBe(3);
    expect(await system.redis.exists(system.keys.inbox(ID))).toBe(0);
  });

  it("does not forget what was cancelled before [R1, B2]", async () => {
    await system.deliver("bookings", at(10));
    await system.deliver("cancellations", at(10));
    await system.queues.hubspot?.pause();
    await system.post("updates", at(11));
    await afterTheRetention();
    await system.queues.hubspot?.resume();
    await system.quiet();
    expect(meetings()).toEqual([expect.objectContaining({ bookingbug_status: "cancelled" })]);
  });
});

describe("a purchase that is held for longer than the retention", () => {
  it("is still listed, found, shown and decided, and counts [R1, H5]", async () => {
    await system.deliver("bookings", twoBookings());
    await system.post("cancellations", twoBookings());
    await listed(1);
    await system.quiet();
    await noteLook(tools, ID, "ops");
    await afterTheRetention();
    await listed(1);
    expect(await tools.syncLog.find(ID, 10)).toEqual([{ purchaseId: ID, by: "purchase" }]);
    expect(await tools.syncLog.find(BOOKING, 10)).toEqual([{ purchaseId: ID, by: "booking" }]);
    const shown = await readPurchase(tools, ID);
    expect(shown?.arrivals.filter(({ waits }) => waits)).toHaveLength(1);
    expect(
      shown?.timeline.flatMap((entry) =>
        "outcome" in entry ? [entry.outcome] : "action" in entry ? [entry.action] : [],
      ),
    ).toEqual(expect.arrayContaining(["applied", "held", "show_payload"]));

    const answer = { purchaseId: undefined, holdId: undefined, bookingId: BOOKING, othersActive: true } as const;
    await decide(tools, { ...answer, verdict: "cancelled" }, { crm: "hubspot", by: "ops" });
    await system.quiet();
    await listed(0);
    expect(meetings().map(({ bookingbug_status }) => bookingbug_status)).toEqual(["cancelled", "booked"]);
    expect(await counts("hubspot")).toBe(3);
  });
});

describe("a purchase that failed for longer than the retention", () => {
  beforeEach(async () => {
    await system.deliver("bookings", at(10));
    refuse();
    await system.post("updates", at(15));
    await listed(1);
    await system.quiet();
    system.sandbox.faults.set([]);
  });

  it("is brought up to date when somebody tries it again, and counts [R1, A2]", async () => {
    await afterTheRetention();
    await retry(tools, { crm: "hubspot", purchaseIds: [ID], by: "ops" });
    await listed(0);
    await system.quiet();
    expect(meetings()).toEqual([expect.objectContaining({ hs_meeting_start_time: "2036-03-10T15:00:00Z" })]);
    expect(await counts("hubspot")).toBe(2);
  });

  it("is gone by then when somebody dismissed it [R2]", async () => {
    await dismiss(tools, { crm: "hubspot", purchaseIds: [ID], by: "ops", reason: "a test booking" });
    const { redis, keys } = system;
    const kept = [keys.inbox(ID), keys.settled(ID), keys.timeline("hubspot", ID), keys.ledger("hubspot", ID)];
    for (const key of kept) expect(await redis.ttl(key)).toBeGreaterThan(29 * 86_400);
    await afterTheRetention();
    expect(await readPurchase(tools, ID)).toBeUndefined();
    expect(await tools.syncLog.find(ID, 10)).toEqual([]);
  });

  it("does not grow with what each notification repeats, and counts each [A2, R2]", async () => {
    refuse();
    for (let n = 0; n < 120; n += 1) await system.post("updates", at(10 + (n % 8)));
    await eventually(async () => {
      await system.quiet();
      expect(await counts("salesforce")).toBe(122);
    });
    expect(await system.redis.llen(system.keys.inbox(ID))).toBeLessThanOrEqual(101);
    system.sandbox.faults.set([]);
    await retry(tools, { crm: "hubspot", purchaseIds: [ID], by: "ops" });
    await listed(0);
    await system.quiet();
    expect(await counts("hubspot")).toBe(122);
  });
});
