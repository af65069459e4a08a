/** What failed or is held, grouped by cause, as jobs end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase, sample, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let syncLog: SyncLog;
const all = { offset: 0, limit: 100 };

beforeAll(async () => {
  system = await startSystem({ env: { JOB_ATTEMPTS: "2" } });
  const { redis, keys } = system;
  syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** A purchase of its own whose time zone is too long for Salesforce. */
function refused(id: number, change: (body: Json) => void = () => {}): Json {
  return purchase((body) => {
    body.id = id;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id, time_zone: "x".repeat(65) });
    change(body);
  });
}

describe("the failed list", () => {
  it("groups what one correction would mend, with an example, how many, and since when", async () => {
    await Promise.all([1, 2, 3].map((id) => system.post("bookings", refused(id))));
    await system.post(
      "bookings",
      refused(4, (body) => Object.assign(firstBooking(body), { time_zone: "", full_describe: "y".repeat(10), id: 40 })),
    );
    await system.quiet();
    const [cause, ...others] = await syncLog.causes("salesforce");
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      kind: "rejected",
      code: "STRING_TOO_LONG",
      object: "Event",
      fields: ["BB_Time_Zone__c"],
      count: 3,
    });
    expect(cause?.example).toMatch(/STRING_TOO_LONG: .* Next: correct the data/s);
    const listed = await syncLog.failed("salesforce", cause?.id, all);
    expect(listed.map(({ purchaseId }) => purchaseId).toSorted()).toEqual(["1", "2", "3"]);
    expect(await syncLog.failed("salesforce", cause?.id, { offset: 1, limit: 1 })).toEqual([listed[1]]);
  });

  it("forgets a failure, and its job, once the purchase is up to date", async () => {
    await system.deliver("bookings", refused(1));
    expect(await syncLog.status("salesforce", ["1"])).toMatchObject(new Map([["1", { status: "failed" }]]));
    expect(await syncLog.status("hubspot", ["1"])).toMatchObject(new Map([["1", { status: "up_to_date" }]]));
    await system.deliver(
      "updates",
      refused(1, (body) => Object.assign(firstBooking(body), { time_zone: "Europe/London" })),
    );
    expect(await syncLog.causes("salesforce")).toEqual([]);
    expect(await syncLog.failedCount("salesforce")).toBe(0);
    await eventually(async () => expect(await system.failures("salesforce")).toEqual([]));
  });

  it("moves a purchase that fails for another reason to the other cause", async () => {
    await system.deliver("bookings", refused(1));
    await system.deliver(
      "updates",
      refused(1, (body) => {
        firstBooking(body).time_zone = "Europe/London";
        const second = { ...structuredClone(firstBooking(body)), id: 11 };
        for (const booking of [firstBooking(body), second]) {
          Object.assign(booking, { datetime: "2036-01-01T10:00:00Z", end_datetime: "2036-01-01T11:00:00Z" });
        }
        body._embedded.bookings.push(second);
      }),
    );
    await system.deliver(
      "updates",
      refused(1, (body) => (firstBooking(body).time_zone = "Europe/London")),
    );
    const causes = await syncLog.causes("salesforce");
    expect(causes.map(({ hold, count }) => [hold, count])).toEqual([["absent_from_notification", 1]]);
  });

  it("carries the candidates of a person whom several records match", async () => {
    const seeded = [1, 2].map((n) =>
      system.sandbox.salesforce.seed("Contact", { LastName: `Twin ${n}`, Email: "test@bookingbug.com" }),
    );
    await system.deliver("bookings", sample("purchase-created"));
    const [held] = await syncLog.failed("salesforce", undefined, all);
    expect(held?.failures[0]?.hold).toEqual({
      reason: "several_match",
      section: "contact",
      object: "Contact",
      candidates: seeded.toSorted(),
    });
  });

  it("lists what stays unavailable after the last try", async () => {
    system.sandbox.faults.set([{ crm: "hubspot", match: "batch", action: { type: "status", status: 503 } }]);
    await system.post("bookings", sample("purchase-created"));
    await eventually(async () => expect(await syncLog.failedCount("hubspot")).toBe(1));
    const [cause] = await syncLog.causes("hubspot");
    expect(cause).toMatchObject({ kind: "unavailable", count: 1 });
  });

  it("lists the bookings of a cancellation that does not say which one [H5]", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const [held] = await syncLog.failed("hubspot", undefined, all);
    expect(held?.failures[0]?.hold).toMatchObject({ reason: "cancellation_ambiguous" });
    const [entry] = (await syncLog.timeline("11610441")).slice(-1);
    expect(entry).toMatchObject({ outcome: "held" });
  });
});
