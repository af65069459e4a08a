/** A purchase and a booking, read as they came. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import { child, clientOf, company, errorOf } from "./peer.ts";

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const DAY = new Date("2026-12-01T10:00:00Z");

async function booked(bookingbug: BookingBugSandboxOptions = {}) {
  sandbox = await startSandbox({ bookingbug });
  const { purchaseId, bookingIds } = sandbox.bookingbug.book({ starts: [DAY, new Date("2026-12-02T10:00:00Z")] });
  return { purchaseId: String(purchaseId), bookingIds: bookingIds.map(String) };
}

describe("a purchase that is read [Q4]", () => {
  it.each(["either", "child", "parent"] as const)(
    "is what a notification has as its body, found by the path of %s",
    async (path) => {
      const { purchaseId, bookingIds } = await booked({ path });
      const { text, value } = await clientOf(sandbox).readPurchase({ company, child }, purchaseId);
      expect(JSON.parse(text)).toEqual(value);
      const parsed = parseNotification(value);
      if (parsed.kind !== "purchase") throw new Error(JSON.stringify(parsed));
      expect(parsed.notification.purchase.id).toBe(purchaseId);
      expect(parsed.notification.bookings.map(({ id }) => id)).toEqual(bookingIds);
    },
  );

  it("of which no child is known is looked for at the company that is configured", async () => {
    const { purchaseId } = await booked({ path: "parent" });
    expect((await clientOf(sandbox).readPurchase({ company }, purchaseId)).value).toMatchObject({
      id: Number(purchaseId),
    });
    expect(sandbox.bookingbug.stats.calls).toEqual({ sign_in: 1, purchases: 1 });
  });

  it.each([
    ["listed", 2, undefined],
    ["marked", 2, true],
    ["left_out", 1, undefined],
  ] as const)(
    "says of a cancelled booking what BookingBug says, which may be nothing: %s",
    async (cancelledInPurchase, count, mark) => {
      const { purchaseId, bookingIds } = await booked({ cancelledInPurchase });
      sandbox.bookingbug.cancel(Number(bookingIds[0]));
      const { value } = await clientOf(sandbox).readPurchase({ company, child }, purchaseId);
      const { bookings } = (value as { _embedded: { bookings: { id: number; is_cancelled?: boolean }[] } })._embedded;
      expect(bookings).toHaveLength(count);
      expect(bookings.find(({ id }) => String(id) === bookingIds[0])?.is_cancelled).toBe(mark);
      const single = await clientOf(sandbox).readBooking({ company, child }, bookingIds[0] ?? "");
      expect(single.value).toMatchObject({ is_cancelled: true, status: 4, attended: true });
    },
  );

  it("is not there, or is not ours to see: two different things", async () => {
    await booked();
    expect(await errorOf(clientOf(sandbox).readPurchase({ company, child }, "1"))).toMatchObject({ kind: "not_found" });
    const { purchaseId } = sandbox.bookingbug.book({ starts: [DAY], companyId: 99 });
    sandbox.faults.set([{ crm: "bookingbug", match: "/purchases/", action: { type: "status", status: 403 } }]);
    const refused = await errorOf(clientOf(sandbox).readPurchase({ company }, String(purchaseId)));
    expect(refused).toMatchObject({ kind: "forbidden", message: expect.stringContaining("BOOKINGBUG_API_COMPANY_ID") });
  });

  it("has an id that stays a value of the path [E3]", async () => {
    await booked();
    const seen: string[] = [];
    await sandbox.close();
    sandbox = await startSandbox({ onRequest: (_, { path }) => void seen.push(path) });
    await errorOf(clientOf(sandbox).readPurchase({ company: "1/../2" }, "../bookings?x=1#y"));
    expect(seen.at(-1)).toBe("/api/v1/admin/1%2F..%2F2/purchases/..%2Fbookings%3Fx%3D1%23y");
  });
});
