/** A sorted set read on from where somebody was, in the order of scores, and of members where those are the same. */
import type { RedisClient } from "./client.ts";
import { pairsOf } from "./pairs.ts";
import { withScripts } from "./scripts.ts";

/** The last one that was read. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

export interface Stretch {
  readonly after: Place | undefined;
  /** Scores: the first and the last that count. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/**
 * What comes after a place, which may have left the set since, or moved in it: then its rank is looked for among those with its score,
 * by halves, since very many may have one score.
 *
 * KEYS: sorted set. ARGV: the score to begin with, the last score, how many at most; then the member after which to begin.
 */
const READ_ON_SCRIPT = `
local at, id = ARGV[1], ARGV[4]
local first = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. at)
if id and tonumber(redis.call('ZSCORE', KEYS[1], id) or 'nan') == tonumber(at) then
  first = redis.call('ZRANK', KEYS[1], id) + 1
elseif id then
  local last = redis.call('ZCOUNT', KEYS[1], '-inf', at)
  while first < last do
    local middle = math.floor((first + last) / 2)
    if redis.call('ZRANGE', KEYS[1], middle, middle)[1] <= id then first = middle + 1 else last = middle end
  end
end
local after = math.min(first + tonumber(ARGV[3]), redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[2]))
if first >= after then return {} end
return redis.call('ZRANGE', KEYS[1], first, after - 1, 'WITHSCORES')
`;

interface ScriptCommands {
  crmSyncReadOn(key: string, ...args: (string | number)[]): Promise<string[]>;
}

/** @returns at most `limit`; none once all were read */
export async function readOn(client: RedisClient, key: string, stretch: Stretch): Promise<Place[]> {
  const { after, from, to, limit } = stretch;
  const redis = scripted(client);
  const flat = await redis.crmSyncReadOn(key, after?.at ?? from, to, limit, ...(after === undefined ? [] : [after.id]));
  return pairsOf(flat).map(([id, score]) => ({ id, at: Number(score) }));
}

function scripted(client: RedisClient): RedisClient & ScriptCommands {
  if ("crmSyncReadOn" in client) return client as RedisClient & ScriptCommands;
  return withScripts<ScriptCommands>(client, { crmSyncReadOn: { lua: READ_ON_SCRIPT, numberOfKeys: 1 } });
}

export function isAfter(one: Place, other: Place): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}
