/** Which purchases are for a person, as far as mappings ask: their numbers alone, each for as long as its ledger is kept. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { NEXT_NUMBER } from "../redis/next-number.ts";
import { withScripts } from "../redis/scripts.ts";

export interface PeopleLedger {
  /**
   * Says that a purchase is for these people.
   *
   * @returns the number of the look at their bookings that begins now: whatever is read from here on is at least as new
   */
  isFor(purchaseId: string, people: readonly string[], ttlSeconds: number): Promise<number>;
  /** The purchase is for somebody else now. */
  isForNoLonger(purchaseId: string, person: string): Promise<void>;
  /** Those with the latest appointments first. */
  purchasesOf(person: string): Promise<string[]>;
}

/** Somebody who books for a walk-in counter has thousands. */
const MOST_PURCHASES = 100;

/** KEYS: the people's purchases, then the counter of looks. ARGV: the purchase, now in seconds, seconds to keep it. */
const FOR_SCRIPT = `${NEXT_NUMBER}
local now, ttl = tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 1, #KEYS - 1 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + ttl, ARGV[1])
  if redis.call('TTL', KEYS[i]) < ttl then redis.call('EXPIRE', KEYS[i], ttl) end
end
return nextNumber(#KEYS, 0)
`;

interface Commands {
  crmSyncIsFor(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<number>;
}

export function createPeopleLedger(options: { readonly redis: RedisClient; readonly keys: Keys }): PeopleLedger {
  const { keys } = options;
  const redis = withScripts<Commands>(options.redis, { crmSyncIsFor: { lua: FOR_SCRIPT } });
  const now = (): number => Math.floor(Date.now() / 1000);

  return {
    async isFor(purchaseId, people, ttlSeconds) {
      const names = [...people.map(keys.purchasesOf), keys.looks];
      return await redis.crmSyncIsFor(names.length, ...names, purchaseId, now(), ttlSeconds);
    },

    async isForNoLonger(purchaseId, person) {
      await redis.zrem(keys.purchasesOf(person), purchaseId);
    },

    async purchasesOf(person) {
      return await redis.zrange(
        keys.purchasesOf(person),
        "+inf",
        String(now()),
        "BYSCORE",
        "REV",
        "LIMIT",
        0,
        MOST_PURCHASES,
      );
    },
  };
}
