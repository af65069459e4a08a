/** What a person decides names what it decides, is refused when that is settled, and can be taken back until news comes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;
beforeAll(async () => {
  system = await startSystem();
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

/** Purchase 1 with some of its bookings 10, 11, 12. */
const listing = (...ids: number[]): Json =>
  purchase((body) => {
    body.id = 1;
    body._embedded.bookings = ids.map((id) => ({
      ...structuredClone(firstBooking(body)),
      id,
      purchase_id: 1,
      datetime: `2036-03-${id}T11:30:00+00:00`,
      end_datetime: `2036-03-${id}T12:00:00+00:00`,
    }));
  });

/** Booking to status, in both CRMs alike. */
function statuses(): Record<string, unknown> {
  const salesforce = system.sandbox.salesforce.records("Event");
  const hubspot = system.sandbox.hubspot.records("meetings");
  const ofSalesforce = salesforce.map(({ values }) => [values.BB_Booking_Id__c, values.BB_Status__c]);
  const ofHubspot = hubspot.map(({ values }) => [values.bookingbug_booking_id, values.bookingbug_status]);
  expect(Object.fromEntries(ofHubspot)).toEqual(Object.fromEntries(ofSalesforce));
  return Object.fromEntries(ofSalesforce);
}

interface Question {
  readonly hold: string;
  readonly bookings: readonly string[];
}

/** What the page asks, by the forms it offers. */
async function questions(): Promise<Question[]> {
  const { html } = await admin.get("/admin/held/salesforce/1");
  const forms = [...html.matchAll(/name="hold" value="([^"]+)">\s*<input[^>]*name="booking" value="([^"]+)"/g)];
  const byHold = Map.groupBy(forms, ([, hold]) => hold ?? "");
  return [...byHold].map(([hold, found]) => ({ hold, bookings: [...new Set(found.map(([, , id]) => id ?? ""))] }));
}

async function decide(hold: string, id: number, verdict: "cancelled" | "active", others = ""): Promise<number> {
  const form = { crm: "salesforce", purchase: "1", hold, booking: String(id), verdict, others };
  const { status } = await admin.post("/admin/held/decide", form);
  await system.quiet();
  return status;
}

async function takeBack(id: number): Promise<number> {
  const { status } = await admin.post("/admin/held/take-back", {
    crm: "salesforce",
    purchase: "1",
    booking: String(id),
  });
  await system.quiet();
  return status;
}

const crmSync = (...args: string[]) => runCli(args, system.environment);
const [B, C] = ["booked", "cancelled"];

