/** Storing something only as long as a lock is held: who lost it while they worked must not undo what others did since. */
import type { RedisClient } from "./client.ts";
import { type Lock, LockLostError } from "./locks.ts";
import { withScripts } from "./scripts.ts";

export type HeldLock = Pick<Lock, "key" | "token">;

export interface Held {
  readonly key: string;
  readonly value: string | Buffer;
  /** Kept until something lets it age when left out. */
  readonly ttlSeconds?: number;
  /** Deleted with it. */
  readonly del?: string | undefined;
}

/** KEYS: what to set, lock, what to delete besides. ARGV: token, value, seconds to keep it, or none. */
const SET_IF_HELD_SCRIPT = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
if ARGV[3] then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
if KEYS[3] then redis.call('DEL', KEYS[3]) end
return 1
`;

interface Commands {
  crmSyncSetIfHeld(numberOfKeys: number, ...keysAndArgs: (string | number | Buffer)[]): Promise<number>;
}

/** @throws LockLostError when somebody else may have held the lock meanwhile; nothing is stored then */
export function createSetIfHeld(redis: RedisClient): (lock: HeldLock, held: Held) => Promise<void> {
  const scripted = withScripts<Commands>(redis, { crmSyncSetIfHeld: { lua: SET_IF_HELD_SCRIPT } });
  return async (lock, { key, value, ttlSeconds, del }) => {
    const names = [key, lock.key, ...(del === undefined ? [] : [del])];
    const seconds = ttlSeconds === undefined ? [] : [ttlSeconds];
    const done = await scripted.crmSyncSetIfHeld(names.length, ...names, lock.token, value, ...seconds);
    if (done === 0) throw new LockLostError("Another pass over the same records has begun meanwhile.");
  };
}
