import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { createInbox, type Inbox } from "../../src/inbox/inbox.ts";
import { createSetApart } from "../../src/inbox/set-apart.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { useRedis } from "../support/use-redis.ts";
import { clockOf, countFromOne, number } from "./numbers.ts";

const keys = createKeys("{inbox-test}");
const client = useRedis();
let redis: Redis;
let inbox: Inbox;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
  await countFromOne(redis, keys);
  inbox = createInbox({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30, historyLength: 2 });
});

async function arrive(purchaseId: string, body = "{}", deliveryId: string = randomUUID()): Promise<void> {
  await inbox.store({
    deliveryId,
    purchaseId,
    route: "bookings",
    receivedAt: "2026-11-24T10:00:00.000Z",
    bookingIds: [`booking of ${purchaseId}`],
    body,
  });
}

async function waiting(crm: string): Promise<string[]> {
  return (await inbox.pending(crm, 0, { after: undefined, limit: 10 })).map(({ id }) => id);
}

describe("the inbox", () => {
  it("numbers arrivals in order over all purchases and gives them back as they came", async () => {
    await arrive("1", '{"text":"line\\nbreak ü 👍"}');
    await arrive("2");
    await arrive("1", '{"second":true}');
    const arrivals = await inbox.read("1", 0);
    expect(arrivals.map(({ seq, body }) => [seq, body])).toEqual([
      [number(1), '{"text":"line\\nbreak ü 👍"}'],
      [number(3), '{"second":true}'],
    ]);
    expect(arrivals[0]).toMatchObject({ route: "bookings", receivedAt: "2026-11-24T10:00:00.000Z" });
    expect(await inbox.read("1", number(1))).toHaveLength(1);
  });

  it("does not take a delivery that is stored again, because the answer was lost, for a newer one [A3]", async () => {
    await arrive("1", '{"n":1}', "lost");
    await arrive("1", '{"n":2}');
    await arrive("1", '{"n":1}', "lost");
    expect((await inbox.read("1", 0)).map(({ body }) => body)).toEqual(['{"n":1}', '{"n":2}']);
    expect(await redis.hget(keys.received, "accepted")).toBe("2");
  });

  it("takes what comes for newer than all that is settled, where Redis has forgotten how far it had counted [A2]", async () => {
    await inbox.settle("salesforce", "1", number(7));
    await redis.del(keys.seq);
    await arrive("1", '{"n":1}');
    await arrive("2");
    expect((await inbox.ahead("salesforce", "1", 20)).arrivals.map(({ seq }) => seq)).toEqual([number(8)]);
    expect((await inbox.read("2", 0)).map(({ seq }) => seq)).toEqual([number(9)]);
  });

  it("takes what comes for newer than what came before, whosever it was, where Redis has forgotten that it did [O1]", async () => {
    await redis.del(keys.seq);
    const before = await clockOf(redis);
    await arrive("1");
    expect((await inbox.read("1", 0))[0]?.seq).toBeGreaterThanOrEqual(before);
  });

  it("counts on beside processes of a version that adds one to what was counted, whichever came before [O1]", async () => {
    await arrive("1");
    const theirs = await redis.incr(keys.seq);
    await arrive("1");
    const [first, second] = (await inbox.read("1", 0)).map(({ seq }) => seq);
    expect([Number(first) < theirs, theirs < Number(second)]).toEqual([true, true]);
    expect(await redis.incr(keys.seq)).toBeGreaterThan(Number(second));
  });

  it("takes what comes for a purchase that is set apart, and knows its newest number [A2] [S9]", async () => {
    await createSetApart({ redis, keys }).setApart("salesforce", "1");
    await arrive("1");
    expect([await inbox.newestNumber("1"), (await inbox.read("1", 0)).length]).toEqual([number(1), 1]);
  });

  it("knows which purchase a booking belongs to", async () => {
    await arrive("1");
    expect(await inbox.purchaseOfBooking("booking of 1")).toBe("1");
    expect(await inbox.purchaseOfBooking("unheard of")).toBeUndefined();
  });

  it("keeps an arrival until every CRM has settled it, then moves it to the history [A2]", async () => {
    await arrive("1", '{"n":1}');
    await inbox.settle("salesforce", "1", number(1));
    expect(await inbox.read("1", 0)).toHaveLength(1);
    expect(await inbox.history("1")).toEqual([]);
    await inbox.settle("hubspot", "1", number(1));
    expect(await inbox.read("1", 0)).toEqual([]);
    expect((await inbox.history("1")).map((arrival) => arrival.body)).toEqual(['{"n":1}']);
  });

  it("counts the newest arrival of a pass as applied, the older as superseded, and none of them twice [A2]", async () => {
    for (const n of [1, 2, 3]) await arrive("1", `{"n":${n}}`);
    await inbox.settle("salesforce", "1", number(3));
    await inbox.settle("salesforce", "1", number(3));
    expect(await redis.hgetall(keys.counts("salesforce"))).toEqual({ applied: "1", superseded: "2" });
    expect(await redis.hget(keys.received, "accepted")).toBe("3");
  });

  it("stays pending while an arrival came in during the pass [A4]", async () => {
    await arrive("1", '{"n":1}');
    await arrive("1", '{"n":2}');
    await inbox.settle("salesforce", "1", number(1));
    expect(await waiting("salesforce")).toEqual(["1"]);
    await inbox.settle("salesforce", "1", number(2));
    expect(await waiting("salesforce")).toEqual([]);
    expect(await waiting("hubspot")).toEqual(["1"]);
  });

  it("has a purchase pending since its oldest arrival, however often it is told of again [A4]", async () => {
    await arrive("1", '{"n":1}');
    const since = await redis.zscore(keys.pending("salesforce"), "1");
    await inbox.store({
      deliveryId: "later",
      purchaseId: "1",
      route: "updates",
      receivedAt: "2026-11-24T11:00:00.000Z",
      bookingIds: [],
      body: "{}",
    });
    expect(await redis.zscore(keys.pending("salesforce"), "1")).toBe(since);
  });

  it("takes nothing back when a pass settles late what a newer one has settled [A2]", async () => {
    for (const n of [1, 2]) await arrive("1", `{"n":${n}}`);
    await inbox.settle("salesforce", "1", number(2));
    expect(await inbox.settle("salesforce", "1", number(1))).toEqual({ arrivals: [], older: 0 });
    expect(await inbox.settledUpTo("salesforce", "1")).toBe(number(2));
  });

  it("keeps only the newest of the history, and that for the retention [R2]", async () => {
    for (const n of [1, 2, 3, 4]) {
      await arrive("1", `{"n":${n}}`);
      // The first three at once, and the last by itself.
      if (n >= 3) for (const crm of ["salesforce", "hubspot"]) await inbox.settle(crm, "1", number(n));
    }
    expect((await inbox.history("1")).map((arrival) => arrival.body)).toEqual(['{"n":3}', '{"n":4}']);
    expect(await redis.ttl(keys.history("1"))).toBeGreaterThan(29 * 86_400);
  });
});