describe("a decision", () => {
  it("about a booking that is not held is refused and cancels nothing [D1]", async () => {
    await system.deliver("bookings", listing(10, 11));
    expect((await admin.post("/admin/held/decide", { crm: "salesforce", booking: "10", verdict: C })).status).toBe(409);
    expect(await decide("cancellation_ambiguous:1", 10, "cancelled")).toBe(409);
    const { code, err } = await crmSync("decide", "--booking", "10", "--is", "cancelled");
    expect(code).toBe(1);
    expect(err).toMatch(/Nothing is asked about booking 10/);
    await system.quiet();
    expect(statuses()).toEqual({ 10: B, 11: B });
  });

  it("from an old tab, after the booking was decided, is refused [D1]", async () => {
    await system.deliver("bookings", listing(10, 11, 12));
    await system.deliver("cancellations", listing(10, 11, 12));
    const [{ hold } = { hold: "" }] = await questions();
    expect(await decide(hold, 10, "active")).toBe(303);
    expect(await decide(hold, 10, "cancelled")).toBe(409);
    expect(await decide(hold, 99, "cancelled")).toBe(409);
    expect(statuses()).toEqual({ 10: B, 11: B, 12: B });
  });

  it("about one of three leaves the others to be decided, unless it says that they are active [D4]", async () => {
    await system.deliver("bookings", listing(10, 11, 12));
    await system.deliver("cancellations", listing(10, 11, 12));
    const [asked] = await questions();
    expect(asked?.bookings).toEqual(["10", "11", "12"]);
    await decide(asked?.hold ?? "", 10, "cancelled");
    expect(await questions()).toEqual([{ hold: asked?.hold, bookings: ["11", "12"] }]);
    await decide(asked?.hold ?? "", 11, "cancelled", "active");
    expect(await questions()).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([]);
    expect(statuses()).toEqual({ 10: C, 11: C, 12: B });
  });

  it("answers one of two cancellations and leaves the other open [H3]", async () => {
    await system.deliver("bookings", listing(10, 11, 12));
    await system.deliver("cancellations", listing(10, 11, 12));
    await system.deliver("cancellations", listing(10, 11, 12));
    await system.deliver("cancellations", listing(10, 11));
    const [first, second, ...more] = await questions();
    expect(more).toEqual([]);
    await decide(first?.hold ?? "", 10, "cancelled", "active");
    expect(await questions()).toEqual([{ hold: second?.hold, bookings: ["11", "12"] }]);
    await decide(second?.hold ?? "", 12, "cancelled", "active");
    expect(statuses()).toEqual({ 10: C, 11: B, 12: C });
    expect(await system.failures("hubspot")).toEqual([]);
  });

  it("about bookings of a purchase that was not known brings them into being as decided [D5]", async () => {
    await system.deliver("cancellations", listing(10, 11));
    expect(statuses()).toEqual({});
    const [{ hold } = { hold: "" }] = await questions();
    await decide(hold, 11, "cancelled");
    await decide(hold, 10, "active");
    expect(statuses()).toEqual({ 10: B, 11: C });
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("shows what it would write before it does [D2]", async () => {
    await system.deliver("bookings", listing(10, 11));
    await system.deliver("cancellations", listing(10, 11));
    const { text } = await admin.get("/admin/held/salesforce/1");
    expect(text).toMatch(/Booking 10: .* Cancelled would write \d+ fields.*Event\.BB_Status__c booked cancelled/);
    expect(text).toMatch(/Still active would change nothing in the CRM/);
  });
});

describe("a decision taken back [D3]", () => {
  beforeEach(async () => {
    await system.deliver("bookings", listing(10, 11));
    await system.deliver("cancellations", listing(10, 11));
  });

  it("restores the booking and asks again", async () => {
    const asked = await questions();
    await decide(asked[0]?.hold ?? "", 10, "cancelled", "active");
    expect(statuses()).toEqual({ 10: C, 11: B });
    expect((await admin.get("/admin/bookings/1")).text).toMatch(/Booking 10: cancelled.*Take back/);
    expect(await takeBack(10)).toBe(303);
    expect(await takeBack(11)).toBe(303);
    expect(statuses()).toEqual({ 10: B, 11: B });
    expect((await questions()).map(({ bookings }) => bookings.toSorted())).toEqual([["10", "11"]]);
    expect(await takeBack(10)).toBe(409);
  });

  it("is refused once BookingBug has reported on the purchase", async () => {
    const [{ hold } = { hold: "" }] = await questions();
    await decide(hold, 10, "cancelled", "active");
    await system.deliver("updates", listing(10, 11));
    expect(await takeBack(10)).toBe(409);
    expect(statuses()).toEqual({ 10: C, 11: B });
  });

  it("works from a terminal as the decision does", async () => {
    const purchaseAndBooking = ["--purchase", "1", "--booking", "11"];
    const decided = await crmSync("decide", ...purchaseAndBooking, "--is", "cancelled", "--others-active");
    expect(decided).toMatchObject({ code: 0, out: "2 up to date, 0 failed, 0 still waiting\n" });
    expect(statuses()).toEqual({ 10: B, 11: C });
    const asksAgain = "0 up to date, 0 failed, 0 still waiting, 2 held until somebody decides\n";
    expect(await crmSync("decide", ...purchaseAndBooking, "--take-back")).toMatchObject({ code: 0, out: asksAgain });
    expect(statuses()).toEqual({ 10: B, 11: B });
    expect((await crmSync("decide", ...purchaseAndBooking, "--take-back")).code).toBe(1);
  });
});

it("a booking that two purchases ask about is decided in the purchase that is named", async () => {
  await system.deliver("bookings", listing(10, 11));
  await system.deliver("cancellations", listing(10, 11));
  const other = listing(10, 12);
  other.id = 2;
  await system.deliver("bookings", other);
  const { code } = await crmSync(
    "decide",
    "--purchase",
    "1",
    "--booking",
    "11",
    "--is",
    "cancelled",
    "--others-active",
  );
  expect(code).toBe(0);
  expect(statuses()).toMatchObject({ 11: C, 10: B });
  expect(await questions()).toEqual([]);
});
