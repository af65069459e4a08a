/** What the receiver answers and keeps [E3] [E5]. */
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { parseNotification } from "../../src/booking/parse.ts";
import { basic } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Edge, PAIR, post, quarantine, receiptSchema, startEdge, stored } from "./edge.ts";

let server: TestRedis;
let edge: Edge;
let sample: string;

beforeAll(async () => {
  server = await startTestRedis();
  edge = await startEdge(server.url);
  sample = await readFile("test/samples/purchase-created.json", "utf8");
});
beforeEach(async () => {
  await edge.redis.flushall();
  edge.queued.length = 0;
});
afterAll(async () => {
  await edge.close();
  await server.stop();
});

const PURCHASE = "11610441";
const BOOKING = "13477736";

describe("a readable notification", () => {
  it.each(["bookings", "updates", "cancellations"])("is stored and answered with a receipt on /%s", async (route) => {
    const response = await post(edge, `/notifications/${route}`, sample);
    expect(response.status).toBe(202);
    const receipt = receiptSchema.parse(await response.json());
    expect(receipt).toMatchObject({ purchaseId: PURCHASE, bookings: [BOOKING], deliveryId: expect.any(String) });
    const [arrival] = await stored(edge, PURCHASE);
    expect(arrival).toMatchObject({ route, deliveryId: receipt.deliveryId });
    expect(JSON.parse(arrival?.body ?? "")).toMatchObject({ id: 11610441, client_name: "Test Gladden" });
    expect(edge.queued).toEqual([PURCHASE]);
  });

  it.each(["purchase-with-answers", "purchase-event", "admin-booking-updated", "admin-bookings-list"])(
    "of any known shape is accepted: %s",
    async (name) => {
      const response = await post(edge, "/notifications/updates", await readFile(`test/samples/${name}.json`, "utf8"));
      expect(response.status).toBe(202);
      expect(edge.queued.length).toBeGreaterThan(0);
      for (const purchaseId of edge.queued) expect((await stored(edge, purchaseId)).length).toBeGreaterThan(0);
    },
  );

  it.each(["text/plain", "application/x-www-form-urlencoded", "nonsense", "application/json; charset=utf-8"])(
    "is read whatever its Content-Type: %s",
    async (type) => {
      expect((await post(edge, "/notifications/bookings", sample, { "Content-Type": type })).status).toBe(202);
    },
  );

  it("may begin with a byte order mark and may be compressed", async () => {
    const packed = new Uint8Array(gzipSync(`\uFEFF${sample}`));
    const response = await post(edge, "/notifications/bookings", packed, { "Content-Encoding": "gzip" });
    expect(response.status).toBe(202);
  });

  it("keeps its umlauts when it is Latin-1 and does not say so", async () => {
    const body = new Uint8Array(Buffer.from(sample.replaceAll("Test Gladden", "Jürgen Groß"), "latin1"));
    expect((await post(edge, "/notifications/bookings", body)).status).toBe(202);
    expect((await stored(edge, PURCHASE))[0]?.body).toContain("Jürgen Groß");
  });

  it.each([
    ["UTF-16, which its mark says", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"), ""],
    [
      "UTF-16 in network order, which its mark says",
      (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
      "",
    ],
    ["UTF-16 without a mark", (text: string) => Buffer.from(text, "utf16le"), ""],
    [
      "UTF-16 in network order, which its charset does not tell",
      (text: string) => Buffer.from(text, "utf16le").swap16(),
      "utf-16",
    ],
    ["UTF-8, whatever its charset says", (text: string) => Buffer.from(text), "utf-16le"],
  ])("keeps its umlauts in %s", async (_what, encoded, charset) => {
    const body = new Uint8Array(encoded(sample.replaceAll("Test Gladden", "Jürgen Groß")));
    const type = { "Content-Type": charset === "" ? "application/json" : `application/json; charset=${charset}` };
    expect((await post(edge, "/notifications/bookings", body, type)).status).toBe(202);
    expect((await stored(edge, PURCHASE))[0]?.body).toContain("Jürgen Groß");
  });

  it.each(["identity, gzip", "gzip, identity", " GZIP "])(
    "is unpacked where its Content-Encoding is %j",
    async (said) => {
      const packed = new Uint8Array(gzipSync(sample));
      const response = await post(edge, "/notifications/bookings", packed, { "Content-Encoding": said });
      expect(response.status).toBe(202);
    },
  );

  it("is stored without card data and without references that open or cancel a booking", async () => {
    await post(edge, "/notifications/bookings", sample);
    const body = (await stored(edge, PURCHASE))[0]?.body ?? "";
    const { last_payment_log, long_id, _embedded } = JSON.parse(sample);
    expect(last_payment_log).toBeDefined();
    expect(body).not.toContain("last_payment_log");
    for (const secret of [long_id, _embedded.bookings[0].purchase_ref, _embedded.bookings[0].settings.obfuscated_id]) {
      expect(body).not.toContain(secret);
    }
    expect(body).toContain("/people/30553");
  });

  it.each(["purchase-created", "purchase-with-answers", "purchase-event", "admin-booking-updated"])(
    "reads the same after what must not be kept was taken out: %s",
    async (name) => {
      const body = await readFile(`test/samples/${name}.json`, "utf8");
      const receipt = receiptSchema.parse(await (await post(edge, "/notifications/bookings", body)).json());
      const kept = (await stored(edge, receipt.purchaseId))[0]?.body ?? "";
      expect(parseNotification(JSON.parse(kept))).toEqual(parseNotification(JSON.parse(body)));
    },
  );

  it("of a lone booking without a purchase joins the purchase that the booking is known to belong to", async () => {
    await post(edge, "/notifications/bookings", sample);
    const lone = JSON.stringify({ id: Number(BOOKING), datetime: "2026-11-24T10:00:00+00:00", duration: 30 });
    const known = await post(edge, "/notifications/cancellations", lone);
    expect(await known.json()).toMatchObject({ purchaseId: PURCHASE });
    const unknown = await post(edge, "/notifications/cancellations", lone.replace(BOOKING, "99"));
    expect(await unknown.json()).toMatchObject({ purchaseId: "booking-99" });
  });

  it("of a format that carries no booking is recorded and answered, never refused", async () => {
    const affiliate = {
      type: "booking",
      message: "New Booking by A B",
      id: 463,
      links: [{ rel: "booking", href: "x" }],
    };
    const response = await post(edge, "/notifications/bookings", JSON.stringify(affiliate));
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ outcome: "ignored" });
    expect(await quarantine(edge)).toMatchObject([{ reason: "ignored_format" }]);
    expect(edge.queued).toEqual([]);
  });

  it("leaves no name, address or secret in the log", async () => {
    await post(edge, "/notifications/bookings", sample);
    await post(edge, "/notifications/bookings", `{"id": "Gladden", "_embedded": {}}`);
    await post(edge, "/notifications/bookings", `{"Gladden" "x"}`);
    expect(edge.logged()).toContain(PURCHASE);
    expect(edge.logged()).not.toMatch(/gladden|@|IDXODKIPiQo321uM/i);
  });
});

