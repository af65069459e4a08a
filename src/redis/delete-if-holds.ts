/** Deleting a key only while it holds what is known of it: a lock is its holder's, a doubt may be newer than the one dealt with. */
import type { RedisClient } from "./client.ts";
import { withScripts } from "./scripts.ts";

/** KEYS: what to delete. ARGV: the value it has to hold. */
const DELETE_IF_HOLDS_SCRIPT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

interface Commands {
  crmSyncDeleteIfHolds(key: string, value: string): Promise<number>;
}

/** @returns what answers whether the key held the value, and is gone */
export function createDeleteIfHolds(redis: RedisClient): (key: string, value: string) => Promise<boolean> {
  const scripted = withScripts<Commands>(redis, {
    crmSyncDeleteIfHolds: { numberOfKeys: 1, lua: DELETE_IF_HOLDS_SCRIPT },
  });
  return async (key, value) => (await scripted.crmSyncDeleteIfHolds(key, value)) === 1;
}
