/**
 * The token of a session that all processes share, in Redis: sealed, and signed in for by one process at a time. Losing it
 * costs a sign-in and nothing else.
 */
import type { SharedTokens } from "../bookingbug/session.ts";
import type { RedisClient } from "../redis/client.ts";
import { digest, type Keys } from "../redis/keys.ts";
import { createLocks } from "../redis/locks.ts";
import { createSeal } from "./seal.ts";

interface SharedTokensDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  /** Whom it is with, and as whom: another one's token is another key. */
  readonly account: string;
  /** What tokens are sealed with: known by configuration, and kept nowhere. */
  readonly secret: string;
}

const LOCK_MS = 15_000;
/** As long as a sign-in that has to be tried again may take. */
const LOCK_WAIT_MS = 120_000;
/** A token whose end nobody said is looked at again by then at the latest. */
const DAY_MS = 86_400_000;

export function createSharedTokens({ redis, keys, account, secret }: SharedTokensDeps): SharedTokens {
  const locks = createLocks({ redis, keys, ttlMs: LOCK_MS, waitMs: LOCK_WAIT_MS });

  return (name) => {
    const key = keys.session(digest(`${account}\n${name}`));
    const seal = createSeal(secret, key);

    async function load(): Promise<string | undefined> {
      const sealed = await redis.get(key);
      return sealed === null ? undefined : seal.open(sealed);
    }

    return {
      load,
      renew: (refused, signIn) =>
        locks.withLocks([key], async () => {
          const there = await load();
          if (there !== undefined && there !== refused) return there;
          const { token, expiresInMs = DAY_MS } = await signIn();
          await redis.set(key, seal.close(token), "PX", Math.max(1, Math.floor(Math.min(expiresInMs, DAY_MS))));
          return token;
        }),
    };
  };
}
