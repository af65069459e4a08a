/**
 * The token of a session that all processes share, in Redis: sealed, and signed in for by one process at a time. Losing it
 * costs a sign-in and nothing else.
 */
import { BookingBugUnauthorisedError } from "../bookingbug/errors.ts";
import type { SharedTokens } from "../bookingbug/session.ts";
import type { SignedIn } from "../bookingbug/sign-in.ts";
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
  /** For so long nobody tries what was refused; five minutes when absent. */
  readonly refusedMs?: number;
}

const LOCK_MS = 15_000;
/** As long as a sign-in that has to be tried again may take. */
const LOCK_WAIT_MS = 120_000;
/** A token whose end nobody said is looked at again by then at the latest. */
const DAY_MS = 86_400_000;

/** An account that somebody tries over and over is locked, for its owner too. */
const REFUSED_MS = 5 * 60_000;

export function createSharedTokens(deps: SharedTokensDeps): SharedTokens {
  const { redis, keys, account, secret, refusedMs = REFUSED_MS } = deps;
  const locks = createLocks({ redis, keys, ttlMs: LOCK_MS, waitMs: LOCK_WAIT_MS });

  return (name) => {
    const of = digest(`${account}\n${name}`);
    const key = keys.session(of);
    // Another secret does not open it: settings that were changed are tried at once.
    const refusedKey = keys.refusedSession(digest(account));
    const seal = createSeal(secret, key);
    const refusals = createSeal(secret, refusedKey);

    async function load(): Promise<string | undefined> {
      const sealed = await redis.get(key);
      return sealed === null ? undefined : seal.open(sealed);
    }

    async function unlessRefused(signIn: () => Promise<SignedIn>): Promise<SignedIn> {
      const sealed = await redis.get(refusedKey);
      const until = sealed === null ? undefined : refusals.open(sealed);
      if (until !== undefined) throw stillRefused(until);
      try {
        return await signIn();
      } catch (error) {
        if (!(error instanceof BookingBugUnauthorisedError)) throw error;
        const { message, status } = error;
        const retryAt = new Date(Date.now() + refusedMs);
        await redis.set(refusedKey, refusals.close(retryAt.toISOString()), "PX", refusedMs);
        throw new BookingBugUnauthorisedError(message, { status, cause: error, retryAt });
      }
    }

    return {
      load,
      renew: (refused, signIn) =>
        // Those of other companies sign in as the same administrator.
        locks.withLocks([key, refusedKey], async () => {
          const there = await load();
          if (there !== undefined && there !== refused) return there;
          const { token, expiresInMs = DAY_MS } = await unlessRefused(signIn);
          await redis.set(key, seal.close(token), "PX", Math.max(1, Math.floor(Math.min(expiresInMs, DAY_MS))));
          return token;
        }),
    };
  };
}

function stillRefused(until: string): BookingBugUnauthorisedError {
  const next =
    "so that no account is locked, nobody tries again before then, or until the BOOKINGBUG_API settings are changed. " +
    "See that what it signs in with is right: user, password, client, application.";
  const message = `BookingBug refused to sign us in. It is asked again at ${until}: ${next}`;
  return new BookingBugUnauthorisedError(message, { retryAt: new Date(until) });
}