describe("an unreadable notification", () => {
  it.each([
    ["an empty body", "", 1, 1],
    ["no JSON at all", "<xml>Gladden</xml>", 1, 1],
    ["a token out of place", '{"name": "Gladden", "paid": tru }', 1, 29],
    ["a body cut short", '{"name":\n "Gladden"', 2, 11],
    ["a comma too many", "[1,2,]", 1, 6],
  ])("that is %s is answered 400 with the place, kept, and not repeated", async (_what, body, line, column) => {
    const response = await post(edge, "/notifications/bookings", body);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    const text = await response.text();
    expect(text).not.toContain("Gladden");
    const [kept] = await quarantine(edge);
    expect(JSON.parse(text)).toMatchObject({ status: 400, deliveryId: kept?.deliveryId });
    if (body !== "") expect(text).toContain(`line ${line}, column ${column}`);
    expect(kept).toMatchObject({ reason: "not_json", route: "bookings", contentType: "application/json" });
    expect(kept?.bytes.toString()).toBe(body);
  });

  it("without a purchase is answered 422 naming every offending path, never its values", async () => {
    const body = {
      id: "Gladden",
      _embedded: { bookings: [{ id: 1, datetime: "tomorrow" }, { datetime: "2026-11-24T10:00:00Z" }] },
    };
    const response = await post(edge, "/notifications/updates", JSON.stringify(body));
    expect(response.status).toBe(422);
    const text = await response.text();
    const paths = JSON.parse(text).errors.map((error: { path: string }) => error.path);
    expect(paths.sort()).toEqual(["_embedded.bookings[0].datetime", "_embedded.bookings[1].id", "id"]);
    expect(text).not.toMatch(/Gladden|tomorrow/);
    expect(await quarantine(edge)).toMatchObject([{ reason: "no_purchase", route: "updates" }]);
  });

  it.each(["null", "7", '"text"', "[]", "{}"])("that is merely %s is answered 422", async (body) => {
    expect((await post(edge, "/notifications/bookings", body)).status).toBe(422);
  });

  it.each([
    ["deeper than anything BookingBug sends", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`],
    ["of too many values", `[${"1,".repeat(49_900)}${"[],".repeat(60)}[${"2,".repeat(50)}1]]`],
  ])("%s is answered 422 and kept", async (_what, body) => {
    const response = await post(edge, "/notifications/bookings", body);
    expect(response.status).toBe(422);
    expect(await quarantine(edge)).toHaveLength(1);
  });

  it("larger than allowed is answered 413, with a note and its beginning kept", async () => {
    const response = await post(edge, "/notifications/updates", `{"x":"${"a".repeat(300_000)}"}`);
    expect(response.status).toBe(413);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    const [kept] = await quarantine(edge);
    expect(kept).toMatchObject({ reason: "too_large", route: "updates" });
    expect(kept?.bytes.length).toBe(65_536);
  });

  it("that inflates to more than allowed is answered 413", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
    const response = await post(edge, "/notifications/bookings", bomb, { "Content-Encoding": "gzip" });
    expect(response.status).toBe(413);
    expect(await quarantine(edge)).toMatchObject([{ reason: "too_large" }]);
  });

  it.each([
    ["gzip", 400],
    ["deflate", 400],
    ["rot13", 415],
    ["gzip, gzip", 415],
  ])("that is not the %s it says it is, is kept", async (encoding, status) => {
    const response = await post(edge, "/notifications/bookings", "plain", { "Content-Encoding": encoding });
    expect(response.status).toBe(status);
    const [kept] = await quarantine(edge);
    expect(kept?.bytes.toString()).toBe("plain");
  });

  it("cannot reach into JavaScript's own objects", async () => {
    const body = sample.replace(
      "{",
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": 1}},',
    );
    expect((await post(edge, "/notifications/bookings", body)).status).toBe(202);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect((await stored(edge, PURCHASE))[0]?.body).not.toContain("__proto__");
  });
});

describe("other requests", () => {
  it.each(["GET", "PUT", "DELETE", "PATCH"])("%s is not how a notification arrives", async (method) => {
    const response = await fetch(`${edge.url}/notifications/bookings`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  it.each(["/", "/notifications", "/notifications/payments", "/%E0%A4%A"])("%s is not found", async (path) => {
    const response = await post(edge, path, "{}");
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  it("are told of where they are BookingBug's and go nowhere, without what else stands in the address [V8]", async () => {
    const noted: { path: string }[] = [];
    const counted: number[] = [];
    const other = await startEdge(server.url, {
      noteAstray: async (astray) => void noted.push(astray),
      onAstray: () => void counted.push(counted.length),
    });
    const authorization = { Authorization: basic({ username: "somebody", password: "else" }) };
    await post(other, "/notifications/booking", sample, authorization);
    await fetch(`${other.url}/notifications/booking`, { headers: { Authorization: basic(PAIR) } });
    expect(noted).toEqual([]);
    const response = await post(other, "/notifications/booking/ada@example.com/447700900123?token=secret", sample);
    expect(response.status).toBe(404);
    expect(noted).toEqual([{ at: expect.any(String), path: "/notifications/booking/…/…" }]);
    expect(other.logged()).toContain("an address that is none of ours");
    // However many come at once, they are told together and counted apart.
    await post(other, "/notifications/booking", sample);
    expect([noted.length, counted.length]).toEqual([1, 2]);
    await other.close();
  });

  it("are not told what we are made of", async () => {
    const response = await post(edge, "/notifications/bookings", sample);
    expect(response.headers.get("x-powered-by")).toBeNull();
    expect(response.headers.get("etag")).toBeNull();
  });
});
