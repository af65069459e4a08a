/** A sorted set read on from where somebody was, in the order of scores, and of members where those are the same. */
import type { RedisClient } from "./client.ts";
import { pairsOf } from "./pairs.ts";

/** The last one that was read. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

export interface Stretch {
  readonly after: Place | undefined;
  /** Scores: the first and the last that count. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** @returns at most `limit`; none once all were read */
export async function readOn(redis: RedisClient, key: string, stretch: Stretch): Promise<Place[]> {
  const { after, from, to, limit } = stretch;
  const found: Place[] = [];
  // Of many with one score, those that were read come again first.
  for (let offset = 0; found.length < limit; offset += limit) {
    const flat = await redis.zrangebyscore(key, after?.at ?? from, to, "WITHSCORES", "LIMIT", offset, limit);
    const places = pairsOf(flat).map(([id, score]) => ({ id, at: Number(score) }));
    found.push(...places.filter((place) => after === undefined || isAfter(place, after)));
    if (flat.length < limit * 2) break;
  }
  return found.slice(0, limit);
}

export function isAfter(one: Place, other: Place): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}
