/** Which purchases each version of a mapping file wrote: a list of each, the newest of them where there are very many. */
import type { ChainableCommander } from "ioredis";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { PassEntry } from "./entries.ts";
import type { Page } from "./failed.ts";
import { type ListedPurchase, listed } from "./listed.ts";

const MOST = 20_000;

export interface WrittenBy {
  /** Adds the commands that list the purchase of a pass that wrote something. */
  add(pipeline: ChainableCommander, purchaseId: string, entry: PassEntry): void;
  count(crm: string, version: string): Promise<number>;
  /** By when it was written last, newest first. */
  purchases(crm: string, version: string, page: Page): Promise<readonly ListedPurchase[]>;
  erase(crm: string, versions: readonly string[], purchaseId: string): Promise<void>;
}

export function createWrittenBy(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): WrittenBy {
  const { redis, keys, retentionSeconds } = options;
  return {
    add(pipeline, purchaseId, { crm, at, mappings = [], records }) {
      if (records.every(({ action }) => action === "unchanged")) return;
      for (const version of mappings) {
        const key = keys.mappingWrote(crm, version);
        pipeline
          .zadd(key, Date.parse(at), purchaseId)
          .zremrangebyrank(key, 0, -MOST - 1)
          .expire(key, retentionSeconds);
      }
    },

    count: (crm, version) => redis.zcard(keys.mappingWrote(crm, version)),

    async purchases(crm, version, { offset, limit }) {
      const key = keys.mappingWrote(crm, version);
      return listed(await redis.zrange(key, offset, String(offset + limit - 1), "REV", "WITHSCORES"));
    },

    async erase(crm, versions, purchaseId) {
      for (const version of versions) await redis.zrem(keys.mappingWrote(crm, version), purchaseId);
    },
  };
}
