/** Looks into the quarantine without reading all of it. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { parseQuarantined, type QuarantinedDelivery } from "./inbox.ts";

export interface Quarantine {
  count(): Promise<number>;
  /** Newest first. */
  page(page: { readonly offset: number; readonly limit: number }): Promise<readonly QuarantinedDelivery[]>;
  find(deliveryId: string): Promise<QuarantinedDelivery | undefined>;
}

export function createQuarantine(redis: RedisClient, keys: Keys): Quarantine {
  return {
    count: () => redis.zcard(keys.quarantineByTime),

    async page({ offset, limit }) {
      const ids = await redis.zrange(keys.quarantineByTime, offset, String(offset + limit - 1), "REV");
      if (ids.length === 0) return [];
      const entries = await redis.hmget(keys.quarantine, ...ids);
      return entries.filter((entry) => entry !== null).map(parseQuarantined);
    },

    async find(deliveryId) {
      const entry = await redis.hget(keys.quarantine, deliveryId);
      return entry === null ? undefined : parseQuarantined(entry);
    },
  };
}
