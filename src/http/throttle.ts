/**
 * Counts failed sign-ins by network and name, in Redis for all processes together: whoever guesses at a name from one place
 * keeps nobody out who comes from another. While Redis is away each process counts for itself, so that an outage is not an
 * open door.
 */
import ipaddr from "ipaddr.js";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { RedisClient } from "../redis/client.ts";
import { digest, type Keys } from "../redis/keys.ts";

/** Who tries to sign in, and from where. */
export interface Attempt {
  readonly address: string;
  readonly username: string;
}

export interface Throttle {
  /** For the right password. @returns seconds to wait all the same; 0 when they may enter */
  passed(attempt: Attempt): Promise<number>;
  /** For a wrong one, which it notes. */
  failed(attempt: Attempt): Promise<Refusal>;
}

export interface Refusal {
  /** To wait from now on; 0 when there is another try. */
  readonly seconds: number;
  /** Whether it is this one that begins the wait. */
  readonly begins: boolean;
}

const FAILURES = 10;
const WINDOW_SECONDS = 15 * 60;
/** One customer of an IPv6 provider holds a /64 at least, and may change the rest at will. */
const IPV6_NETWORK_GROUPS = 4;

/** @param door what is signed in to; each counts for itself */
export function createThrottle(redis: RedisClient, keys: Keys, door: "sign-in" | "token"): Throttle {
  const limits = { points: FAILURES, duration: WINDOW_SECONDS, blockDuration: WINDOW_SECONDS };
  const limiter = new RateLimiterRedis({
    ...limits,
    storeClient: redis,
    keyPrefix: `${keys.prefix}:${door}`,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(limits),
  });

  // Each is one step in Redis after the password was looked at, so that of guesses at one moment as many count as of guesses
  // one after the other.
  return {
    async passed(attempt) {
      const tried = await limiter.get(keyOf(attempt));
      return tried !== null && tried.consumedPoints > FAILURES ? secondsOf(tried) : 0;
    },

    async failed(attempt) {
      try {
        await limiter.consume(keyOf(attempt));
        return { seconds: 0, begins: false };
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) {
          return { seconds: secondsOf(refusal), begins: refusal.consumedPoints === FAILURES + 1 };
        }
        throw refusal;
      }
    },
  };
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

function keyOf({ address, username }: Attempt): string {
  return digest(`${networkOf(address)} ${username}`);
}

function networkOf(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, IPV6_NETWORK_GROUPS).join(":") : address.toString();
}
