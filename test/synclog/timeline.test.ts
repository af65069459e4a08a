/** What the sync log tells of a purchase, after it went through the whole system. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools } from "../../src/app/tools.ts";
import { retry } from "../../src/operate/retry.ts";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, movedTo, purchase, sample, twoBookings } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let syncLog: SyncLog;

beforeAll(async () => {
  system = await startSystem();
  const { redis, keys } = system;
  syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const ID = "11610441";
const passes = async (crm: string) =>
  (await syncLog.timeline(ID)).flatMap((entry) => (entry.kind === "pass" && entry.crm === crm ? [entry] : []));

describe("a timeline", () => {
  it("tells what each notification changed and what each pass wrote, old and new", async () => {
    await system.deliver("bookings", sample("purchase-created"));
    await system.deliver(
      "updates",
      movedTo(sample("purchase-created"), "2036-03-11T09:00:00+00:00", "2036-03-11T09:30:00+00:00"),
    );
    const [created, moved] = await passes("salesforce");
    expect(created).toMatchObject({
      outcome: "applied",
      notifications: [
        { route: "bookings", says: "notification", changes: [{ bookingId: "13477736", kind: "created" }] },
      ],
      records: [
        { section: "contact", object: "Contact", action: "created" },
        { section: "appointment", object: "Event", action: "created", bookingId: "13477736" },
      ],
      failures: [],
    });
    expect(created?.asked.writes).toBe(2);
    expect(moved?.notifications[0]?.changes).toEqual([{ bookingId: "13477736", kind: "rescheduled" }]);
    const [contact, event] = moved?.records ?? [];
    expect(contact).toMatchObject({ action: "unchanged", changes: [], id: created?.records[0]?.id });
    expect(event?.changes).toContainEqual({
      field: "StartDateTime",
      from: "2017-03-10T11:30:00Z",
      to: "2036-03-11T09:00:00Z",
    });
    expect(event?.changes.map(({ field }) => field)).not.toContain("Location");
  });

  it("names the notifications by the ids that BookingBug was answered with", async () => {
    const { body } = await system.post("bookings", sample("purchase-created"));
    await system.quiet();
    const [entry] = await passes("hubspot");
    expect(entry?.notifications[0]?.deliveryId).toBe(body.deliveryId);
  });

  it("says that a field was left alone, and which rule asked for that", async () => {
    system.sandbox.salesforce.seed("Contact", { LastName: "Existing", Email: "test@bookingbug.com" });
    await system.deliver(
      "bookings",
      purchase((body) => {
        body.client_name = "";
        for (const person of [body._embedded.client, body._embedded.member, firstBooking(body)]) {
          Object.assign(person, { last_name: "", name: "" });
        }
      }),
    );
    const [entry] = await passes("salesforce");
    const contact = entry?.records.find(({ section }) => section === "contact");
    expect(contact).toMatchObject({ action: "adopted", skipped: [{ field: "LastName", why: "on_create" }] });
    expect(contact?.changes).toContainEqual({ field: "Email", from: "test@bookingbug.com", to: "test@bookingbug.com" });
  });

  it("keeps the CRM's words, the field, the mapping's line and what to do next of a failure", async () => {
    await system.deliver(
      "bookings",
      purchase((body) => (firstBooking(body).time_zone = "x".repeat(65))),
    );
    const [entry] = await passes("salesforce");
    expect(entry).toMatchObject({ outcome: "failed", notifications: [{ route: "bookings" }] });
    expect(entry?.failures).toEqual([
      expect.objectContaining({
        bookingId: "13477736",
        section: "appointment",
        object: "Event",
        kind: "rejected",
        code: "STRING_TOO_LONG",
        heals: false,
        fields: [
          {
            field: "BB_Time_Zone__c",
            file: "mappings/salesforce.yaml",
            line: expect.any(Number),
            expression: "booking.time_zone",
          },
        ],
        nextStep: "Next: correct the data in the CRM or the mapping, then retry.",
      }),
    ]);
  });

  it("says a failure that repeats itself once, with how often", async () => {
    const down = { type: "status" as const, status: 503 };
    system.sandbox.faults.set([{ crm: "hubspot", match: "batch", times: 4, action: down }]);
    await system.deliver("bookings", sample("purchase-created"));
    const entries = await passes("hubspot");
    expect(entries.map(({ outcome, times }) => [outcome, times > 1])).toEqual([
      ["retrying", true],
      ["applied", false],
    ]);
  });

  it("keeps what a person did while a pass that repeats itself was being told [Y7]", async () => {
    await system.deliver(
      "bookings",
      purchase((body) => (firstBooking(body).time_zone = "x".repeat(65))),
    );
    const [failed] = await passes("salesforce");
    if (failed === undefined) throw new Error("The purchase is refused.");
    const action = { kind: "action", crm: "salesforce", action: "retry", by: "operator" } as const;
    await Promise.all([
      syncLog.recordPass(ID, { ...failed, notifications: [], records: [] }, { traits: [], at: Date.now() }),
      syncLog.recordAction([ID], { ...action, at: new Date(Date.now() + 1_000).toISOString() }),
    ]);
    const entries = (await syncLog.timeline(ID)).filter(({ crm }) => crm === "salesforce");
    expect(entries.map((entry) => (entry.kind === "pass" ? entry.notifications.length : entry.kind))).toEqual([
      1,
      0,
      "action",
    ]);
  });

  it("tells once of what says nothing of the purchase, however often that fails afterwards [Y7]", async () => {
    const tools = await openTools(system.environment);
    await system.deliver(
      "bookings",
      purchase((body) => (firstBooking(body).time_zone = "x".repeat(65))),
    );
    // As a version that took it for a purchase left it.
    const odd = { deliveryId: "odd", purchaseId: ID, bookingIds: [], body: "{}" };
    await tools.inbox.store({ ...odd, route: "updates", receivedAt: new Date().toISOString() });
    for (let times = 0; times < 2; times += 1) {
      for (const { crm } of tools.crms) await retry(tools, { crm, purchaseIds: [ID], by: "operator" });
      await system.quiet();
    }
    await tools.close();
    const told = (await passes("salesforce")).flatMap(({ notifications }) => notifications);
    expect(told.map(({ says }) => says)).toEqual(["notification", "unreadable"]);
  });

  it("is forgotten with everything that leads to it", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver(
      "cancellations",
      purchase((body) => Object.assign(body, twoBookings())),
    );
    expect(await syncLog.failedCount("salesforce")).toBe(1);
    await syncLog.erase(ID, ["salesforce", "hubspot"]);
    expect(await syncLog.timeline(ID)).toEqual([]);
    expect(await syncLog.find("Gladden", 10)).toEqual([]);
    expect(await syncLog.failedCount("salesforce")).toBe(0);
    await eventually(async () => expect(await system.redis.keys("*found-by*")).toEqual([]));
  });
});
