/** A process whose clock is days ahead of the others': what it stores ages nothing of theirs, and is no newer than the moment. */
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { Redis } from "ioredis";
import { createInbox, type Inbox } from "../../src/inbox/inbox.ts";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { createKeys } from "../../src/redis/keys.ts";
import { createSearch } from "../../src/synclog/search.ts";
import { nameTraits } from "../../src/synclog/traits.ts";
import { useRedis } from "../support/use-redis.ts";

const keys = createKeys("{clock-test}");
const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
const client = useRedis();
let redis: Redis;
let inbox: Inbox;

beforeEach(async () => {
  redis = client();
  await redis.flushall();
  inbox = createInbox({ redis, keys, crms: ["hubspot"], retentionDays: RETENTION_DAYS });
});

afterEach(() => {
  jest.restoreAllMocks();
});

const inDays = (days: number): number => Date.now() + days * DAY_MS;

async function arrive(purchaseId: string, at: number): Promise<void> {
  const receivedAt = new Date(at).toISOString();
  await inbox.store({ deliveryId: purchaseId, purchaseId, route: "bookings", receivedAt, bookingIds: [], body: "{}" });
}

const unread = { route: "updates", reason: "not_json", problems: [], contentType: undefined } as const;

describe("a web process whose clock is ahead by more than the retention", () => {
  it("takes no purchase out of the list of those that arrived, and is in it at its place [R2]", async () => {
    await arrive("1", inDays(-20));
    await arrive("ahead", inDays(40));
    await arrive("2", inDays(0));
    expect((await redis.zrange(keys.recent, 0, "-1")).toSorted()).toEqual(["1", "2", "ahead"]);
    expect(await inbox.arrivedBetween(inDays(1), inDays(1_000))).toBe(0);
  });

  it("has its purchases wait since they came, so that the sweeper and the alerts see them [A4]", async () => {
    await arrive("ahead", inDays(40));
    expect(Date.parse((await inbox.pendingSince("hubspot", "ahead")) ?? "") - Date.now()).toBeLessThan(1_000);
    expect(await inbox.pending("hubspot", -1_000, { after: undefined, limit: 10 })).toMatchObject([{ id: "ahead" }]);
  });

  it("takes nothing out of the quarantine [A6]", async () => {
    const quarantine = createQuarantine({ redis, keys, retentionDays: RETENTION_DAYS });
    for (const [deliveryId, days] of [["1", -20] as const, ["ahead", 40] as const]) {
      const receivedAt = new Date(inDays(days)).toISOString();
      await quarantine.put({ ...unread, deliveryId, receivedAt, body: Buffer.from("x") });
    }
    expect(await quarantine.count()).toBe(2);
    expect(Number(await redis.zscore(keys.quarantineByTime, "ahead"))).toBeLessThan(inDays(1));
    jest.spyOn(Date, "now").mockReturnValue(inDays(40));
    await quarantine.age();
    expect(await quarantine.count()).toBe(2);
  });

  it("makes no other purchase unfindable [R2]", async () => {
    const search = createSearch({ redis, keys, retentionSeconds: RETENTION_DAYS * 86_400 });
    await search.index("1", nameTraits("Ada"), inDays(-20));
    await search.index("ahead", nameTraits("Ada"), inDays(40));
    expect((await search.find("Ada", 10)).map(({ purchaseId }) => purchaseId)).toEqual(["ahead", "1"]);
  });
});
