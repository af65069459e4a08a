/** Whatever way somebody's data came in, and wherever it went, `forget` leaves nothing of it in Redis [S5]. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { decide } from "../../src/operate/decide.ts";
import { type Forgotten, forget } from "../../src/operate/forget/forget.ts";
import { pick } from "../../src/operate/pick.ts";
import { show } from "../../src/operate/show/show.ts";
import { BOOKINGBUG, basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { firstBooking, type Json, purchase } from "../support/payloads.ts";
import { dumpRedis } from "../support/redis-dump.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const NOW = "ann.forgettable@example.org";
const BEFORE = "maiden@example.net";
const MARKERS = /forgettable|maiden|4711000|7700900999/i;

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

function forgetting(who: { email?: string; client?: string }): Promise<Forgotten> {
  const person = {
    emails: new Set(who.email === undefined ? [] : [who.email]),
    clientIds: new Set(who.client === undefined ? [] : [who.client]),
  };
  return forget({ ...tools, dryRun: false, suppress: true }, person);
}

function annsPurchase(id: number, email = NOW): Json {
  const text = JSON.stringify(purchase())
    .replaceAll("test@bookingbug.com", email)
    .replaceAll("Test Gladden", "Ann Forgettable")
    .replaceAll("Gladden", "Forgettable")
    .replaceAll("3056937", "4711000");
  const body = JSON.parse(text);
  body.id = id;
  firstBooking(body).id = id * 10;
  firstBooking(body).purchase_id = id;
  body._embedded.client.mobile = "07700900999";
  return body;
}

async function postBytes(bytes: Buffer, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${system.url}/notifications/bookings`, {
    method: "POST",
    headers: { authorization: basic(BOOKINGBUG), "content-type": "application/json", ...headers },
    body: new Uint8Array(bytes),
  });
  return response.status;
}

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

/** In the midst of a JSON that breaks off. */
const BROKEN = `{"client": {"name": "Ann Forgettable", "email": "${NOW}", `;

const UNREADABLE: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from(BROKEN),
  "JSON's escapes": Buffer.from(BROKEN.replace("@", "\\u0040")),
  "a form": Buffer.from(`email=${encodeURIComponent(NOW)}`),
  HTML: Buffer.from(`<p>Forgettable: ${NOW.replace("@", "&#64;")}</p>`),
  "UTF-16LE": Buffer.from(BROKEN, "utf16le"),
  "UTF-16BE": utf16be(BROKEN),
  "packed twice": gzipSync(brotliCompressSync(BROKEN)),
  "the id alone": Buffer.from('{"name": "Forgettable", "client_id": 4711000, '),
};

