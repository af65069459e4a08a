/** Requests that nobody should send: BookingBug's own samples, bent in every direction. Repeatable by their seed. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { CALLBACK_ROUTES } from "../src/booking/types.ts";
import { type Json, sample } from "../test/support/payloads.ts";

/** Numbers from 0 to 1. */
export type Random = () => number;

export interface WildRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

const SAMPLES = [
  "purchase-created",
  "purchase-event",
  "purchase-with-answers",
  "admin-booking-updated",
  "admin-bookings-list",
].map((name) => JSON.stringify(sample(name)));

const TOKEN_REQUEST = {
  grant_type: "password",
  username: "bookingbug",
  password: "x",
  client_id: "x",
  client_secret: "x",
};
const TOKEN_REQUESTS = [JSON.stringify(TOKEN_REQUEST), new URLSearchParams(TOKEN_REQUEST).toString()];

const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=utf-16le",
  "application/json; charset=klingon",
  "application/json; charset=",
  "text/plain;;;",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=--",
  "%e9",
];

const STRANGE: readonly unknown[] = [
  null,
  true,
  "",
  " ",
  -1,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "9".repeat(400),
  "\u0000",
  "\ud800",
  "💥".repeat(1_000),
  "{{ 'x' | append: 'y' }}{% for i in (1..100000) %}.{% endfor %}",
  "2036-13-45T99:99:99+99:99",
  "0000-00-00",
  "+275760-09-13T00:00:00.001Z",
  "__proto__",
  "../../etc/passwd",
  "a\r\nSet-Cookie: x=y",
  "\u001b[2J\u001b[31mred",
  [],
  [[[[]]]],
  {},
  { id: {} },
  { toString: 1, valueOf: null, length: -1 },
  "x".repeat(100_000),
];

const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "then",
  "toJSON",
  "hasOwnProperty",
  "_embedded",
  "id",
  "",
];

/** A linear generator (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function wildRequest(random: Random): WildRequest {
  const forToken = chance(0.1, random);
  const text = chance(0.1, random)
    ? repetitive(random)
    : forToken
      ? bendText(pick(TOKEN_REQUESTS, random), random)
      : bendText(bendTree(JSON.parse(pick(SAMPLES, random)), random), random);
  const { body, encoding } = encode(bendBytes(Buffer.from(text), random), random);
  return {
    path: forToken ? "/oauth/token" : `/notifications/${pick(CALLBACK_ROUTES, random)}`,
    headers: {
      "content-type": chance(0.7, random) ? "application/json" : encodeURI(pick(CONTENT_TYPES, random)),
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
    body,
  };
}

/** Also for text that is no JSON: pieces are cut out, doubled, swapped for others. */
export function bendText(text: string, random: Random): string {
  let bent = text;
  for (let times = Math.floor(random() * 3); times > 0; times -= 1) {
    const at = Math.floor(random() * bent.length);
    const length = Math.floor(random() * 40);
    const piece = bent.slice(at, at + length);
    const insert = pick(
      ["", piece + piece, '"id":1,', "1e999", "{", "[[", '"', "\\u", "\t", "&a *a", ": ", "\n  - "],
      random,
    );
    bent = bent.slice(0, at) + insert + bent.slice(at + (chance(0.5, random) ? length : 0));
  }
  return bent;
}

/** Bookings that are none, so many that each costs; or text that repeats itself and is no JSON. */
function repetitive(random: Random): string {
  const items = (item: string): string => `[${`${item},`.repeat(10 ** (1 + random() * 3.7))}${item}]`;
  const bookings = `"bookings":${items(pick(["0", "{}", '{"id":"x"}', '{"id":1,"datetime":"T"}', "[]"], random))}`;
  const courses = `"course_bookings":${items(`{"bookings":[0,{}]}`)}`;
  const times = Math.floor(10 ** (1 + random() * 5));
  return pick(
    [
      `{"_embedded":{${bookings}}}`,
      `{"id":1,"_embedded":{${bookings}}}`,
      `{"id":1,"_embedded":{${courses}}}`,
      `{"id":1,${bookings}}`,
      pick(REPEATED, random).repeat(times),
      `{"id":1,"_embedded":{"x":"${pick(REPEATED, random).repeat(times)}`,
    ],
    random,
  );
}

function bendTree(root: Json, random: Random): string {
  for (let times = Math.floor(random() * 4); times > 0; times -= 1) {
    const holder = anyObject(root, random);
    const keys = Object.keys(holder);
    const key = chance(0.8, random) && keys.length > 0 ? pick(keys, random) : pick(KEYS, random);
    if (chance(0.2, random)) delete holder[key];
    else if (chance(0.05, random)) return nested(random);
    else
      Object.defineProperty(holder, key, {
        value: strange(random),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return JSON.stringify(root);
}

const REPEATED = [
  "T",
  "{?",
  "%",
  "(",
  "[",
  "<",
  " ",
  "\n",
  "\\",
  '"',
  "a@",
  "a.",
  "1-",
  "é",
  "💥",
  "&#64;",
  "{{",
  "\u0000",
];

/** A character or a short token, from ten times to a megabyte of them. */
function repetition(random: Random): string | readonly unknown[] {
  const token = pick(REPEATED, random);
  const times = Math.floor(10 ** (1 + random() * 5) / token.length);
  return chance(0.9, random) ? token.repeat(times) : Array.from({ length: Math.min(times, 60_000) }, () => ({}));
}

function anyObject(root: Json, random: Random): Json {
  let at = root;
  for (;;) {
    const inner = Object.values(at).filter((value) => typeof value === "object" && value !== null);
    if (inner.length === 0 || chance(0.3, random)) return at;
    at = pick(inner, random);
  }
}

function strange(random: Random): unknown {
  if (chance(0.15, random)) return repetition(random);
  if (chance(0.03, random)) return Array.from({ length: 60_000 }, () => 1);
  return structuredClone(pick(STRANGE, random));
}

function nested(random: Random): string {
  const depth = Math.floor(random() * 50_000);
  return chance(0.5, random) ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

function bendBytes(bytes: Buffer, random: Random): Buffer {
  if (chance(0.7, random)) return bytes;
  const at = Math.floor(random() * bytes.length);
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), bytes.subarray(at)]);
    case 2:
      return Buffer.from(bytes.toString("utf8"), "utf16le");
    case 3:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    default:
      return Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
  }
}

const BOMB = gzipSync(Buffer.alloc(64 * 1_048_576, " "));

function encode(bytes: Buffer, random: Random): { body: Buffer<ArrayBuffer>; encoding: string | undefined } {
  const packed = (body: Buffer, encoding: string | undefined) => ({ body: Buffer.from(body), encoding });
  if (chance(0.8, random)) return packed(bytes, undefined);
  switch (Math.floor(random() * 6)) {
    case 0:
      return packed(gzipSync(bytes), "gzip");
    case 1:
      return packed(deflateSync(bytes), "deflate");
    case 2:
      return packed(brotliCompressSync(bytes), "br");
    case 3:
      return packed(BOMB, "gzip");
    case 4:
      return packed(bytes, pick(["gzip", "br", "deflate", "gzip, gzip", "compress", "identity"], random));
    default:
      return packed(gzipSync(bytes).subarray(0, Math.floor(random() * 100)), "gzip");
  }
}

function chance(share: number, random: Random): boolean {
  return random() < share;
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}
