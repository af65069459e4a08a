/**
 * Mutual exclusion across workers, in Redis, for the two things that must not run twice at once: a pass over one
 * purchase, and the decision whether a person already exists in the CRM. A lock that its holder cannot renew (crash,
 * stall) falls free after `ttlMs`; the CRM's unique external ids are the second line of defence then.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "ioredis";
import type { RedisClient } from "./client.ts";
import { createDeleteIfHolds } from "./delete-if-holds.ts";
import type { Keys } from "./keys.ts";
import { withScripts } from "./scripts.ts";

/** A lock we hold. Whoever stores something under its protection can ask Redis whether `key` still holds `token`. */
export interface Lock {
  readonly key: string;
  readonly token: string;
  /** @returns false when it fell free before: we were too slow to renew it, and somebody else may have held it since */
  release(): Promise<boolean>;
}

export interface Locks {
  /** What is asked right after a lock, without waiting for it, is answered after it. A Cluster's nodes promise no order. */
  readonly areInOrder: boolean;
  /** Takes one lock now, or answers undefined when somebody holds it. */
  tryTake(name: string): Promise<Lock | undefined>;
  /** Milliseconds until the lock falls free unless it is renewed; undefined when nobody holds it. */
  remainingMs(name: string): Promise<number | undefined>;
  /**
   * Takes all the locks, runs the work, releases them.
   *
   * @param onLost runs after the work when one of them fell free before; what it throws is what the caller gets
   * @throws LockTimeoutError when it takes longer than `waitMs`
   */
  withLocks<T>(
    names: readonly string[],
    work: (locks: readonly Lock[]) => Promise<T>,
    onLost?: () => Promise<void>,
  ): Promise<T>;
}

/** Somebody else held a lock for too long; trying the whole pass again is safe. */
export class LockTimeoutError extends Error {
  readonly kind = "lock_timeout";
  readonly retry = true;
  override readonly name = "LockTimeoutError";
}

/** We held the lock and lost it while we worked: another pass may be ahead of us. Trying the whole pass again is safe. */
export class LockLostError extends Error {
  readonly kind = "lock_lost";
  readonly retry = true;
  override readonly name = "LockLostError";
}

/**
 * Takes all or none, so that two takers of overlapping locks cannot wait for each other.
 *
 * KEYS: the locks. ARGV: token, milliseconds until they fall free.
 */
const TAKE_SCRIPT = `
for i = 1, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 0 end
end
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end
return 1
`;

const RENEW_SCRIPT = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;

interface LockCommands {
  crmSyncTake(numberOfKeys: number, ...keysAndArgs: (string | number)[]): Promise<number>;
  crmSyncRenew(key: string, token: string, ttlMs: number): Promise<number>;
}

export function createLocks(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly ttlMs: number;
  readonly waitMs: number;
}): Locks {
  const { keys, ttlMs, waitMs } = options;
  const redis = withScripts<LockCommands>(options.redis, {
    crmSyncTake: { lua: TAKE_SCRIPT },
    crmSyncRenew: { numberOfKeys: 1, lua: RENEW_SCRIPT },
  });
  const deleteIfHolds = createDeleteIfHolds(options.redis);
  const queues = new Map<string, Promise<unknown>>();

  async function tryTake(name: string): Promise<Lock | undefined> {
    return (await tryTakeAll([name]))?.[0];
  }

  async function tryTakeAll(names: readonly string[]): Promise<readonly Lock[] | undefined> {
    const token = randomUUID();
    const all = names.map((name) => keys.lock(name));
    if ((await redis.crmSyncTake(all.length, ...all, token, ttlMs)) === 0) return undefined;
    return all.map((key) => held(key, token));
  }

  function held(key: string, token: string): Lock {
    const renewal = setInterval(() => {
      // A renewal that fails is not an error: the lock then falls free, as it would after a crash.
      redis.crmSyncRenew(key, token, ttlMs).catch(() => {});
    }, ttlMs / 3);
    return {
      key,
      token,
      async release() {
        clearInterval(renewal);
        return await deleteIfHolds(key, token);
      },
    };
  }

  async function takeAll(names: readonly string[], deadline: number): Promise<readonly Lock[]> {
    for (;;) {
      const locks = await tryTakeAll(names);
      if (locks !== undefined) return locks;
      if (Date.now() > deadline) {
        throw new LockTimeoutError(`Another worker held the lock on ${names.join(" or ")} for too long.`);
      }
      await sleep(10 + Math.random() * 30);
    }
  }

  /** Within one process callers queue in memory, so that they do not poll Redis against each other. */
  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (queues.get(name) ?? Promise.resolve()).then(work, work);
    queues.set(name, turn);
    const forget = (): void => {
      if (queues.get(name) === turn) queues.delete(name);
    };
    turn.then(forget, forget);
    return turn;
  }

  /** Sorted names, so that callers of overlapping locks do not wait for each other's turn. */
  function inTurnOf<T>([name, ...rest]: readonly string[], work: () => Promise<T>): Promise<T> {
    return name === undefined ? work() : inTurn(name, () => inTurnOf(rest, work));
  }

  async function withLocks<T>(
    names: readonly string[],
    work: (locks: readonly Lock[]) => Promise<T>,
    onLost?: () => Promise<void>,
  ): Promise<T> {
    const sorted = [...new Set(names)].sort();
    if (sorted.length === 0) return await work([]);
    return await inTurnOf(sorted, async () => {
      const locks = await takeAll(sorted, Date.now() + waitMs);
      try {
        return await work(locks);
      } finally {
        // What happened is decided by the work; a lock that cannot be released falls free by itself.
        const kept = await Promise.all(locks.map((lock) => lock.release().catch(() => true)));
        if (kept.includes(false)) await onLost?.();
      }
    });
  }

  return {
    areInOrder: !(options.redis instanceof Cluster),
    tryTake,
    async remainingMs(name) {
      const left = await options.redis.pttl(keys.lock(name));
      return left < 0 ? undefined : left;
    },
    withLocks,
  };
}
