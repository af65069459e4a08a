/** Which purchases each version of a mapping file wrote: a list of each, the newest of them where there are very many. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import type { PassEntry } from "./entries.ts";
import type { Page } from "./failed.ts";
import { type ListedPurchase, listed } from "./listed.ts";

const MOST = 20_000;

export interface WrittenBy {
  /** Lists the purchase of a pass that wrote something. */
  add(purchaseId: string, entry: PassEntry): Promise<void>;
  count(crm: string, version: string): Promise<number>;
  /** By when it was written last, newest first. */
  purchases(crm: string, version: string, page: Page): Promise<readonly ListedPurchase[]>;
  erase(crm: string, versions: readonly string[], purchaseId: string): Promise<void>;
}

/** KEYS: the list. ARGV: ms since the epoch, purchase id, how many the list holds, retention in s. */
const ADD_SCRIPT = `
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[3]) - 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
`;

interface ScriptCommands {
  crmSyncWrittenBy(list: string, ...how: (string | number)[]): Promise<unknown>;
}

export function createWrittenBy(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): WrittenBy {
  const { keys, retentionSeconds } = options;
  const redis = withScripts<ScriptCommands>(options.redis, { crmSyncWrittenBy: { lua: ADD_SCRIPT, numberOfKeys: 1 } });
  return {
    async add(purchaseId, { crm, at, mappings = [], records }) {
      if (records.every(({ action }) => action === "unchanged")) return;
      await Promise.all(
        mappings.map((version) =>
          redis.crmSyncWrittenBy(keys.mappingWrote(crm, version), Date.parse(at), purchaseId, MOST, retentionSeconds),
        ),
      );
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
