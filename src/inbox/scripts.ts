/** Redis runs a script as a whole or not at all, which is what makes a step of the inbox safe to crash in. */

/**
 * Numbers an arrival, appends it to its purchase's inbox, lists the purchase as pending for each CRM, and remembers
 * which purchase each booking belongs to. An arrival that was stored before, its answer lost, keeps the number it has: under
 * a new one it would pass for newer than what came in between.
 *
 * KEYS: seq, inbox, settled, received, recent, the delivery's number, then the pending set of each CRM, then the key of each booking.
 * ARGV: entry, purchase id, arrival time in ms, retention in s, number of CRMs, seconds to remember the delivery.
 */
export const RECEIVE_SCRIPT = `
local given = redis.call('GET', KEYS[6])
if given then return tonumber(given) end
local seq = redis.call('INCR', KEYS[1])
redis.call('SET', KEYS[6], seq, 'EX', ARGV[6])
redis.call('RPUSH', KEYS[2], seq .. ' ' .. ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('HINCRBY', KEYS[4], 'accepted', 1)
redis.call('ZADD', KEYS[5], ARGV[3], ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', tonumber(ARGV[3]) - tonumber(ARGV[4]) * 1000)
local crms = tonumber(ARGV[5])
for i = 7, 6 + crms do
  redis.call('ZADD', KEYS[i], 'NX', ARGV[3], ARGV[2])
end
for i = 7 + crms, #KEYS do
  redis.call('SET', KEYS[i], ARGV[2], 'EX', ARGV[4])
end
return seq
`;

/**
 * Settles a purchase's arrivals for one CRM. Returns the heads of those it settled now, and, removed from the inbox, those
 * that every CRM has settled.
 *
 * KEYS: inbox, settled, pending set of the CRM, counts of the CRM.
 * ARGV: CRM, newest settled number, purchase id, retention in s, then all CRMs.
 */
export const SETTLE_SCRIPT = `
local before = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
local upto = tonumber(ARGV[2])
if upto > before then
  redis.call('HSET', KEYS[2], ARGV[1], upto)
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
local everyone = nil
for i = 5, #ARGV do
  local upTo = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0')
  if everyone == nil or upTo < everyone then everyone = upTo end
end
local entries = redis.call('LRANGE', KEYS[1], 0, -1)
local settled = {}
local newer = 0
local done = {}
for _, entry in ipairs(entries) do
  local seq = tonumber(string.match(entry, '^(%d+) '))
  if seq > upto then newer = newer + 1
  elseif seq > before then table.insert(settled, string.match(entry, '^%d+ ([^\\n]*)')) end
  if seq <= everyone then table.insert(done, entry) end
end
if #settled > 0 then
  redis.call('HINCRBY', KEYS[4], 'applied', 1)
  if #settled > 1 then redis.call('HINCRBY', KEYS[4], 'superseded', #settled - 1) end
end
if #done > 0 then redis.call('LTRIM', KEYS[1], #done, -1) end
if newer == 0 then redis.call('ZREM', KEYS[3], ARGV[3]) end
return { settled, done }
`;
