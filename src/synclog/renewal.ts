/**
 * Keeps purchases that wait, failed or are held among those that are found. Lists that many purchases share drop what is old;
 * these are counted as new enough to stay for another while, and no newer, so that they keep their place behind what is.
 */
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { memberPages } from "../redis/members.ts";
import { traitKeysOf } from "./search.ts";

/** Longer than from one renewal to the next, and than most outages of the service. */
const MARGIN_SECONDS = DAY_SECONDS;

export async function renew(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly retentionSeconds: number;
}): Promise<void> {
  const { redis, keys, crm } = options;
  for (const list of [keys.pending(crm), keys.failedByTime(crm)]) {
    for await (const page of memberPages(redis, list)) {
      await Promise.all(page.map((purchaseId) => renewOne(options, purchaseId)));
    }
  }
}

async function renewOne(
  { redis, keys, retentionSeconds }: Parameters<typeof renew>[0],
  purchaseId: string,
): Promise<void> {
  const at = Date.now() - Math.max(0, retentionSeconds - MARGIN_SECONDS) * 1000;
  const [traits] = await Promise.all([
    traitKeysOf(redis, keys, purchaseId),
    redis.zadd(keys.recent, "GT", at, purchaseId),
    redis.expire(keys.traitsOf(purchaseId), retentionSeconds),
    redis.expire(keys.deliveriesOf(purchaseId), retentionSeconds),
  ]);
  await Promise.all(
    traits.flatMap((trait) => [redis.zadd(trait, "GT", at, purchaseId), redis.expire(trait, retentionSeconds)]),
  );
}
