/** What was counted since the last flush, and how it is added to Redis. */

import type { ChainableCommander } from "ioredis";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { bucketKey, COARSE, FINE, MINUTE, startOf, totalKey } from "./buckets.ts";

/** By scope and field. */
type Counts = Map<string, Map<string, number>>;

export interface Tally {
  /** Counted per stretch of time and since ever. */
  readonly counts: Counts;
  /** Counted since ever only, to keep the stretches small. */
  readonly lasting: Counts;
  /** Counted per minute only, and soon forgotten. */
  readonly recent: Counts;
  /** By CRM: how many purchases wait. */
  readonly waiting: Map<string, number>;
  /** By CRM and window: the newest report of a limit, as JSON. */
  readonly limits: Map<string, Map<string, string>>;
}

const LIMITS_KEPT_SECONDS = 2 * DAY_SECONDS;

export function emptyTally(): Tally {
  return { counts: new Map(), lasting: new Map(), recent: new Map(), waiting: new Map(), limits: new Map() };
}

export function add(to: Counts, scope: string, field: string, by: number): void {
  const fields = to.get(scope) ?? new Map<string, number>();
  fields.set(field, (fields.get(field) ?? 0) + by);
  to.set(scope, fields);
}

/** Adds the commands to a pipeline. @param now milliseconds since the epoch, which decides on the stretch of time */
export function writeTally(pipeline: ChainableCommander, keys: Keys, tally: Tally, now: number): void {
  for (const resolution of [FINE, COARSE]) {
    const keyOf = (scope: string): string => bucketKey(keys, scope, resolution, startOf(resolution, now));
    increase(pipeline, tally.counts, keyOf);
    for (const [crm, count] of tally.waiting) {
      pipeline.hset(keyOf(crm), "waiting", count).expire(keyOf(crm), resolution.keptSeconds);
    }
    for (const scope of tally.counts.keys()) pipeline.expire(keyOf(scope), resolution.keptSeconds);
  }
  const minuteOf = (scope: string): string => bucketKey(keys, scope, MINUTE, startOf(MINUTE, now));
  increase(pipeline, tally.recent, minuteOf);
  for (const scope of tally.recent.keys()) pipeline.expire(minuteOf(scope), MINUTE.keptSeconds);
  for (const counts of [tally.counts, tally.lasting]) increase(pipeline, counts, (scope) => totalKey(keys, scope));
  for (const [crm, reports] of tally.limits) {
    pipeline.hset(keys.limits(crm), reports).expire(keys.limits(crm), LIMITS_KEPT_SECONDS);
  }
}

function increase(pipeline: ChainableCommander, counts: Counts, keyOf: (scope: string) => string): void {
  for (const [scope, fields] of counts) for (const [field, by] of fields) pipeline.hincrby(keyOf(scope), field, by);
}
