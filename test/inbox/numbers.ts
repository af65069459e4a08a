/** Numbers of arrivals are no lower than the clock: these begin where no clock is yet, so that a test can name them. */
import type { Redis } from "ioredis";
import type { Keys } from "../../src/redis/keys.ts";

const BEFORE = 9_000_000_000_000;

/** The number that the nth arrival has. */
export const number = (nth: number): number => BEFORE + nth;

export async function countFromOne(redis: Redis, keys: Keys): Promise<void> {
  await redis.set(keys.seq, BEFORE);
}

/** Redis' own, in ms: below it no number is given, so none that was given before. */
export async function clockOf(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
