/** What was never delivered is found by asking, and comes to both CRMs as a notification does [Q5, Q7]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { PARENT } from "../../sandbox/bookingbug/options.ts";
import { runCli } from "../support/cli.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { crmCalls, on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const book = (...times: string[]) => {
  const { purchaseId, bookingIds } = world.bookingbug.book({ starts: times.map((time) => on(10, time)) });
  const [first = 0, second = 0] = bookingIds;
  return { purchaseId, first, second };
};

describe("a booking whose callbacks were dropped [Q5]", () => {
  it("is made where none of it ever came", async () => {
    world.bookingbug.callbacks = "off";
    const { first } = book("11:30");
    const { outcome, counts } = await world.reconcile();
    expect(outcome).toEqual({ kind: "complete" });
    expect(counts).toMatchObject({ listed: 1, missing: 1, repaired: 1, purchasesRead: 1, notReadable: 0 });
    expect(shown(world)).toEqual({ [first]: "booked 11:30" });
  });

  it("is moved and cancelled where that did not come, and what is in step is left alone", async () => {
    const moved = book("09:00").first;
    const cancelled = book("10:00").first;
    const same = book("11:00").first;
    await world.settled();
    world.bookingbug.callbacks = "off";
    world.bookingbug.move(moved, on(10, "15:00"));
    world.bookingbug.cancel(cancelled);
    const { counts } = await world.reconcile();
    expect(counts).toMatchObject({ listed: 3, known: 1, stale: 1, cancelledThere: 1, repaired: 2, purchasesRead: 2 });
    expect(shown(world)).toEqual({
      [moved]: "rescheduled 15:00",
      [cancelled]: "cancelled 10:00",
      [same]: "booked 11:00",
    });
    // The purchase does not say that it is cancelled, so the booking is asked for.
    expect(world.asked()).toMatchObject({ purchases: 2, bookings: 1 });
    expect((await world.reconcile()).counts).toMatchObject({ known: 3, repaired: 0 });
  });

  it("is its new staff's where that did not come", async () => {
    const { first } = book("09:00");
    await world.settled();
    world.bookingbug.callbacks = "off";
    world.bookingbug.assign(first, { id: 30_554, name: "Ines" });
    expect((await world.reconcile()).counts).toMatchObject({ listed: 1, stale: 1, repaired: 1, purchasesRead: 1 });
    const [event] = world.system.sandbox.salesforce.records("Event");
    expect(event?.values).toMatchObject({ BB_Staff__c: "Ines" });
    expect((await world.reconcile()).counts).toMatchObject({ known: 1, repaired: 0, purchasesRead: 0 });
  });

  it("has come about, or not, where that was not posted, and no purchase says it", async () => {
    const came = book("09:00").first;
    const absent = book("10:00").first;
    await world.settled();
    world.bookingbug.mark(came, "checked_in");
    await world.settled();
    expect(shown(world)).toEqual({ [came]: "booked 09:00", [absent]: "booked 10:00" });
    world.bookingbug.callbacks = "off";
    world.bookingbug.mark(absent, "no_show");
    const { first: missing } = book("11:00");
    world.bookingbug.mark(missing, "completed");
    expect((await world.reconcile()).counts).toMatchObject({ listed: 3, missing: 1, stale: 2, repaired: 3 });
    const marked = { [came]: "attended 09:00", [absent]: "no_show 10:00", [missing]: "completed 11:00" };
    expect(shown(world)).toEqual(marked);
    expect((await world.reconcile()).counts).toMatchObject({ known: 3, repaired: 0, purchasesRead: 0 });
    world.bookingbug.callbacks = "on";
    world.bookingbug.move(absent, on(10, "13:00"));
    await world.settled();
    expect(shown(world)).toMatchObject({ [came]: "attended 09:00", [absent]: "no_show 13:00" });
  });

  it("is not told as brought where the booking says nothing of the mark that the list has", async () => {
    const { first } = book("09:00");
    await world.settled();
    world.bookingbug.callbacks = "off";
    world.bookingbug.mark(first, "no_show");
    const body = { id: first, datetime: on(10, "09:00"), duration: 30, is_cancelled: false, multi_status: {} };
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/bookings/${first}`, action: { type: "status", status: 200, body } },
    ]);
    expect((await world.reconcile()).counts).toMatchObject({ stale: 1, repaired: 0, notReadable: 1 });
    const { counts, neverCame } = await world.reconcile();
    expect(counts).toMatchObject({ stale: 1, repaired: 0, notReadable: 1 });
    expect(neverCame).toEqual({});
  });

  it("has a place where it waited for one, and is another location's", async () => {
    const { bookingIds } = world.bookingbug.book({ starts: [on(10, "09:00")], onWaitlist: true });
    const { first } = book("10:00");
    await world.settled();
    const [waiting = 0] = bookingIds;
    world.bookingbug.callbacks = "off";
    world.bookingbug.promote(waiting);
    world.bookingbug.relocate(first, PARENT);
    expect((await world.reconcile()).counts).toMatchObject({ listed: 2, stale: 2, repaired: 2, purchasesRead: 2 });
    expect(shown(world)).toEqual({ [waiting]: "booked 09:00", [first]: "booked 10:00" });
    const companies = world.system.sandbox.salesforce
      .records("Event")
      .map(({ values }) => [values.BB_Booking_Id__c, values.BB_Company_Id__c]);
    expect(Object.fromEntries(companies)).toMatchObject({ [first]: String(PARENT) });
    expect((await world.reconcile()).counts).toMatchObject({ known: 2, repaired: 0, purchasesRead: 0 });
  });

  it("is read with its purchase, once for all bookings of it that differ", async () => {
    const { purchaseId, first, second } = book("09:00", "10:00");
    await world.settled();
    world.bookingbug.callbacks = "off";
    world.bookingbug.move(first, on(10, "12:00"));
    world.bookingbug.cancel(second);
    const { counts } = await world.reconcile();
    expect(counts).toMatchObject({ stale: 1, cancelledThere: 1, repaired: 2, purchasesRead: 1 });
    expect(world.asked()).toMatchObject({ list: 1, purchases: 1 });
    expect(shown(world)).toEqual({ [first]: "rescheduled 12:00", [second]: "cancelled 10:00" });
    const { out } = await runCli(["show", String(purchaseId)], world.environment);
    expect(out).toMatch(/ {2}#\d+ read back, notification: booking \d+ rescheduled, booking \d+ cancelled/);
  });

  it("costs nothing where nothing differs: no purchase is read, no CRM asked", async () => {
    book("09:00");
    book("10:00", "11:00");
    await world.settled();
    const before = crmCalls(world);
    expect((await world.reconcile()).counts).toMatchObject({ listed: 3, known: 3, purchasesRead: 0 });
    expect(world.asked()).toEqual({ sign_in: 1, list: 1 });
    expect(crmCalls(world)).toBe(before);
  });

  it("is only told of in a dry run, which stores nothing", async () => {
    world.bookingbug.callbacks = "off";
    book("09:00");
    const { counts } = await world.reconcile({ dryRun: true });
    expect(counts).toMatchObject({ listed: 1, missing: 1, repaired: 0, purchasesRead: 0 });
    expect(world.asked().purchases).toBeUndefined();
    expect(await world.system.redis.exists(world.system.keys.seq)).toBe(0);
    expect(await world.system.redis.keys("*:walk:*")).toEqual([]);
    expect(shown(world)).toEqual({});
  });

  it("of somebody who was forgotten does not bring them back [S6]", async () => {
    const email = "sam@example.com";
    const starts = [on(10, "09:00")];
    world.bookingbug.callbacks = "off";
    world.bookingbug.book({ starts, client: { email } });
    await world.tools.suppression.add({ emails: new Set([email]), clientIds: new Set() });
    expect((await world.reconcile()).counts).toMatchObject({ missing: 1, repaired: 0, forgotten: 1, notReadable: 0 });
    expect(shown(world)).toEqual({});
    expect(await dumpRedis(world.system.redis)).not.toContain(email);
  });
});
