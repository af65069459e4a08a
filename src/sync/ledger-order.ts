/** The purchases of a CRM's ledger by when their last appointment ends, as long as that is not long past. */
import type { PurchaseState } from "../booking/types.ts";
import type { RedisClient } from "../redis/client.ts";
import { type Place, readOn } from "../redis/in-order.ts";
import type { Keys } from "../redis/keys.ts";

export interface LedgerOrder {
  /** Says that the ledger has something of the purchase. */
  noteEnd(purchaseId: string, state: PurchaseState | undefined): Promise<void>;
  /** Those whose last appointment ends soonest first, on from the last one that was read; what is long past is left out. */
  soonest(after: Place | undefined, limit: number): Promise<readonly Place[]>;
  /** About how many those are. */
  left(after: Place | undefined): Promise<number>;
}

const WEEK_MS = 7 * 86_400_000;

export function createLedgerOrder(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
}): LedgerOrder {
  const { redis } = options;
  const key = options.keys.ledgerByEnd(options.crm);
  const longPast = (): number => Date.now() - WEEK_MS;

  return {
    async noteEnd(purchaseId, state) {
      await Promise.all([redis.zadd(key, endsAt(state), purchaseId), redis.zremrangebyscore(key, "-inf", longPast())]);
    },

    soonest: (after, limit) => readOn(redis, key, { after, from: longPast(), to: Number.MAX_SAFE_INTEGER, limit }),

    left: (after) => redis.zcount(key, after?.at ?? longPast(), "+inf"),
  };
}

/** When the last appointment ends; now where there is none, since there are people. */
export function endsAt(state: PurchaseState | undefined): number {
  const ends = Object.values(state?.bookings ?? {}).map(({ end }) => Date.parse(end));
  const last = Math.max(...ends.filter((end) => !Number.isNaN(end)));
  return Number.isFinite(last) ? last : Date.now();
}
