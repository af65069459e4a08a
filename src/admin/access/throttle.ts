/**
 * Counts failed sign-ins by address, in Redis for all processes together. While Redis is away each process counts for
 * itself, so that an outage is not an open door.
 */
import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { RedisClient } from "../../redis/client.ts";
import { digest, type Keys } from "../../redis/keys.ts";

export interface Throttle {
  /** @returns seconds that the address has to wait; 0 when it may try */
  waitOf(address: string): Promise<number>;
  /** Notes a failed try. @returns seconds that the address has to wait from now on */
  failed(address: string): Promise<number>;
}

const FAILURES = 10;
const WINDOW_SECONDS = 15 * 60;

export function createThrottle(redis: RedisClient, keys: Keys): Throttle {
  const limits = { points: FAILURES, duration: WINDOW_SECONDS, blockDuration: WINDOW_SECONDS };
  const limiter = new RateLimiterRedis({
    ...limits,
    storeClient: redis,
    keyPrefix: `${keys.prefix}:sign-in`,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limits),
  });

  return {
    async waitOf(address) {
      const tried = await limiter.get(placeOf(address));
      return tried !== null && tried.consumedPoints > FAILURES ? secondsOf(tried) : 0;
    },

    async failed(address) {
      try {
        await limiter.consume(placeOf(address));
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return secondsOf(refusal);
        throw refusal;
      }
    },
  };
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

/** One customer of an IPv6 provider holds a /64 at least, and may change the rest at will. */
function placeOf(address: string): string {
  const network =
    isIPv6(address) && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
  return digest(network);
}
