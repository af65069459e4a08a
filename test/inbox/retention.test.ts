/** How long the inbox keeps what: nothing that is not applied expires [R1], and what is settled ages [R2]. */
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { createInbox, type Inbox } from "../../src/inbox/inbox.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";
import { countFromOne, number } from "./numbers.ts";

const keys = createKeys("{retention-test}");
const CRMS = ["salesforce", "hubspot"] as const;
const DAY = 86_400;
const FOR_EVER = -1;
const client = useRedis();
let redis: Redis;
let inbox: Inbox;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
  await countFromOne(redis, keys);
  inbox = createInbox({ redis, keys, crms: CRMS, retentionDays: 30 });
});

async function arrive(times = 1, body = "{}"): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await inbox.store({
      deliveryId: randomUUID(),
      purchaseId: "1",
      route: "bookings",
      receivedAt: new Date().toISOString(),
      bookingIds: ["11"],
      body,
    });
  }
}

const ttl = (key: string): Promise<number> => redis.ttl(key);
const shared = () => [keys.inbox("1"), keys.settled("1"), keys.bookingsOf("1"), keys.purchaseOfBooking("11")];
const own = (crm: string) => [keys.timeline, keys.ledger, keys.attempt, keys.doubt].map((key) => key(crm, "1"));
const expiries = (names: readonly string[]): Promise<number[]> => Promise.all(names.map(ttl));
const never = (names: readonly string[]) => names.map(() => FOR_EVER);

/** As passes, and an earlier version, leave it. */
async function keptByCrms(): Promise<void> {
  for (const key of CRMS.flatMap(own)) await redis.set(key, "x", "EX", 60);
}

describe("what a CRM has not settled", () => {
  it("does not expire, however long the CRM is paused, nor what other CRMs know of the purchase [R1]", async () => {
    await keptByCrms();
    await arrive();
    expect(await expiries([keys.inbox("1"), keys.bookingsOf("1"), keys.purchaseOfBooking("11")])).toEqual([-1, -1, -1]);
    expect(await expiries(CRMS.flatMap(own))).toEqual(never(CRMS.flatMap(own)));
  });

  it("does not expire when the other CRM settles it; what that one keeps ages [R1, R2]", async () => {
    await arrive();
    await keptByCrms();
    await inbox.settle("salesforce", "1", number(1), 90 * DAY);
    expect(await expiries(shared())).toEqual(never(shared()));
    const [timeline = 0, ledger = 0] = await expiries(own("salesforce"));
    expect([timeline / DAY, ledger / DAY]).toEqual([expect.closeTo(30, 1), expect.closeTo(90, 1)]);
  });

  it("is kept by the next touch although an earlier version let it expire [R1]", async () => {
    await arrive(2);
    for (const key of shared()) await redis.expire(key, 60);
    await inbox.settle("salesforce", "1", number(2));
    expect(await expiries(shared())).toEqual(never(shared()));
    for (const key of shared()) await redis.expire(key, 60);
    await inbox.park("hubspot", "1");
    expect(await expiries(shared())).toEqual(never(shared()));
    for (const key of shared()) await redis.expire(key, 60);
    await arrive();
    expect(await expiries(shared())).toEqual(never(shared()));
  });

  it("does not expire when it came while the CRM settled what was before it [R1]", async () => {
    await arrive(2);
    await keptByCrms();
    for (const crm of CRMS) await inbox.settle(crm, "1", number(1), 90 * DAY);
    expect(await expiries([...shared(), ...CRMS.flatMap(own)])).toEqual(never([...shared(), ...CRMS.flatMap(own)]));
  });
});

describe("what every CRM has settled", () => {
  it("ages [R2]", async () => {
    await arrive();
    for (const crm of CRMS) await inbox.settle(crm, "1", number(1));
    expect(await redis.exists(keys.inbox("1"))).toBe(0);
    for (const seconds of await expiries(shared().slice(1))) expect(seconds / DAY).toBeCloseTo(30, 1);
  });

  it("leaves a booking alone that belongs to another purchase by now", async () => {
    await arrive();
    await redis.set(keys.purchaseOfBooking("11"), "2");
    for (const crm of CRMS) await inbox.settle(crm, "1", number(1));
    expect(await ttl(keys.purchaseOfBooking("11"))).toBe(FOR_EVER);
  });
});

