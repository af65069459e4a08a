/** An entry of what drifted and the lists that it is on change together, and only from what they were read as: many processes do. */
import type { RedisClient } from "../redis/client.ts";
import { withScripts } from "../redis/scripts.ts";

/**
 * KEYS: entries, their times, the lists that the entry leaves, those that it joins.
 * ARGV: its name, the entry as it was read or '' for none, the new one or '' for none, its time in ms, seconds to keep it, how many
 * lists it leaves.
 */
const SWAP_SCRIPT = `
local name = ARGV[1]
if (redis.call('HGET', KEYS[1], name) or '') ~= ARGV[2] then return 0 end
local joined = 3 + tonumber(ARGV[6])
for i = 3, joined - 1 do redis.call('ZREM', KEYS[i], name) end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
  return 1
end
redis.call('HSET', KEYS[1], name, ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], name)
for i = joined, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[4], name)
  redis.call('EXPIRE', KEYS[i], ARGV[5])
end
for i = 1, 2 do redis.call('EXPIRE', KEYS[i], ARGV[5]) end
return 1
`;

export interface Swap {
  readonly name: string;
  /** As it was read, packed; null where there was none. */
  readonly before: Buffer | null;
  /** Undefined where there is to be none. */
  readonly after: { readonly packed: Buffer; readonly at: number } | undefined;
  /** Keys of lists. */
  readonly leaves: readonly string[];
  readonly joins: readonly string[];
}

interface Commands {
  crmSyncSwapDrifted(numberOfKeys: number, ...keysAndArgs: (string | number | Buffer)[]): Promise<number>;
}

/** @returns what answers false where the entry is another one by now; nothing is changed then */
export function createSwap(
  redis: RedisClient,
  kept: { readonly entries: string; readonly times: string; readonly seconds: number },
): (swap: Swap) => Promise<boolean> {
  const scripted = withScripts<Commands>(redis, { crmSyncSwapDrifted: { lua: SWAP_SCRIPT } });
  return async ({ name, before, after, leaves, joins }) => {
    const names = [kept.entries, kept.times, ...leaves, ...joins];
    const entry = [name, before ?? "", after?.packed ?? "", after?.at ?? 0, kept.seconds, leaves.length];
    return (await scripted.crmSyncSwapDrifted(names.length, ...names, ...entry)) === 1;
  };
}
