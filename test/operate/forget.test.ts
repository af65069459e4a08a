/** After `crm-sync forget` nothing in Redis speaks of the person, and everybody else's data is as it was. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type Ended, runCli } from "../support/cli.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const EMAIL = "Ann.Forgettable@example.org";
const MARKERS = /forgettable(?!s@)|4711000|7700900999/i;

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

function crmSync(...args: string[]): Promise<Ended> {
  return runCli(args, system.environment);
}

/** A purchase of somebody; every place of the sample that names its person is made theirs. */
function purchaseOf(who: { id: number; email: string; name: string; clientId: number }): Json {
  const { id, email, name, clientId } = who;
  const text = JSON.stringify(purchase())
    .replaceAll("test@bookingbug.com", email)
    .replaceAll("Test Gladden", `Ann ${name}`)
    .replaceAll("Gladden", name)
    .replaceAll("3056937", String(clientId));
  const body = JSON.parse(text);
  body.id = id;
  firstBooking(body).id = id * 10;
  firstBooking(body).purchase_id = id;
  if (name === "Forgettable") body._embedded.client.mobile = "07700900999";
  return body;
}

const ann = (id: number, email = EMAIL): Json => purchaseOf({ id, email, name: "Forgettable", clientId: 4_711_000 });
const bob = (): Json => purchaseOf({ id: 700, email: "ann.forgettables@example.org.uk", name: "Other", clientId: 5 });

describe("crm-sync forget", () => {
  it("removes a person from inbox, history, ledger, sync log, quarantine and jobs, and nobody else", async () => {
    await system.deliver("bookings", bob());
    await system.deliver("bookings", ann(900));
    await system.deliver("updates", ann(900));
    // Another address of the same client, which nobody asked for by name.
    await system.deliver("bookings", ann(901, "second@example.net"));
    // One that fails for good, and one that cannot be read at all.
    system.sandbox.faults.set([
      {
        crm: "hubspot",
        match: "/meetings",
        action: { type: "status", status: 400, body: { message: `bad ${EMAIL}` } },
      },
    ]);
    await system.deliver("bookings", ann(902));
    system.sandbox.faults.set([]);
    await system.post("bookings", `{"email": "${EMAIL}", `);
    await system.post("bookings", "{ not theirs");
    await system.redis.hset(system.keys.quarantine, "packed", await packedEntry());
    await system.redis.zadd(system.keys.quarantineByTime, Date.now(), "packed");
    expect(await dumpRedis(system.redis)).toMatch(MARKERS);

    const dry = await crmSync("forget", "--email", EMAIL.toLowerCase(), "--dry-run");
    expect(dry.out).toMatch(
      /^Kept about this person:\n {2}3 purchases \((90[012](, )?){3}\)\n {2}2 entries of the person, 2 deliveries/,
    );
    expect(await dumpRedis(system.redis)).toMatch(MARKERS);

    const { code, out } = await crmSync("forget", "--email", EMAIL);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Removed:\n {2}3 purchases .*\n {2}2 entries of the person, 2 deliveries in quarantine, \d+ jobs\n/,
    );
    expect(out).toContain("The records in the CRMs are not touched");
    const left = await dumpRedis(system.redis);
    expect(left).not.toMatch(MARKERS);
    expect(left).not.toMatch(/second@example\.net/);
    expect((await system.redis.keys("*")).filter((key) => /:90[012]0?$/.test(key))).toEqual([]);
    expect(left).toMatch(/ann\.forgettables/i);
    expect(await system.redis.hlen(system.keys.quarantine)).toBe(1);
    expect(system.sandbox.salesforce.records("Contact")).toHaveLength(2);

    const again = await crmSync("forget", "--email", EMAIL);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^Removed:\n {2}0 purchases\n {2}0 entries/) });
  });

  it("finds a person by BookingBug's id of the client, and what is still to be applied", async () => {
    system.sandbox.faults.set([{ action: { type: "status", status: 503, body: {} } }]);
    await system.post("bookings", ann(910));
    expect((await crmSync("forget", "--client", "4711000")).out).toMatch(/^Removed:\n {2}1 purchases \(910\)/);
    await system.quiet();
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("keeps working for the person: a later notification is applied to the same records", async () => {
    await system.deliver("bookings", ann(920));
    await crmSync("forget", "--email", EMAIL, "--no-suppress");
    await system.deliver("bookings", ann(920));
    for (const [crm, object] of [
      ["salesforce", "Event"],
      ["salesforce", "Contact"],
      ["hubspot", "meetings"],
      ["hubspot", "contacts"],
    ] as const) {
      expect([object, system.sandbox[crm].records(object).length]).toEqual([object, 1]);
    }
  });

  it.each([
    ["before", [bob, ann]],
    ["after", [ann, bob]],
  ])("leaves a booking to the other purchase that listed it %s the person's", async (_when, order) => {
    const shared = { id: 77, datetime: "2036-03-10T11:30:00+00:00", end_datetime: "2036-03-10T12:00:00+00:00" };
    for (const who of order) {
      const body = who(900);
      Object.assign(firstBooking(body), shared);
      await system.deliver("bookings", body);
    }
    expect((await crmSync("forget", "--client", "4711000")).out).toMatch(/^Removed:\n {2}1 purchases \(900\)/);
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
    expect(await system.redis.get(system.keys.purchaseOfBooking("77"))).toBe("700");
    const { purchase_id: _purchase, purchase_ref: _ref, _links, ...alone } = { ...firstBooking(bob()), ...shared };
    await system.deliver("updates", {
      ...alone,
      datetime: "2036-03-10T15:00:00+00:00",
      end_datetime: "2036-03-10T15:30:00+00:00",
    });
    const events = system.sandbox.salesforce.records("Event").map(({ values }) => String(values.StartDateTime));
    expect(events.map((start) => new Date(start).toISOString())).toEqual(["2036-03-10T15:00:00.000Z"]);
    expect(system.sandbox.hubspot.records("meetings")).toHaveLength(1);
  });

  it("says what it needs", async () => {
    expect(await crmSync("forget")).toMatchObject({ code: 1, err: expect.stringContaining("--email or --client") });
    expect(await crmSync("forget", "--email", "ann")).toMatchObject({
      code: 1,
      err: expect.stringContaining("give an e-mail address"),
    });
  });
});

/** A delivery whose packed body nobody could make sense of. */
async function packedEntry(): Promise<string> {
  const body = gzipSync(`<xml>${EMAIL}</xml>`).toString("base64");
  const head = { deliveryId: "packed", route: "bookings", receivedAt: new Date().toISOString() };
  return JSON.stringify({ ...head, reason: "not_json", problems: [], body });
}
