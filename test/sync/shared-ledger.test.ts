/** What is kept of a person: what earlier versions stored counts, and who lost the lock stores nothing. */
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { compress } from "../../src/redis/compress.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createSharedLedger, type SharedLedger } from "../../src/sync/shared-ledger.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let ledger: SharedLedger;
const keys = createKeys();
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  ledger = createSharedLedger({ redis, keys, crm: "salesforce", retentionDays: 90 });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const written = { object: "Contact", id: "003", values: { Email: "ana@example.com" }, links: [], seq: 7 };
const pointer = { object: "Contact", id: "003", own: true, matchedBy: [] };

it("reads the values that an earlier version kept with the person as the record's", async () => {
  await redis.set(keys.shared("salesforce", "contact", "7"), compress(JSON.stringify(written)));
  expect(await ledger.loadPointer("contact", "7")).toEqual({
    object: "Contact",
    id: "003",
    own: false,
    matchedBy: [{ field: "Email", value: "ana@example.com" }],
  });
  expect(await ledger.loadShared("contact", "7")).toEqual(written);
});

it("lets no earlier version's values stand in for newer ones of the record", async () => {
  const lock = { key: keys.lock("record"), token: "mine" };
  await redis.set(lock.key, lock.token);
  await ledger.saveRecord({ ...written, seq: 9 }, lock);
  await redis.set(keys.shared("salesforce", "contact", "7"), compress(JSON.stringify(written)));
  expect(await ledger.loadShared("contact", "7")).toMatchObject({ seq: 9 });
});

it("stores nothing for who lost the lock", async () => {
  const lock = { key: keys.lock("record"), token: "mine" };
  await redis.set(lock.key, "somebody else's");
  await expect(ledger.saveRecord(written, lock)).rejects.toMatchObject({ kind: "lock_lost" });
  await expect(ledger.savePointer("contact", "7", pointer, lock)).rejects.toMatchObject({ kind: "lock_lost" });
  expect(await ledger.loadPointer("contact", "7")).toBeUndefined();
  expect(await ledger.loadRecord("Contact", "003")).toEqual({ record: undefined, doubt: undefined });
});

it("keeps a doubt that came up since another was dealt with", async () => {
  await ledger.distrustRecord("Contact", "003");
  const { doubt = "" } = await ledger.loadRecord("Contact", "003");
  await ledger.distrustRecord("Contact", "003");
  await ledger.trustRecord("Contact", "003", doubt);
  const newer = (await ledger.loadRecord("Contact", "003")).doubt;
  expect(newer).toBeDefined();
  await ledger.trustRecord("Contact", "003", newer ?? "");
  expect((await ledger.loadRecord("Contact", "003")).doubt).toBeUndefined();
});
