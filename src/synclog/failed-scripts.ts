/**
 * A purchase that failed is listed with its causes, each cause with its purchases; one script keeps the two alike, and with them
 * whether a cause is new, back again, or over and after what.
 *
 * A listed entry is `<cause>:<time> <cause>:<time>…\n<job id> <job id>…\n<failures as JSON>`. The index of causes is a
 * sorted set in lexical order of `<cause>:<time>:<purchase>`, the times in ms and of one length. Of a cause the hash has, beside what
 * is known of it, `:over` (after which action, as JSON or ''), `:overAt`, `:back` and `:seen`.
 *
 * KEYS of all: failed, failed by time, causes, failed by cause, causes by time, causes listed as failed, as held, held purchases,
 * acted on.
 */
export const FAILED_KEYS = 9;

const RELEASE = `
local function listed(cause)
  return redis.call('ZLEXCOUNT', KEYS[4], '[' .. cause .. ':', '(' .. cause .. ';') > 0
end
local function release(purchase, places, now)
  local after = redis.call('HGET', KEYS[9], purchase) or ''
  for place in string.gmatch(places, '%S+') do
    local cause = string.match(place, '^([^:]*):')
    redis.call('ZREM', KEYS[4], place .. ':' .. purchase)
    if not listed(cause) then
      redis.call('ZREM', KEYS[6], cause)
      redis.call('ZREM', KEYS[7], cause)
      if redis.call('HEXISTS', KEYS[3], cause) == 1 then
        redis.call('HSET', KEYS[3], cause .. ':over', after, cause .. ':overAt', now)
      end
    end
  end
end
`;

/** How many keys follow for each cause: whom it concerned, and what was listed in this hour. */
const KEYS_PER_CAUSE = 5;

/**
 * KEYS, after those of all, for each cause: purchases and customers it concerned; causes, purchases and customers of the hour.
 * ARGV: purchase, time in ms, beginning of its hour in ms, job id, failures as JSON, 1 where it is held and nothing else, customer,
 * seconds to keep, the entry that it has to have or '' for any; then for each cause its id, what is known of it as JSON, and 6 or 7:
 * the key of those that are listed like it.
 */
export const LIST_FAILED_SCRIPT = `${RELEASE}
local purchase, now, hour = ARGV[1], ARGV[2], ARGV[3]
local entry = redis.call('HGET', KEYS[1], purchase)
if ARGV[9] ~= '' and entry ~= ARGV[9] then return 0 end
local placesBefore, jobsBefore = string.match(entry or '', '^([^\\n]*)\\n([^\\n]*)\\n')
local counted = {}
for cause, at in string.gmatch(placesBefore or '', '([^:%s]+):(%d+)') do
  counted[cause] = ARGV[9] == '' and tonumber(at) >= tonumber(hour)
end
local places = {}
for i = 10, #ARGV, 3 do
  local cause = ARGV[i]
  local own = ${FAILED_KEYS} + (i - 10) / 3 * ${KEYS_PER_CAUSE}
  local place = cause .. ':' .. now
  if not listed(cause) and redis.call('HEXISTS', KEYS[3], cause .. ':overAt') == 1 then
    redis.call('HSET', KEYS[3], cause .. ':back', now)
    redis.call('HDEL', KEYS[3], cause .. ':seen')
  end
  redis.call('ZADD', KEYS[4], 0, place .. ':' .. purchase)
  redis.call('HSETNX', KEYS[3], cause, ARGV[i + 1])
  redis.call('ZADD', KEYS[5], 'GT', now, cause)
  redis.call('ZADD', KEYS[tonumber(ARGV[i + 2])], 'GT', now, cause)
  redis.call('PFADD', KEYS[own + 1], purchase)
  redis.call('PFADD', KEYS[own + 2], ARGV[7])
  if not counted[cause] then redis.call('ZINCRBY', KEYS[own + 3], 1, cause) end
  redis.call('PFADD', KEYS[own + 4], purchase)
  redis.call('PFADD', KEYS[own + 5], ARGV[7])
  for key = own + 1, own + ${KEYS_PER_CAUSE} do redis.call('EXPIRE', KEYS[key], ARGV[8]) end
  table.insert(places, place)
end
local jobs = ARGV[4]
local kept = 0
if entry then
  if placesBefore ~= table.concat(places, ' ') then release(purchase, placesBefore, now) end
  for job in string.gmatch(jobsBefore, '%S+') do
    if job ~= ARGV[4] and kept < 20 then
      jobs = jobs .. ' ' .. job
      kept = kept + 1
    end
  end
end
redis.call('HSET', KEYS[1], purchase, table.concat(places, ' ') .. '\\n' .. jobs .. '\\n' .. ARGV[5])
redis.call('ZADD', KEYS[2], now, purchase)
redis.call(ARGV[6] == '1' and 'SADD' or 'SREM', KEYS[8], purchase)
redis.call('HDEL', KEYS[9], purchase)
return 1
`;

/** Takes a purchase off the list. ARGV: purchase, time in ms. */
export const UNLIST_FAILED_SCRIPT = `${RELEASE}
local entry = redis.call('HGET', KEYS[1], ARGV[1])
if not entry then return end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('SREM', KEYS[8], ARGV[1])
release(ARGV[1], string.match(entry, '^([^\\n]*)\\n'), ARGV[2])
redis.call('HDEL', KEYS[9], ARGV[1])
`;

/**
 * Notes what somebody did about purchases, for those of them that are listed. KEYS: failed, acted on. ARGV: what as JSON, 1 where it
 * yields to what is noted already; then the purchases.
 */
export const ACTED_SCRIPT = `
local how = ARGV[2] == '1' and 'HSETNX' or 'HSET'
for i = 3, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then redis.call(how, KEYS[2], ARGV[i], ARGV[1]) end
end
`;

/** Notes who has seen a cause that is listed. KEYS: causes, those listed as failed, as held. ARGV: cause, who and when as JSON. */
export const SEEN_SCRIPT = `
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) and not redis.call('ZSCORE', KEYS[3], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1] .. ':seen', ARGV[2])
return 1
`;

/**
 * Forgets causes that are over for longer than they are kept, and the oldest where there are too many. KEYS: causes, causes by time,
 * those listed as failed, as held. ARGV: time in ms before which they are dropped, how many there may be.
 */
export const PRUNE_CAUSES_SCRIPT = `
local function drop(cause, before)
  if redis.call('ZSCORE', KEYS[3], cause) or redis.call('ZSCORE', KEYS[4], cause) then return end
  if tonumber(redis.call('HGET', KEYS[1], cause .. ':overAt') or '0') >= before then return end
  redis.call('ZREM', KEYS[2], cause)
  for _, part in ipairs({ '', ':over', ':overAt', ':back', ':seen' }) do redis.call('HDEL', KEYS[1], cause .. part) end
end
local before = tonumber(ARGV[1])
for _, cause in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', before)) do drop(cause, before) end
for _, cause in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[2]))) do drop(cause, math.huge) end
`;
