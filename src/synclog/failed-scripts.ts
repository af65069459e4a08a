/**
 * A purchase that failed is listed with its causes, each cause with its purchases; one script keeps the two alike.
 *
 * A listed entry is `<cause>:<time> <cause>:<time>…\n<job id> <job id>…\n<failures as JSON>`. The index of causes is a
 * sorted set in lexical order of `<cause>:<time>:<purchase>`, the times in ms and of one length.
 */
const RELEASE = `
local function release(purchase, places)
  for place in string.gmatch(places, '%S+') do
    local cause = string.match(place, '^([^:]*):')
    redis.call('ZREM', KEYS[4], place .. ':' .. purchase)
    if redis.call('ZLEXCOUNT', KEYS[4], '[' .. cause .. ':', '(' .. cause .. ';') == 0 then
      redis.call('HDEL', KEYS[3], cause, cause .. ':last')
    end
  end
end
local function unlist(purchase)
  local entry = redis.call('HGET', KEYS[1], purchase)
  if not entry then return end
  local places = string.match(entry, '^([^\\n]*)\\n')
  redis.call('HDEL', KEYS[1], purchase)
  redis.call('ZREM', KEYS[2], purchase)
  release(purchase, places)
end
`;

/**
 * KEYS: failed, failed by time, causes, failed by cause. ARGV: purchase, time in ms, job id, failures as JSON,
 * then for each cause its id and what is known of it as JSON.
 */
export const LIST_FAILED_SCRIPT = `${RELEASE}
local places = {}
for i = 5, #ARGV, 2 do
  local place = ARGV[i] .. ':' .. ARGV[2]
  redis.call('ZADD', KEYS[4], 0, place .. ':' .. ARGV[1])
  redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[3], ARGV[i] .. ':last', ARGV[2])
  table.insert(places, place)
end
local jobs = ARGV[3]
local kept = 0
local entry = redis.call('HGET', KEYS[1], ARGV[1])
if entry then
  local placesBefore, jobsBefore = string.match(entry, '^([^\\n]*)\\n([^\\n]*)\\n')
  if placesBefore ~= table.concat(places, ' ') then release(ARGV[1], placesBefore) end
  for job in string.gmatch(jobsBefore, '%S+') do
    if job ~= ARGV[3] and kept < 20 then
      jobs = jobs .. ' ' .. job
      kept = kept + 1
    end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], table.concat(places, ' ') .. '\\n' .. jobs .. '\\n' .. ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
`;

/**
 * Takes a purchase off the list.
 *
 * KEYS: failed, failed by time, causes, failed by cause. ARGV: purchase.
 */
export const UNLIST_FAILED_SCRIPT = `${RELEASE}
unlist(ARGV[1])
`;
