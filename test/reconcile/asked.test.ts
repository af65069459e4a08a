/** What a notification leaves open is asked of BookingBug at once, instead of being lost or held for a person [Q9]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { appointmentsIn } from "../support/listing.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({ asks: true, urls: ["bookings"] });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const book = async (...times: string[]) => {
  const { purchaseId, bookingIds } = world.bookingbug.book({ starts: times.map((time) => on(10, time)) });
  await world.settled();
  const [first = 0, second = 0] = bookingIds;
  return { purchaseId, first, second };
};

const show = async (purchaseId: number) => (await runCli(["show", String(purchaseId)], world.environment)).out;

describe("the documented body, posted twice to the booking URL alone [Q9]", () => {
  it("cancels in both CRMs within 10 s what was cancelled in between", async () => {
    const { purchaseId, first } = await book("09:00");
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
    const posted = Date.now();
    world.bookingbug.cancel(first);
    await eventually(() => expect(appointmentsIn(world.system)[first]?.status).toBe("cancelled"));
    expect(shown(world)).toEqual({ [first]: "cancelled 09:00" });
    expect(Date.now() - posted).toBeLessThan(10_000);
    expect(world.asked()).toMatchObject({ purchases: 1, bookings: 1 });
    expect(await show(purchaseId)).toMatch(/#\d+ read back, notification: booking \d+ cancelled/);
  });

  it.each([
    ["/purchases/", "<html>We will be back soon</html>"],
    ["/bookings/", "<html>We will be back soon</html>"],
    ["/purchases/", '{"error":"Try again"}'],
    ["/bookings/", '{"error":"Try again"}'],
  ])("is asked again where %s is answered with a page that says nothing: %s", async (match, body) => {
    const { first } = await book("09:00");
    const action = { type: "status", status: 200, body } as const;
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `GET /api/v1/admin/37014${match}`, times: 1, action },
    ]);
    world.bookingbug.cancel(first);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "cancelled 09:00" });
  });

  it("cancels the one of several that was, and no other", async () => {
    const { first, second } = await book("09:00", "10:00");
    world.bookingbug.cancel(second);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00", [second]: "cancelled 10:00" });
    expect(world.asked().purchases).toBe(1);
  });

  it("leaves a booking alone that was only reported again, and what was read asks nothing", async () => {
    const { purchaseId, first } = await book("09:00");
    world.bookingbug.repeat(purchaseId);
    await askedAll(world);
    expect(world.asked()).toMatchObject({ purchases: 1, bookings: 1 });
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
    expect(world.asked()).toMatchObject({ purchases: 1, bookings: 1 });
  });
});

describe("a repetition that leaves nothing open [Q9]", () => {
  it.each([false, "false"])("is not asked about where the body says is_cancelled: %j", async (said) => {
    const { purchaseId, first } = await book("09:00");
    const body = world.bookingbug.body(purchaseId) as { _embedded: { bookings: object[] } };
    for (const booking of body._embedded.bookings) Object.assign(booking, { is_cancelled: said });
    await world.system.deliver("bookings", body);
    await world.system.deliver("bookings", body);
    await askedAll(world);
    expect(world.asked()).toEqual({});
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
  });

  it("is not asked about where all of the purchase is cancelled", async () => {
    const { purchaseId, first } = await book("09:00");
    world.bookingbug.cancel(first);
    await askedAll(world);
    const before = world.asked();
    world.bookingbug.repeat(purchaseId);
    await askedAll(world);
    expect(world.asked()).toEqual(before);
  });

  it("is not asked about where it says something new", async () => {
    const { first } = await book("09:00");
    world.bookingbug.move(first, on(10, "12:00"));
    await askedAll(world);
    expect(world.asked()).toEqual({});
    expect(shown(world)).toEqual({ [first]: "rescheduled 12:00" });
  });
});

describe("a question that cannot be put [Q9]", () => {
  it("fails no pass, and is put with the next notification", async () => {
    const { redis, keys, failures } = world.system;
    const { purchaseId, first } = await book("09:00");
    // Jobs are given no number any more.
    await redis.set(`${keys.prefix}:ask:id`, "x");
    world.bookingbug.repeat(purchaseId);
    await world.settled();
    expect([await failures("salesforce"), await failures("hubspot")]).toEqual([[], []]);
    expect(world.asked()).toEqual({});
    await redis.del(`${keys.prefix}:ask:id`);
    world.bookingbug.cancel(first);
    await askedAll(world);
    expect(shown(world)).toEqual({ [first]: "cancelled 09:00" });
  });
});

describe("many repetitions of one purchase [Q10]", () => {
  it("are one question or two", async () => {
    const { purchaseId, first } = await book("09:00");
    for (let count = 0; count < 50; count += 1) world.bookingbug.repeat(purchaseId);
    await askedAll(world);
    expect(world.asked().purchases).toBeGreaterThanOrEqual(1);
    expect(world.asked().purchases).toBeLessThanOrEqual(2);
    expect(shown(world)).toEqual({ [first]: "booked 09:00" });
  });

  it("are asked about once more where one came after the reading had begun", async () => {
    const { purchaseId, first } = await book("09:00");
    world.system.sandbox.faults.set([
      { crm: "bookingbug", match: `/bookings/${first}`, action: { type: "slow", ms: 500 } },
    ]);
    world.bookingbug.repeat(purchaseId);
    await eventually(() => expect(world.asked().purchases).toBe(1));
    world.bookingbug.cancel(first);
    await askedAll(world);
    expect(world.asked().purchases).toBe(2);
    expect(shown(world)).toEqual({ [first]: "cancelled 09:00" });
  });
});
