/**
 * Finds purchases by what an operator knows of them. Key names hold digests only, members are purchase ids. Everything
 * is gone after the retention, and a word that thousands share keeps the newest of them.
 */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { NOW } from "../redis/now.ts";
import { pairsOf } from "../redis/pairs.ts";
import { withScripts } from "../redis/scripts.ts";
import { createKnownWords, knownWordsIn } from "./known-words.ts";
import { deliveryTrait, emailTrait, nameTraits, phoneTrait, recordTraits, type Trait, wordsOf } from "./traits.ts";

export interface SearchHit {
  readonly purchaseId: string;
  readonly by: "purchase" | "booking" | Trait["kind"];
}

interface Found {
  readonly hit: SearchHit;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Search {
  /** Makes a purchase findable. @param at ms since the epoch, newest first in results */
  index(purchaseId: string, traits: readonly Trait[], at: number): Promise<void>;
  /**
   * @param query a booking, purchase, delivery or CRM record id, a record's address in the CRM, an e-mail address, a telephone
   *   number, or words, case and accents aside: of a person's name in any order, the last of them perhaps its beginning, or the
   *   beginnings of words of a service's or company's name
   * @returns newest first, at most `limit`
   */
  find(query: string, limit: number): Promise<readonly SearchHit[]>;
  /** Makes a purchase unfindable; the words that only it had go with the next sweep. */
  forget(purchaseId: string): Promise<void>;
  /** Removes words that no purchase has any more. */
  sweep(): Promise<void>;
}

const MAX_PER_TRAIT = 20_000;
/** Deliveries that a purchase is found by: one that is posted every hour has thousands in a year. */
const MAX_DELIVERIES = 100;
/** With fewer traits than these a purchase has its deliveries among them, which spares most a list more in Redis. */
const FEW_TRAITS = 30;
/** Words that begin as the last one that was typed. */
const MAX_BEGINNINGS = 20;
/** Services and companies whose purchases are looked for. */
const MAX_TITLES = 10;

/**
 * Makes a purchase findable, as new as it is; of each trait what is old is dropped, and what is too much. Answers which deliveries of the
 * purchase are too many.
 *
 * KEYS: words, the purchase's traits, its deliveries, each trait, the deliveries last. ARGV: purchase id, ms since the epoch, retention
 * in s, most purchases of a trait, how many of the traits are deliveries, most deliveries of a purchase, of how many traits these are
 * few, then the words.
 */
const INDEX_SCRIPT = `${NOW}
local at = noLater(ARGV[2])
local oldest = tonumber(at) - tonumber(ARGV[3]) * 1000
for i = 4, #KEYS do
  redis.call('ZADD', KEYS[i], 'GT', at, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', oldest)
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -tonumber(ARGV[4]) - 1)
  redis.call('EXPIRE', KEYS[i], ARGV[3])
  if i <= #KEYS - tonumber(ARGV[5]) or redis.call('SCARD', KEYS[2]) < tonumber(ARGV[7]) then
    redis.call('SADD', KEYS[2], KEYS[i])
  else
    redis.call('ZADD', KEYS[3], 'GT', at, KEYS[i])
  end
end
for i = 8, #ARGV do redis.call('ZADD', KEYS[1], 0, ARGV[i]) end
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
return redis.call('ZRANGE', KEYS[3], 0, -tonumber(ARGV[6]) - 1)
`;

interface ScriptCommands {
  crmSyncIndex(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<string[]>;
}

export function createSearch(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): Search {
  const { keys, retentionSeconds } = options;
  const redis = withScripts<ScriptCommands>(options.redis, { crmSyncIndex: { lua: INDEX_SCRIPT } });
  const words = createKnownWords({ redis, keys });
  const keyOf = ({ kind, value }: Trait): string => keys.trait(kind, value);

  async function byId(id: string): Promise<SearchHit[]> {
    const [purchaseOfBooking, recent, kept] = await Promise.all([
      redis.get(keys.purchaseOfBooking(id)),
      redis.zscore(keys.recent, id),
      redis.exists(keys.inbox(id), keys.settled(id)),
    ]);
    const isKnown = recent !== null || kept > 0;
    const hits: SearchHit[] = isKnown ? [{ purchaseId: id, by: "purchase" }] : [];
    if (purchaseOfBooking !== null && !hits.some((hit) => hit.purchaseId === purchaseOfBooking)) {
      hits.push({ purchaseId: purchaseOfBooking, by: "booking" });
    }
    return hits;
  }

  /** What has all of the traits. */
  async function withAll(traits: readonly Trait[], limit: number): Promise<Found[]> {
    const [first] = traits;
    if (first === undefined) return [];
    const flat =
      traits.length === 1
        ? await redis.zrange(keyOf(first), 0, String(limit - 1), "REV", "WITHSCORES")
        : await redis.zinter(traits.length, traits.map(keyOf), "AGGREGATE", "MAX", "WITHSCORES");
    return pairsOf(flat).map(([purchaseId, score]) => ({ hit: { purchaseId, by: first.kind }, at: Number(score) }));
  }

  /** What has all traits of any of the sets, newest first. */
  async function byAny(sets: readonly (readonly Trait[])[], limit: number): Promise<SearchHit[]> {
    const found = (await Promise.all(sets.map((traits) => withAll(traits, limit)))).flat();
    const hits = found.toSorted((one, other) => other.at - one.at).map(({ hit }) => hit);
    return distinct(hits).slice(0, limit);
  }

  const each = (traits: readonly Trait[]): Trait[][] => traits.map((trait) => [trait]);

  /** Of an id of any kind; a number may be a booking's and a record's. */
  async function byIds(text: string, limit: number): Promise<SearchHit[]> {
    const known = await byId(text);
    const others = await byAny(each([...recordTraits(text), ...deliveryTrait(text)]), limit);
    return distinct([...known, ...others]).slice(0, limit);
  }

  async function byWords(text: string, limit: number): Promise<SearchHit[]> {
    const typed = nameTraits(text);
    const whole = await byAny([typed], limit);
    const named = whole.length > 0 ? whole : await byBeginning(typed, limit);
    const titles = (await words.titled(wordsOf(text))).slice(0, MAX_TITLES);
    return distinct([...named, ...(await byAny(each(titles), limit))]).slice(0, limit);
  }

  /** As it is typed: the last word is not at its end. */
  async function byBeginning(typed: readonly Trait[], limit: number): Promise<SearchHit[]> {
    const [last, ...others] = typed.toReversed();
    if (last === undefined) return [];
    const meant = await words.beginning("name", last.value, MAX_BEGINNINGS);
    return await byAny(
      meant.map((one) => [one, ...others]),
      limit,
    );
  }

  return {
    async index(purchaseId, traits, at) {
      if (traits.length === 0) return;
      const deliveries = traits.filter(({ kind }) => kind === "delivery");
      const inOrder = [...traits.filter(({ kind }) => kind !== "delivery"), ...deliveries].map(keyOf);
      const names = [keys.words, keys.traitsOf(purchaseId), keys.deliveriesOf(purchaseId), ...inOrder];
      const how = [purchaseId, at, retentionSeconds, MAX_PER_TRAIT, deliveries.length, MAX_DELIVERIES, FEW_TRAITS];
      const surplus = await redis.crmSyncIndex(names.length, ...names, ...how, ...knownWordsIn(traits));
      if (surplus.length === 0) return;
      await Promise.all(surplus.map((key) => redis.zrem(key, purchaseId)));
      // After it: what names the purchase is known until it no longer does.
      await redis.zrem(keys.deliveriesOf(purchaseId), ...surplus);
    },

    async find(query, limit) {
      const text = query.trim();
      if (text === "") return [];
      if (text.includes("://")) return await byAny(each(recordTraits(text)), limit);
      if (text.includes("@")) return await byAny([emailTrait(text)], limit);
      const ids = /\s/.test(text) ? [] : await byIds(text, limit);
      if (ids.length > 0) return ids;
      const called = await byAny([phoneTrait(text)], limit);
      return called.length > 0 ? called : await byWords(text, limit);
    },

    sweep: words.sweep,

    async forget(purchaseId) {
      const pipeline = redis.pipeline();
      for (const key of await traitKeysOf(redis, keys, purchaseId)) pipeline.zrem(key, purchaseId);
      await pipeline.del(keys.traitsOf(purchaseId), keys.deliveriesOf(purchaseId)).exec();
    },
  };
}

/** The keys of all traits that a purchase is found by. */
export async function traitKeysOf(redis: RedisClient, keys: Keys, purchaseId: string): Promise<readonly string[]> {
  const [traits, deliveries] = await Promise.all([
    redis.smembers(keys.traitsOf(purchaseId)),
    redis.zrange(keys.deliveriesOf(purchaseId), 0, "-1"),
  ]);
  return [...traits, ...deliveries];
}

function distinct(hits: readonly SearchHit[]): SearchHit[] {
  return [...new Map(hits.toReversed().map((hit) => [hit.purchaseId, hit])).values()].toReversed();
}