describe("forget", () => {
  it("removes who came by every way a notification can be sent, readable or not", async () => {
    const text = (id: number): string => JSON.stringify(annsPurchase(id));
    expect(await postBytes(gzipSync(text(900)), { "content-encoding": "gzip" })).toBe(202);
    expect(await postBytes(deflateSync(text(901)), { "content-encoding": "deflate" })).toBe(202);
    expect(await postBytes(brotliCompressSync(text(902)), { "content-encoding": "br" })).toBe(202);
    const utf16 = { "content-type": "application/json; charset=utf-16le" };
    expect(await postBytes(Buffer.from(text(903), "utf16le"), utf16)).toBe(202);
    expect(await postBytes(Buffer.from(text(904).replaceAll("@", "\\u0040")))).toBe(202);
    for (const body of Object.values(UNREADABLE)) expect(await postBytes(body)).toBeGreaterThanOrEqual(400);
    await system.quiet();
    expect(await postBytes(Buffer.from([0, 255, 3, 7, 254, 1, 9, 200, 130, 0, 17, 3]))).toBe(400);

    const forgotten = await forgetting({ email: NOW.toUpperCase() });
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
    expect(forgotten.purchaseIds).toHaveLength(5);
    const { searched, theirs, unreadable } = forgotten.quarantine;
    expect({ searched, theirs, unreadable: unreadable.length }).toEqual({ searched: 9, theirs: 8, unreadable: 1 });
    expect(forgotten.searched.copies).toBeGreaterThanOrEqual(15);
    expect(forgotten.searched.timelineEntries).toBeGreaterThanOrEqual(10);
  });

  it("looks into the quarantine for a client's id, and for the e-mails of that client", async () => {
    await system.deliver("bookings", annsPurchase(900));
    for (const body of Object.values(UNREADABLE)) await postBytes(body);
    expect((await forgetting({ client: "4711000" })).quarantine.theirs).toBe(8);
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("removes what is held, what was decided, what failed, and what is still to be written", async () => {
    const twins = ["A", "B"].map((name) => system.sandbox.salesforce.seed("Contact", { LastName: name, Email: NOW }));
    await system.deliver("bookings", annsPurchase(900));
    const picked = { crm: "salesforce", purchaseId: "900", section: "contact", recordId: twins[0] ?? "", by: "test" };
    await pick(tools, picked);
    const two = annsPurchase(901);
    two._embedded.bookings.push({ ...firstBooking(two), id: 90_111 });
    await system.deliver("bookings", two);
    await system.deliver("cancellations", two);
    const answer = { purchaseId: "901", holdId: undefined, bookingId: "9010", othersActive: false } as const;
    await decide(tools, { ...answer, verdict: "cancelled" }, { crm: "hubspot", by: "test" });
    await show(tools, "901", { reveal: true, by: "test" });
    const refusal = { message: `${NOW} Ann Forgettable 07700900999 is not welcome` };
    system.sandbox.faults.set([{ match: "/meetings", action: { type: "status", status: 400, body: refusal } }]);
    await system.deliver("bookings", annsPurchase(902));
    system.sandbox.faults.set([{ action: { type: "status", status: 503, body: {} } }]);
    await system.post("bookings", annsPurchase(903));
    const before = await dumpRedis(system.redis);
    for (const trace of ["several_match", "cancellation_ambiguous", '"pick"', '"decide"', "show_payload"]) {
      expect(before).toContain(trace);
    }
    expect((await forgetting({ email: NOW })).purchaseIds).toHaveLength(4);
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("finds a person by an address that only the timeline and the search still know", async () => {
    await system.deliver("bookings", annsPurchase(900, BEFORE));
    for (let i = 0; i < 6; i += 1) {
      const later = annsPurchase(900);
      firstBooking(later).datetime = `2036-03-1${i}T11:30:00+00:00`;
      firstBooking(later).end_datetime = `2036-03-1${i}T12:00:00+00:00`;
      await system.deliver("updates", later);
    }
    await system.deliver("bookings", annsPurchase(901));
    await postBytes(Buffer.from(BROKEN));
    const forgotten = await forgetting({ email: BEFORE });
    expect(forgotten).toMatchObject({ clientIds: ["4711000"], quarantine: { theirs: 1 } });
    expect([...forgotten.purchaseIds].toSorted()).toEqual(["900", "901"]);
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("finds a purchase by an address that the search alone still knows", async () => {
    await system.deliver("bookings", annsPurchase(900, BEFORE));
    await system.deliver("updates", annsPurchase(900));
    const { timeline, history } = system.keys;
    await system.redis.del(history("900"), timeline("salesforce", "900"), timeline("hubspot", "900"));
    expect((await forgetting({ email: BEFORE })).purchaseIds).toEqual(["900"]);
  });

  it("finds by today's address what only the former one is in", async () => {
    await system.deliver("bookings", annsPurchase(900, BEFORE));
    await system.deliver("updates", annsPurchase(900));
    await system.redis.del(system.keys.history("900"));
    await postBytes(Buffer.from(BROKEN.replace(NOW, BEFORE)));
    expect((await forgetting({ email: NOW })).quarantine.theirs).toBe(1);
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("leaves those who share an address with the person's former one", async () => {
    await system.deliver("bookings", annsPurchase(900, BEFORE));
    await system.deliver("updates", annsPurchase(900));
    const mother = JSON.parse(JSON.stringify(annsPurchase(800, BEFORE)).replaceAll("4711000", "55"));
    await system.deliver("bookings", mother);
    expect((await forgetting({ email: NOW })).clientIds).toEqual(["4711000"]);
  });

  it("waits for a pass that is under way, and removes what that leaves", async () => {
    system.sandbox.faults.set([{ match: "/meetings", action: { type: "slow", ms: 1_500 } }]);
    await system.post("bookings", annsPurchase(900));
    await eventually(async () => {
      if ((await system.redis.exists(system.keys.lock("pass:hubspot:900"))) === 0) throw new Error("no pass yet");
    });
    await forgetting({ email: NOW });
    await system.quiet();
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
  });

  it("leaves nothing in BullMQ's events", async () => {
    await system.deliver("bookings", annsPurchase(900));
    for (const queue of Object.values(system.queues)) {
      const events = queue.toKey("events");
      expect(JSON.stringify(await system.redis.xrange(events, "-", "+"))).toContain('\\"900\\"');
    }
    await forgetting({ email: NOW });
    for (const queue of Object.values(system.queues)) {
      expect(JSON.stringify(await system.redis.xrange(queue.toKey("events"), "-", "+"))).not.toContain("900");
    }
  });
});

describe("who was forgotten [S6]", () => {
  const events = () => system.sandbox.salesforce.records("Event").length;
  const suppressed = async () => {
    await eventually(async () =>
      expect(await system.redis.hget(`${system.keys.stats("receiver", "total")}`, "suppressed")).not.toBeNull(),
    );
    return Number(await system.redis.hget(system.keys.stats("receiver", "total"), "suppressed"));
  };

  it("does not come back with a later notification, under whichever address, and is counted", async () => {
    await system.deliver("bookings", annsPurchase(900, BEFORE));
    await system.deliver("updates", annsPurchase(900));
    await forgetting({ email: NOW });
    for (const body of [annsPurchase(901), annsPurchase(902, BEFORE), annsPurchase(903, "third@example.com")]) {
      const { status, body: receipt } = await system.post("bookings", body);
      expect({ status, receipt }).toMatchObject({
        status: 202,
        receipt: { outcome: "stored", purchaseId: String(body.id) },
      });
    }
    await system.quiet();
    expect(await dumpRedis(system.redis)).not.toMatch(/forgettable|maiden|4711000|third@/i);
    expect(events()).toBe(1);
    expect(await suppressed()).toBe(3);
    expect(await tools.suppression.lift({ emails: new Set([BEFORE]), clientIds: new Set() })).toBe(3);
    await system.deliver("bookings", annsPurchase(901));
    expect(events()).toBe(2);
  });

  it("leaves nothing where a notification was stored while they were being forgotten", async () => {
    system.sandbox.faults.set([{ action: { type: "status", status: 503, body: {} } }]);
    await system.post("bookings", annsPurchase(900));
    await tools.suppression.add({ emails: new Set(), clientIds: new Set(["4711000"]) });
    system.sandbox.faults.set([]);
    await system.quiet();
    expect(await dumpRedis(system.redis)).not.toMatch(MARKERS);
    expect(events()).toBe(0);
  });

  it("keeps out whoever shares an address with them [S6]", async () => {
    await tools.suppression.add({ emails: new Set([NOW]), clientIds: new Set() });
    await system.deliver("bookings", JSON.parse(JSON.stringify(annsPurchase(801)).replaceAll("4711000", "6")));
    expect(events()).toBe(0);
  });

  it("takes nobody else along: others' notifications are applied", async () => {
    await tools.suppression.add({ emails: new Set([NOW]), clientIds: new Set() });
    const bob = JSON.parse(
      JSON.stringify(annsPurchase(800)).replaceAll(NOW, "bob@example.org").replaceAll("4711000", "5"),
    );
    await system.deliver("bookings", bob);
    expect(events()).toBe(1);
  });
});
