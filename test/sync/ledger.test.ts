/** What the ledger keeps, and from whom: a pass that lost its lock stores nothing. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import type { BookingState, PurchaseState } from "../../src/booking/types.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createLocks, type Lock, LockLostError } from "../../src/redis/locks.ts";
import { createLedger, type Ledger } from "../../src/sync/ledger.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{ledger-test}");
const DAY_MS = 86_400_000;
const client = useRedis();
let redis: Redis;
let ledger: Ledger;
let lock: Lock;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
  ledger = createLedger({ redis, keys, crm: "hubspot", retentionDays: 30 });
  const taken = await createLocks({ redis, keys, ttlMs: 30_000, waitMs: 0 }).tryTake("pass:hubspot:1");
  if (taken === undefined) throw new Error("nobody else takes locks here");
  lock = taken;
});
afterEach(() => lock.release());

const state = (...ends: string[]): PurchaseState => ({
  purchaseId: "1",
  bookings: Object.fromEntries(ends.map((end, index) => [index, { id: String(index), end } as BookingState])),
  purchase: {},
  holds: [],
  seq: 1,
});
const loseLock = () => redis.set(lock.key, "another pass");

const BEGUN = { "appointment:1": { fields: [], links: [] } };

describe("a pass that lost its lock [O5]", () => {
  it("stores nothing, whichever step it is at", async () => {
    await ledger.save("1", { state: state(), records: {} }, lock, {});
    await loseLock();
    const late = { state: { ...state(), seq: 2 }, records: {} };
    await expect(ledger.save("1", late, lock, {})).rejects.toBeInstanceOf(LockLostError);
    await expect(ledger.begin("1", BEGUN, lock)).rejects.toBeInstanceOf(LockLostError);
    expect(await ledger.load("1")).toMatchObject({ state: { seq: 1 }, attempted: false });
  });

  it("leaves a doubt that only who was told of it ends, so that a newer doubt stays", async () => {
    await ledger.distrust("1");
    const { doubt } = await ledger.load("1");
    await ledger.distrust("1");
    await ledger.trust("1", doubt ?? "");
    const newer = await ledger.load("1");
    expect(newer.doubt).toBeDefined();
    await ledger.trust("1", newer.doubt ?? "");
    expect((await ledger.load("1")).doubt).toBeUndefined();
  });
});

describe("a purchase that a person has tried again [W10]", () => {
  const links: readonly string[] = [];
  const left = { object: "meetings", id: "9", values: { title: "x" }, refused: { place: "y" }, links, seq: 1 };

  it("has nothing that counts as refused, until everything was tried that was asked for by then", async () => {
    await ledger.save("1", { state: state(), records: { appointment: left } }, lock, {});
    expect((await ledger.load("1")).records).toEqual({ appointment: left });
    await ledger.askAgain("1");
    const { again, records } = await ledger.load("1");
    expect(records.appointment).toEqual({ object: "meetings", id: "9", values: { title: "x" }, links, seq: 1 });
    await ledger.askAgain("1");
    await ledger.triedAgain("1", again ?? "");
    const newer = await ledger.load("1");
    expect(newer.records.appointment?.refused).toBeUndefined();
    await ledger.triedAgain("1", newer.again ?? "");
    expect((await ledger.load("1")).records).toEqual({ appointment: left });
  });
});

describe("a creation that was begun [B1]", () => {
  it("is remembered until every record that was begun is known to exist", async () => {
    await ledger.begin("1", BEGUN, lock);
    await ledger.save("1", { state: state(), records: {} }, lock, BEGUN);
    expect((await ledger.load("1")).attempted).toBe(true);
    await ledger.save("1", { state: state(), records: {} }, lock, {});
    expect((await ledger.load("1")).attempted).toBe(false);
  });
});

describe("a ledger [R4]", () => {
  it("is kept for the retention after its last appointment has ended", async () => {
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
    expect((ledger.secondsToKeep(state(inDays(-400), inDays(100), inDays(10))) * 1000) / DAY_MS).toBeCloseTo(130, 1);
  });

  it("is kept for the retention where nobody can read when its appointment ends [R2]", () => {
    expect((ledger.secondsToKeep(state("some day")) * 1000) / DAY_MS).toBeCloseTo(30, 1);
    const later = new Date(Date.now() + 10 * DAY_MS).toISOString();
    expect((ledger.secondsToKeep(state("some day", later)) * 1000) / DAY_MS).toBeCloseTo(40, 1);
  });

  it("does not expire before its purchase is settled [R1]", async () => {
    await redis.set(keys.ledger("hubspot", "1"), "as an earlier version wrote it", "EX", 1000);
    await ledger.begin("1", BEGUN, lock);
    await ledger.save("1", { state: state(), records: {} }, lock, BEGUN);
    await ledger.distrust("1");
    const kept = [keys.ledger, keys.attempt, keys.doubt].map((key) => redis.ttl(key("hubspot", "1")));
    expect(await Promise.all(kept)).toEqual([-1, -1, -1]);
  });
});

describe("the purchases that share a record", () => {
  it("are all named, although some of them move on in the list while it is read [L5]", async () => {
    const contact = { object: "contacts", id: "7" };
    const note = (id: number, days: number) =>
      ledger.noteRecords(String(id), [contact], Date.now() + days * DAY_MS + id * 1_000);
    const all = Array.from({ length: 700 }, (_, id) => id);
    for (const id of all) await note(id, 1);
    const named = new Set<string>();
    for await (const some of ledger.sharing(contact)) {
      for (const id of some) named.add(id);
      // Those that were read already are looked at, and end later by now.
      if (named.size > 1 && named.size < 600) for (const id of all.slice(0, 100)) await note(id, 2);
    }
    expect(all.filter((id) => !named.has(String(id)))).toEqual([]);
  });
});
