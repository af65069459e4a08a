/** The quarantine's steps, each as a whole or not at all. */

import { NEXT_NUMBER } from "../redis/next-number.ts";
import { NOW } from "../redis/now.ts";

/** The place of what came first now. KEYS: the counter that numbers arrivals. */
export const PLACE_SCRIPT = `${NEXT_NUMBER}
return nextNumber(1, 0)
`;

/** What is there, in bytes, is counted along; it was not before there was a limit to it. */
const REMOVE = `
local function remove(id)
  redis.call('DECRBY', KEYS[3], redis.call('HSTRLEN', KEYS[1], id))
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
if redis.call('EXISTS', KEYS[3]) == 0 then
  local bytes = 0
  for _, id in ipairs(redis.call('HKEYS', KEYS[1])) do bytes = bytes + redis.call('HSTRLEN', KEYS[1], id) end
  redis.call('SET', KEYS[3], bytes)
end
local function dropOld(before)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', before)) do remove(id) end
end
local function leaveNoCount()
  if redis.call('HLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[3]) end
end
`;

/**
 * Keeps an entry in place of the one that it was read from, if any, and drops what is too old, then the oldest for as long as
 * there are too many or they are too large. Answers how many were dropped for want of room.
 *
 * KEYS: entries, their times, their bytes, received.
 * ARGV: id, entry, time in ms, retention in ms, most entries, most bytes, id of the one it replaces or ''.
 */
export const PUT_SCRIPT = `${NOW}${REMOVE}
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
local at = noLater(ARGV[3])
redis.call('ZADD', KEYS[2], at, ARGV[1])
redis.call('INCRBY', KEYS[3], redis.call('HSTRLEN', KEYS[1], ARGV[1]))
redis.call('HINCRBY', KEYS[4], 'quarantined', 1)
if ARGV[7] ~= '' then remove(ARGV[7]) end
dropOld(tonumber(at) - tonumber(ARGV[4]))
local dropped = 0
while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[5]) or tonumber(redis.call('GET', KEYS[3])) > tonumber(ARGV[6]) do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest then break end
  remove(oldest)
  dropped = dropped + 1
end
redis.call('HINCRBY', KEYS[4], 'quarantine_dropped', dropped)
return dropped
`;

/**
 * KEYS: entries, their times, their bytes.
 * ARGV: id.
 */
export const RELEASE_SCRIPT = `${REMOVE}
remove(ARGV[1])
leaveNoCount()
`;

/**
 * Drops what is too old, also where nothing new comes.
 *
 * KEYS: entries, their times, their bytes. ARGV: retention in ms.
 */
export const AGE_SCRIPT = `${NOW}${REMOVE}
dropOld(now() - tonumber(ARGV[1]))
leaveNoCount()
`;

/**
 * The entries of the first of the ids, as many as the bytes allow and one at least; nothing in place of one that is gone.
 *
 * KEYS: entries.
 * ARGV: most bytes, ids.
 */
export const READ_ENTRIES_SCRIPT = `
local entries, bytes = {}, 0
for i = 2, #ARGV do
  bytes = bytes + redis.call('HSTRLEN', KEYS[1], ARGV[i])
  if bytes > tonumber(ARGV[1]) and i > 2 then break end
  entries[i - 1] = redis.call('HGET', KEYS[1], ARGV[i])
end
return entries
`;