describe("a purchase that a person dismisses", () => {
  beforeEach(async () => {
    await arrive(2);
    await inbox.settle("salesforce", "1", number(2));
    await inbox.park("hubspot", "1");
    await keptByCrms();
  });

  it("ages from then on, and what was not applied is there until then [R2]", async () => {
    await inbox.dismiss("hubspot", "1", 90 * DAY);
    for (const seconds of await expiries(shared())) expect(seconds / DAY).toBeCloseTo(30, 1);
    const [timeline = 0, ledger = 0] = await expiries(own("hubspot"));
    expect([timeline / DAY, ledger / DAY]).toEqual([expect.closeTo(30, 1), expect.closeTo(90, 1)]);
    expect(await inbox.read("1", 0)).toHaveLength(2);
  });

  it("is kept and counted whole again by its next notification [R1, A2]", async () => {
    await inbox.dismiss("hubspot", "1", 90 * DAY);
    await arrive();
    expect(await expiries(shared())).toEqual(never(shared()));
    expect((await inbox.settle("hubspot", "1", number(3))).arrivals).toHaveLength(3);
    expect(await redis.hgetall(keys.counts("hubspot"))).toEqual({ applied: "1", superseded: "2" });
  });

  it("is kept again when it fails again [R1]", async () => {
    await inbox.dismiss("hubspot", "1", 90 * DAY);
    await inbox.park("hubspot", "1");
    expect(await expiries([...shared(), ...own("hubspot")])).toEqual(never([...shared(), ...own("hubspot")]));
    await inbox.settle("salesforce", "1", number(2));
    expect(await expiries(shared())).toEqual(never(shared()));
  });

  it("does not age while another CRM waits for it [R1]", async () => {
    await arrive();
    await inbox.park("hubspot", "1");
    await inbox.dismiss("hubspot", "1", 90 * DAY);
    expect(await expiries(shared())).toEqual(never(shared()));
    await inbox.settle("salesforce", "1", number(3));
    for (const seconds of await expiries(shared())) expect(seconds / DAY).toBeCloseTo(30, 1);
  });

  it("does not age when something came since that nobody has looked at [R1]", async () => {
    await arrive();
    await inbox.settle("salesforce", "1", number(3));
    await inbox.dismiss("hubspot", "1", 90 * DAY);
    expect(await expiries([...shared(), ...own("hubspot")])).toEqual(never([...shared(), ...own("hubspot")]));
  });
});

describe("a purchase of which much waits for one CRM", () => {
  const MANY = 2_000;
  const sent = async (): Promise<number> => {
    const [, bytes = "0"] = /total_net_output_bytes:(\d+)/.exec(await redis.info("stats")) ?? [];
    return Number(bytes);
  };

  beforeEach(async () => {
    const body = JSON.stringify({ text: "x".repeat(5_000) });
    await Promise.all(Array.from({ length: MANY }, () => arrive(1, body)));
    await inbox.settle("salesforce", "1", number(MANY - 1));
  }, 30_000);

  it("is read by the other only as far as that has not settled it [O4]", async () => {
    const before = await sent();
    expect(await inbox.read("1", number(MANY - 1))).toHaveLength(1);
    expect(await inbox.unsettled("salesforce", "1", 20)).toHaveLength(1);
    expect((await inbox.settle("salesforce", "1", number(MANY))).arrivals).toHaveLength(1);
    expect((await sent()) - before).toBeLessThan(20_000);
  });

  it("is read and counted whole by the one it waits for, a page at a time [A2, R1]", async () => {
    const numbers: number[] = [];
    for await (const { seq } of inbox.walk("1", 0)) numbers.push(seq);
    expect(numbers).toEqual(Array.from({ length: MANY }, (_, index) => number(index + 1)));
    expect((await inbox.settle("hubspot", "1", number(MANY))).arrivals).toHaveLength(MANY);
    expect(await redis.hgetall(keys.counts("hubspot"))).toEqual({ applied: "1", superseded: String(MANY - 1) });
    expect((await inbox.read("1", 0)).map(({ seq }) => seq)).toEqual([number(MANY)]);
    expect((await inbox.history("1")).map(({ seq }) => seq)).toEqual([1995, 1996, 1997, 1998, 1999].map(number));
  });

  it("is kept whole while one CRM has it neither settled nor in its ledger [R1]", async () => {
    await inbox.folded("salesforce", "1", number(MANY));
    await inbox.settle("salesforce", "1", number(MANY));
    await inbox.folded("hubspot", "1", number(1_000));
    expect((await inbox.read("1", number(1_000))).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => number(index + 1_001)),
    );
  });

  it("has a length once every CRM has it in its ledger, and is counted whole all the same [A2, R2]", async () => {
    await inbox.folded("hubspot", "1", number(MANY - 50));
    expect(await redis.llen(keys.inbox("1"))).toBe(150);
    await inbox.folded("hubspot", "1", number(MANY));
    await inbox.settle("salesforce", "1", number(MANY));
    expect((await inbox.read("1", 0)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 100 }, (_, index) => number(index + 1_901)),
    );
    expect(await inbox.settle("hubspot", "1", number(MANY))).toMatchObject({ older: MANY - 100 });
    await inbox.settle("hubspot", "1", number(MANY));
    for (const crm of CRMS) {
      const { applied, superseded } = await redis.hgetall(keys.counts(crm));
      expect(Number(applied) + Number(superseded)).toBe(MANY);
    }
    expect(await redis.exists(keys.inbox("1"))).toBe(0);
  });
});
