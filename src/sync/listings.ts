/** Which purchases list a booking, and whose write to its records was the last. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { pairsOf } from "../redis/pairs.ts";
import { withScripts } from "../redis/scripts.ts";

export interface Listing {
  /** The other purchases that list the booking. */
  readonly others: readonly string[];
  /** Names the pass that wrote last to the booking's records in the CRM; undefined when none is known to have. */
  readonly turn: string | undefined;
}

/** By booking. */
export type Listings = ReadonlyMap<string, Listing>;

export interface ListingLedger {
  /** Says that a purchase lists bookings. @returns what is known of them, including what other purchases said before */
  list(purchaseId: string, bookingIds: readonly string[], ttlSeconds: number): Promise<Listings>;
  /** The same, without saying anything. */
  listings(purchaseId: string, bookingIds: readonly string[]): Promise<Listings>;
  /** Takes the turn to write to a booking's records. @returns false when it is not `seen` any more: somebody wrote since */
  takeTurn(bookingId: string, seen: string | undefined, turn: string): Promise<boolean>;
}

/** KEYS: listings. ARGV: the purchase's field, seconds to keep it at least. */
const LIST_SCRIPT = `
local found = {}
for i = 1, #KEYS do
  redis.call('HSET', KEYS[i], ARGV[1], '1')
  if redis.call('TTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[i], ARGV[2]) end
  found[i] = redis.call('HGETALL', KEYS[i])
end
return found
`;

/** KEYS: listing. ARGV: the CRM's field, the turn that was seen or nothing, the new one. */
const TURN_SCRIPT = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

interface Commands {
  crmSyncList(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<string[][]>;
  crmSyncTakeTurn(listing: string, field: string, seen: string, turn: string): Promise<number>;
}

const PURCHASE = "purchase ";

/** The field of a listing that a purchase has. */
export function listedBy(purchaseId: string): string {
  return PURCHASE + purchaseId;
}

export function createListings(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
}): ListingLedger {
  const { keys } = options;
  const redis = withScripts<Commands>(options.redis, {
    crmSyncList: { lua: LIST_SCRIPT },
    crmSyncTakeTurn: { lua: TURN_SCRIPT, numberOfKeys: 1 },
  });
  const turnField = `turn ${options.crm}`;

  function read(purchaseId: string, fields: ReadonlyMap<string, string>): Listing {
    const listing = [...fields.keys()].filter((field) => field.startsWith(PURCHASE));
    const others = listing.map((field) => field.slice(PURCHASE.length)).filter((other) => other !== purchaseId);
    return { others: others.toSorted(), turn: fields.get(turnField) };
  }

  return {
    async list(purchaseId, bookingIds, ttlSeconds) {
      if (bookingIds.length === 0) return new Map();
      const names = bookingIds.map(keys.listing);
      const found = await redis.crmSyncList(names.length, ...names, listedBy(purchaseId), ttlSeconds);
      return new Map(bookingIds.map((id, index) => [id, read(purchaseId, new Map(pairsOf(found[index] ?? [])))]));
    },

    async listings(purchaseId, bookingIds) {
      const found = await Promise.all(bookingIds.map((id) => redis.hgetall(keys.listing(id))));
      return new Map(
        bookingIds.map((id, index) => [id, read(purchaseId, new Map(Object.entries(found[index] ?? {})))]),
      );
    },

    async takeTurn(bookingId, seen, turn) {
      return (await redis.crmSyncTakeTurn(keys.listing(bookingId), turnField, seen ?? "", turn)) === 1;
    },
  };
}
