/**
 * Keeps purchases that wait, failed or are held among those that are found. Lists that many purchases share drop what is old;
 * these are counted as new enough to stay for another while, and no newer, so that they keep their place behind what is.
 */
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { membersOf } from "../redis/members.ts";

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
    for await (const purchaseId of membersOf(redis, list)) await renewOne(options, purchaseId);
  }
}

async function renewOne(
  { redis, keys, retentionSeconds }: Parameters<typeof renew>[0],
  purchaseId: string,
): Promise<void> {
  const own = keys.traitsOf(purchaseId);
  const at = Date.now() - Math.max(0, retentionSeconds - MARGIN_SECONDS) * 1000;
  const pipeline = redis.pipeline().zadd(keys.recent, "GT", at, purchaseId).expire(own, retentionSeconds);
  for (const trait of await redis.smembers(own)) {
    pipeline.zadd(trait, "GT", at, purchaseId).expire(trait, retentionSeconds);
  }
  await pipeline.exec();
}
