/** What `crm-sync show` tells of a purchase, and of whom it does not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { type Ended, runCli } from "../support/cli.ts";
import { eventually } from "../support/eventually.ts";
import { type Json, twoBookings } from "../support/payloads.ts";
import { somebodys, tooLong } from "../support/scenes.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const show = (...args: string[]): Promise<Ended> => runCli(["show", ...args], system.environment);
const json = async (...args: string[]): Promise<Json> => JSON.parse((await show(...args, "--json")).out);

const ada = { first: "Qzada", last: "Qzlovelace", email: "qzada@example.com" };
const PHONE = "07700900461";
const PERSONAL = /qz(ada|lovelace)|7700 ?900 ?461/i;

function adas(id: number, change?: (booking: Json) => void): Json {
  const body = somebodys(id, ada, change);
  for (const who of [body._embedded.client, body._embedded.member]) Object.assign(who, { mobile: PHONE, phone: PHONE });
  return body;
}

async function looks(purchaseId: string): Promise<unknown[]> {
  const { redis, keys } = system;
  const syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
  return (await syncLog.timeline(purchaseId)).filter((entry) => entry.kind === "action");
}

describe("crm-sync show", () => {
  it("tells of a purchase that failed why, what each CRM has of it, and its job", async () => {
    await system.deliver("bookings", adas(7, tooLong));
    const { code, out } = await show("7");
    expect(code).toBe(0);
    expect(out).toMatch(/^Purchase 7\n/);
    expect(out).toMatch(/#\d+ bookings, received \S+Z, delivery \S+, waits\n {4}{/);
    expect(out).toMatch(/booking 70: active, 2017-03-10T11:30:00Z, created \S+Z, #\d+/);
    expect(out).toMatch(/\n {2}client: stated last by #\d+\n/);
    expect(out).toMatch(/\nsalesforce: failed\n {2}booking 70, salesforce Event .*STRING_TOO_LONG.* Next: correct/);
    expect(out).toMatch(/gate: open\n {2}settled up to #0, ledger up to #\d+\n {2}not pending/);
    expect(out).toMatch(/job \d+: failed, 1 of \d+ attempts made, ended \S+Z/);
    expect(out).toContain("attempted: a record may exist");
    const [contact] = system.sandbox.salesforce.records("Contact");
    expect(out).toMatch(new RegExp(`contact \\S{22}: Contact ${contact?.id}, #\\d+, http\\S+/${contact?.id}/view`));
    expect(out).toMatch(/\n {4}LastName: ‹text of 10›/);
    expect(out).toMatch(/\nhubspot: up to date\n/);
    const [meeting] = system.sandbox.hubspot.records("meetings");
    expect(out).toMatch(new RegExp(`appointment:70: meetings ${meeting?.id}, #\\d+, http`));
    expect(out).toMatch(
      /\nTimeline\n[\s\S]*Z salesforce: failed, \d+ ms[\s\S]*#\d+ bookings, notification: booking 70 created/,
    );
    expect(out).not.toMatch(PERSONAL);
  });

  it("shows personal data only when asked to, and notes who looked", async () => {
    await system.deliver("bookings", adas(7));
    for (const { out } of await Promise.all([show("7"), show("7", "--json")])) expect(out).not.toMatch(PERSONAL);
    expect(await looks("7")).toEqual([]);
    const [text, document] = await Promise.all([show("7", "--reveal"), show("7", "--reveal", "--json")]);
    for (const { out } of [text, document]) {
      for (const mark of ["Qzada", "Qzlovelace", "qzada@example.com", PHONE]) expect(out).toContain(mark);
    }
    expect(await looks("7")).toEqual(
      Array(2).fill(expect.objectContaining({ action: "show_payload", by: "crm-sync" })),
    );
    expect((await show("7")).out).toMatch(/Z crm-sync: show payload/);
    expect(text.out).toMatch(/LastName \S+ -> "Qzlovelace"/);
  });

  it("tells of a purchase that is held what has to be decided, found by its booking", async () => {
    await system.deliver("bookings", twoBookings());
    await system.deliver("cancellations", twoBookings());
    const shown = await json("13477737");
    expect(shown.purchaseId).toBe("11610441");
    expect(shown.arrivals.map(({ route }: Json) => route)).toEqual(["bookings", "cancellations"]);
    const [first, second] = shown.arrivals.map(({ seq }: Json) => seq);
    expect(first).toBeLessThan(second);
    const holds = [{ reason: "cancellation_ambiguous", seq: second, bookingIds: ["13477736", "13477737"] }];
    expect(shown.state).toMatchObject({ seq: second, holds, says: { bookings: { 13477737: { id: "13477737" } } } });
    expect(shown.crms).toMatchObject(
      ["salesforce", "hubspot"].map((crm) => ({
        ...{ crm, status: "held", settledUpTo: first, foldedUpTo: second, attempted: false, doubted: false },
        failures: [{ hold: { reason: "cancellation_ambiguous" } }],
        records: [{ key: "appointment:13477736" }, { key: "appointment:13477737" }],
        jobs: [{ state: "failed" }],
      })),
    );
    expect((await show("11610441")).out).toMatch(
      /\nsalesforce: held\n {2}booking 13477736, 13477737: BookingBug reported/,
    );
  });

  it("tells of a purchase that waits behind a closed gate since when, and why", async () => {
    const body = { category: "INVALID_AUTHENTICATION", message: "expired" };
    system.sandbox.faults.set([{ crm: "hubspot", action: { type: "status", status: 401, body } }]);
    await system.post("bookings", adas(7));
    await eventually(async () => expect(await system.redis.exists(system.keys.gate("hubspot"))).toBe(1));
    await system.post("bookings", adas(8));
    await eventually(async () => expect((await json("8")).crms[0].status).toBe("up_to_date"));
    const [, hubspot] = (await json("8")).crms;
    expect(hubspot).toMatchObject({
      ...{ status: "waiting", settledUpTo: 0, foldedUpTo: 0, pendingSince: expect.stringMatching(/Z$/) },
      gate: { reason: "unauthorised" },
      jobs: [{ attemptsMade: 0 }],
      shared: [{ section: "contact", object: "contacts" }],
    });
    const { out } = await show("8");
    expect(out).toMatch(/\nhubspot: waiting\n {2}gate: closed since \S+Z, unauthorised: /);
    expect(out).toMatch(/pending since \S+Z\n {2}job \d+: (waiting|paused), 0 of/);
    expect(out).toMatch(/booking 80: active/);
    expect(out).not.toMatch(PERSONAL);
    system.sandbox.faults.set([]);
    await system.quiet();
  });

  it("says when the next try of a purchase is, and that a pass is under way", async () => {
    await system.deliver("bookings", adas(7));
    await system.queues.salesforce?.add(
      "bring-up-to-date",
      { purchaseId: "7" },
      { delay: 3_600_000, deduplication: { id: "7" } },
    );
    await system.redis.set(system.keys.lock("pass:hubspot:7"), "somebody", "PX", 60_000);
    const [salesforce, hubspot] = (await json("7")).crms;
    const inMinutes = (Date.parse(salesforce.jobs[0].nextTry) - Date.now()) / 60_000;
    expect(salesforce.jobs).toMatchObject([{ state: "delayed" }]);
    expect(Math.abs(inMinutes - 60)).toBeLessThan(3);
    expect(hubspot.passLockMs).toBeGreaterThan(1_000);
    expect(salesforce.passLockMs).toBeUndefined();
  });

  it("says of an unknown id what to do next", async () => {
    expect(await show("999")).toMatchObject({
      ...{ code: 1, out: "" },
      err: expect.stringMatching(/Nothing is stored about 999.*Next: check the id/),
    });
  });
});
