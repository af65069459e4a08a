/** A booking that two purchases list has one life and one record: each says its part, and neither undoes the other's. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type AdminClient, createAdminClient } from "../support/admin.ts";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { appointmentsIn, at, cancelled, clocks, forAnother, listing } from "../support/listing.ts";
import { createMeanwhile } from "../support/meanwhile.ts";
import { firstBooking, type Json } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
let admin: AdminClient;
const meanwhile = createMeanwhile(({ path }) => path.includes("composite"));
beforeAll(async () => {
  system = await startSystem({ workers: 2, sandbox: { onRequest: meanwhile.onRequest } });
  admin = createAdminClient(system);
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const appointments = () => appointmentsIn(system);
const statuses = () => Object.fromEntries(Object.entries(appointments()).map(([id, { status }]) => [id, status]));
const start = () => appointments()[10]?.start;
const writes = () => [system.sandbox.salesforce.stats.calls, system.sandbox.hubspot.stats.calls];
const crmSync = (...args: string[]) => runCli(args, system.environment);

async function questions(purchaseId: number): Promise<string[]> {
  const { html } = await admin.get(`/admin/held/salesforce/${purchaseId}`);
  const asked = [...html.matchAll(/name="hold" value="[^"]+">\s*<input[^>]*name="booking" value="([^"]+)"/g)];
  return [...new Set(asked.map(([, id]) => id ?? ""))];
}

async function decide(purchaseId: number, ...rest: string[]): Promise<number> {
  const { code } = await crmSync("decide", "--purchase", String(purchaseId), ...rest);
  await system.quiet();
  return code;
}

describe("a booking that is cancelled in the second purchase stays cancelled [B2]", () => {
  it.each<[string, Json]>([
    ["sent again", listing(1, [10, 11])],
    ["with other words", listing(1, [10, 11], (first) => Object.assign(first, { full_describe: "Other words" }))],
    ["with another time", listing(1, [10, 11], at("15"))],
    ["with an older clock", listing(1, [10, 11], at("15", { updated_at: "2026-05-01T08:00:00Z" }))],
    ["with a newer clock", listing(1, [10, 11], at("15", { updated_at: "2026-05-03T08:00:00Z" }))],
    ["as the booking alone", { ...firstBooking(listing(1, [10])), purchase_id: 1 }],
  ])("when the first comes after it, %s", async (_what, later) => {
    await system.deliver("bookings", listing(1, [10, 11]));
    const clock = { updated_at: "2026-05-02T08:00:00Z" };
    await system.deliver(
      "bookings",
      listing(2, [10], (first) => Object.assign(first, clock)),
    );
    await system.deliver(
      "cancellations",
      listing(2, [10], (first) => cancelled(Object.assign(first, clock))),
    );
    const before = appointments();
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked" });
    await system.deliver("updates", later);
    expect(appointments()).toEqual(before);
    expect(await system.failures("salesforce")).toEqual([]);
  });

  it("when the second comes before the first", async () => {
    await system.deliver("cancellations", listing(2, [10], cancelled));
    await system.deliver("bookings", listing(1, [10, 11]));
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked" });
  });

  it("when the body that cancels is older than what the first says, whose words stay", async () => {
    await system.deliver("bookings", listing(1, [10], at("15", { updated_at: "2026-05-02T08:00:00Z" })));
    const older = listing(2, [10], (first) => cancelled(at("09", { updated_at: "2026-05-01T08:00:00Z" })(first)));
    await system.deliver("cancellations", older);
    expect(appointments()).toMatchObject({ 10: { status: "cancelled", start: "15:00" } });
  });

  it("when both come at one moment", async () => {
    const bodies = [listing(1, [10, 11]), listing(2, [10], cancelled), listing(1, [10, 11]), listing(3, [10])];
    await Promise.all(bodies.map((body) => system.post("updates", body)));
    await system.quiet();
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked" });
  });
});

describe("what was said last of a booking is what the CRM shows [O2]", () => {
  it.each<[string, Json, Json, Json]>([
    ["no clock", {}, {}, {}],
    ["a clock that is older", ...clocks("08", "10", "08")],
    ["no clock, after one with", { updated_at: "2026-05-02T08:00:00Z" }, { updated_at: "2026-05-02T10:00:00Z" }, {}],
  ])(
    "a move that the second told is not taken back by the first's repetition with %s",
    async (_what, one, two, again) => {
      await system.deliver("bookings", listing(1, [10], at("11", one)));
      await system.deliver("updates", listing(2, [10], at("15", { ...two, full_describe: "Moved" })));
      expect(start()).toBe("15:00");
      const before = appointments();
      await system.deliver("updates", listing(1, [10], at("11", again)));
      expect(appointments()).toEqual(before);
    },
  );

  it("moves told now in the one, now in the other, are all written", async () => {
    const told = ["10", "11", "12", "13", "10", "11"];
    for (const [index, hour] of told.entries()) {
      const purchaseId = 1 + (index % 2);
      await system.deliver("updates", listing(purchaseId, [10], at(hour)));
      expect(start()).toBe(`${hour}:00`);
    }
  });

  it("what the first says again in other words is written as a whole, since the second wrote in between", async () => {
    await system.deliver("bookings", listing(1, [10], at("11")));
    await system.deliver("updates", listing(2, [10], at("15")));
    await system.deliver("updates", listing(1, [10], at("11", { full_describe: "Other words" })));
    expect(start()).toBe("11:00");
  });

  it("what the first says by BookingBug's clock after the second is written, in whichever order it comes", async () => {
    await system.deliver("updates", listing(2, [10], at("15", { updated_at: "2026-05-02T08:00:00Z" })));
    await system.deliver("updates", listing(1, [10], at("09", { updated_at: "2026-05-01T08:00:00Z" })));
    expect(start()).toBe("15:00");
    await system.deliver("updates", listing(1, [10], at("12", { updated_at: "2026-05-03T08:00:00Z" })));
    expect(start()).toBe("12:00");
  });

  it("what the second writes late, after the first has said again what it had written, does not stay", async () => {
    const clock = (day: number) => (first: object) => Object.assign(first, { updated_at: `2026-05-0${day}T08:00:00Z` });
    const second = forAnother(listing(2, [10], clock(2)));
    const purchaseIds = () => system.sandbox.salesforce.records("Event").map(({ values }) => values.BB_Purchase_Id__c);
    await system.deliver("bookings", listing(1, [10], clock(1)));
    // While its person is made, it has not yet begun with the booking.
    meanwhile.next(async () => {
      await system.post("updates", listing(1, [10], clock(3)));
      const pending = () => system.redis.zscore(system.keys.pending("salesforce"), "1");
      await eventually(async () => expect(await pending()).toBeNull());
    });
    await system.deliver("bookings", second);
    expect(purchaseIds()).toEqual(["1"]);
  });

  it("a move without a clock is news, also of a purchase that had one", async () => {
    const [one, two] = clocks("08", "10", "12");
    await system.deliver("updates", listing(1, [10], at("09", one)));
    await system.deliver("updates", listing(2, [10], at("15", two)));
    await system.deliver("updates", listing(1, [10], at("12")));
    expect(start()).toBe("12:00");
  });

  it("a repetition costs no CRM call [O4]", async () => {
    for (const body of [listing(1, [10], at("11")), listing(2, [10], at("15")), listing(1, [10], at("12"))])
      await system.deliver("updates", body);
    const before = structuredClone(writes());
    for (const body of [listing(2, [10], at("15")), listing(1, [10], at("12"))]) await system.deliver("updates", body);
    expect(writes()).toEqual(before);
  });
});

describe("a question of the first purchase", () => {
  beforeEach(async () => {
    await system.deliver("bookings", listing(1, [10, 11, 12]));
    await system.deliver("cancellations", listing(1, [10, 11, 12]));
    expect(await questions(1)).toEqual(["10", "11", "12"]);
  });

  it("is answered by the cancellation that the second brings [H4]", async () => {
    await system.deliver("cancellations", listing(2, [10], cancelled));
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked", 12: "booked" });
    expect(await questions(1)).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([]);
    expect(await decide(1, "--booking", "11", "--is", "cancelled")).toBe(1);
  });

  it("that comes after it asks of the others alone, and is decided in both CRMs [D5]", async () => {
    await system.deliver("cancellations", listing(2, [10], cancelled));
    await system.deliver("cancellations", listing(1, [11, 12]));
    expect(await questions(1)).toEqual(["11", "12"]);
    expect(await decide(1, "--booking", "12", "--is", "cancelled", "--others-active")).toBe(0);
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked", 12: "cancelled" });
    expect(await system.failures("hubspot")).toEqual([]);
  });

  it("is answered for good, until it is taken back: what the second says after it waits for that [D3]", async () => {
    await system.deliver("bookings", listing(2, [10], at("15")));
    await decide(1, "--booking", "10", "--is", "cancelled", "--others-active");
    await system.deliver("updates", listing(2, [10], at("16")));
    expect(statuses()).toEqual({ 10: "cancelled", 11: "booked", 12: "booked" });
    await decide(1, "--booking", "10", "--take-back");
    expect(appointments()).toMatchObject({ 10: { status: "rescheduled", start: "16:00" } });
  });

  it("is decided although the second lists the booking, and taken back in both [D3]", async () => {
    await system.deliver("bookings", listing(2, [10], at("15")));
    const before = appointments();
    expect(await decide(1, "--booking", "10", "--is", "cancelled", "--others-active")).toBe(0);
    expect(appointments()).toMatchObject({ 10: { status: "cancelled", start: "15:00" }, 11: { status: "booked" } });
    await system.deliver("updates", listing(2, [10], at("15")));
    expect(appointments()).toMatchObject({ 10: { status: "cancelled", start: "15:00" } });
    await decide(1, "--booking", "10", "--take-back");
    expect(appointments()).toEqual(before);
    expect(await questions(1)).toEqual(["10"]);
  });
});

describe("a booking that went over to another purchase", () => {
  it("is not missed in the first [H4]", async () => {
    await system.deliver("bookings", listing(1, [10, 11]));
    await system.deliver("updates", listing(1, [11]));
    expect(await questions(1)).toEqual(["10"]);
    await system.deliver("updates", listing(2, [10], at("15")));
    expect(await questions(1)).toEqual([]);
    expect(await system.failures("salesforce")).toEqual([]);
    expect(appointments()).toMatchObject({ 10: { status: "booked", start: "15:00" }, 11: { status: "booked" } });
  });

  it("is not asked about where the second listed it before the first left it out, nor when it is left out again", async () => {
    await system.deliver("bookings", listing(1, [10, 11]));
    await system.deliver("bookings", listing(2, [10], at("15")));
    for (const words of ["Left out", "Left out again"]) {
      await system.deliver(
        "updates",
        listing(1, [11], (first) => Object.assign(first, { full_describe: words })),
      );
      expect(await questions(1)).toEqual([]);
    }
    expect(await system.failures("salesforce")).toEqual([]);
    expect(appointments()).toMatchObject({ 10: { status: "booked", start: "15:00" }, 11: { status: "booked" } });
  });
});

it("two purchases that bring a new booking at one moment make one appointment, with the newest time [B1]", async () => {
  for (let round = 0; round < 5; round += 1) {
    const ids = [20 + round];
    await Promise.all([1, 2, 3].map((one) => system.post("bookings", listing(round * 10 + one, ids))));
    await system.quiet();
    await system.deliver("updates", listing(round * 10 + 2, ids, at("15")));
  }
  expect(new Set(Object.values(appointments()).map((one) => one.start))).toEqual(new Set(["15:00"]));
  expect(Object.keys(statuses())).toEqual(["20", "21", "22", "23", "24"]);
  expect(await system.failures("salesforce")).toEqual([]);
});

it("the page of each purchase shows a booking as it is, and links to the other [B2]", async () => {
  await system.deliver("bookings", listing(1, [10, 11]));
  await system.deliver("updates", listing(2, [10], at("15")));
  const page = async (purchaseId: number) => (await admin.get(`/admin/bookings/${purchaseId}`)).html;
  expect(await page(1)).toMatch(/also listed by <a href="\/admin\/bookings\/2">purchase 2<\/a>/);
  expect(await page(1)).toMatch(/10 Mar 2036, 15:00/);
  expect(await page(1)).not.toContain("Cancelled");
  expect(await page(2)).toMatch(/also listed by <a href="\/admin\/bookings\/1">purchase 1<\/a>/);
  expect((await crmSync("show", "1")).out).toMatch(
    /booking 10: active, 2036-03-10T15:00\S*, .*also listed by purchase 2\n *booking 11: active, [^\n]*#\d+\n/,
  );
  await system.deliver("updates", listing(2, [10], cancelled));
  expect(await page(1)).toContain("Cancelled");
  await system.deliver("updates", listing(1, [10, 11], at("09")));
  expect(await page(1)).toMatch(/Cancelled/);
  expect((await crmSync("show", "2")).out).toMatch(/booking 10: cancelled, .*also listed by purchase 1/);
});

it("the page of a purchase shows the newest hundred of the notifications that wait, and how many more there are", async () => {
  const queues = Object.values(system.queues);
  await Promise.all(queues.map((queue) => queue.pause()));
  for (let minute = 0; minute < 103; minute += 1)
    await system.post(
      "updates",
      listing(1, [10], (first) => Object.assign(first, { full_describe: `Number ${minute}` })),
    );
  const { html } = await admin.get("/admin/bookings/1");
  expect(html.match(/<summary>/g)).toHaveLength(100);
  expect(html).toContain("3 older notifications not shown");
  await Promise.all(queues.map((queue) => queue.resume()));
  await system.quiet();
});
