/**
 * Finds purchases by what an operator knows of them. Key names hold digests only, members are purchase ids. Everything
 * is gone after the retention, and a word that thousands share keeps the newest of them.
 */
import type { ChainableCommander } from "ioredis";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

/** What a purchase can be found by, beside its ids. */
export interface Trait {
  readonly kind: "email" | "name";
  /** Normalised by `emailTrait` and `nameTraits`. */
  readonly value: string;
}

export interface SearchHit {
  readonly purchaseId: string;
  readonly by: "purchase" | "booking" | Trait["kind"];
}

export interface Search {
  /** Adds the commands that make a purchase findable to a pipeline. @param at ms since the epoch, newest first in results */
  index(pipeline: ChainableCommander, purchaseId: string, traits: readonly Trait[], at: number): void;
  /**
   * @param query a booking id, a purchase id, an e-mail address, or words of a name in any order, case and accents aside
   * @returns newest first, at most `limit`
   */
  find(query: string, limit: number): Promise<readonly SearchHit[]>;
  /** Makes a purchase unfindable. */
  forget(purchaseId: string): Promise<void>;
}

const MAX_PER_TRAIT = 20_000;
/** Characters of a name, and words: each word is a key of its own. */
const MAX_NAME = 500;
const MAX_WORDS = 50;

export function createSearch(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): Search {
  const { redis, keys, retentionSeconds } = options;
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

  async function byTraits(traits: readonly Trait[], limit: number): Promise<SearchHit[]> {
    const [first] = traits;
    if (first === undefined) return [];
    const ids =
      traits.length === 1
        ? await redis.zrange(keyOf(first), 0, String(limit - 1), "REV")
        : (await redis.zinter(traits.length, traits.map(keyOf), "AGGREGATE", "MAX")).toReversed().slice(0, limit);
    return ids.map((purchaseId) => ({ purchaseId, by: first.kind }));
  }

  return {
    index(pipeline, purchaseId, traits, at) {
      if (traits.length === 0) return;
      for (const key of traits.map(keyOf)) {
        pipeline
          .zadd(key, "GT", at, purchaseId)
          .zremrangebyscore(key, "-inf", at - retentionSeconds * 1000)
          .zremrangebyrank(key, 0, -MAX_PER_TRAIT - 1)
          .expire(key, retentionSeconds);
      }
      const own = keys.traitsOf(purchaseId);
      pipeline.sadd(own, ...traits.map(keyOf)).expire(own, retentionSeconds);
    },

    async find(query, limit) {
      const text = query.trim();
      if (text === "") return [];
      if (text.includes("@")) return await byTraits(emailTrait(text), limit);
      const hits = /\s/.test(text) ? [] : await byId(text);
      return hits.length > 0 ? hits : await byTraits(nameTraits(text), limit);
    },

    async forget(purchaseId) {
      const own = keys.traitsOf(purchaseId);
      const pipeline = redis.pipeline();
      for (const key of await redis.smembers(own)) pipeline.zrem(key, purchaseId);
      await pipeline.del(own).exec();
    },
  };
}

export function emailTrait(email: string): Trait[] {
  const value = email.trim().toLowerCase();
  return value === "" ? [] : [{ kind: "email", value }];
}

/** The words of a name: "José-Maria O'Brien" is found as jose, maria and o'brien. */
export function nameTraits(name: string): Trait[] {
  const plain = name.slice(0, MAX_NAME).normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘`]/g, "'").toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}']+/u).filter((word) => word.replaceAll("'", "") !== "");
  return [...new Set(words)].slice(0, MAX_WORDS).map((value) => ({ kind: "name", value }));
}
