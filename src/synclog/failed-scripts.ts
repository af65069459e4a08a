/**
 * A purchase that failed is listed with its causes, each cause with its purchases; one script keeps the two alike.
 *
 * A listed entry is `<cause> <cause>…\n<job id> <job id>…\n<failures as JSON>`. The keys of causes are made from a prefix,
 * since which ones are touched is known only inside; all share the hash tag of this service.
 */
const RELEASE = `
local function release(purchase, causes)
  for id in string.gmatch(causes, '%S+') do
    local key = ARGV[1] .. id
    redis.call('ZREM', key, purchase)
    if redis.call('EXISTS', key) == 0 then redis.call('HDEL', KEYS[3], id, id .. ':last') end
  end
end
local function unlist(purchase)
  local entry = redis.call('HGET', KEYS[1], purchase)
  if not entry then return '' end
  local causes, jobs = string.match(entry, '^([^\\n]*)\\n([^\\n]*)\\n')
  redis.call('HDEL', KEYS[1], purchase)
  redis.call('ZREM', KEYS[2], purchase)
  release(purchase, causes)
  return jobs
end
`;

/**
 * KEYS: failed, failed by time, causes. ARGV: prefix of the keys of causes, purchase, time in ms, retention in ms, job id,
 * failures as JSON, then for each cause its id and what is known of it as JSON.
 */
export const LIST_FAILED_SCRIPT = `${RELEASE}
local now = tonumber(ARGV[3])
local outdated = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[4]), 'LIMIT', 0, 100)
for _, purchase in ipairs(outdated) do unlist(purchase) end
local jobs = ARGV[5]
local causes = {}
for i = 7, #ARGV, 2 do
  redis.call('ZADD', ARGV[1] .. ARGV[i], now, ARGV[2])
  redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[3], ARGV[i] .. ':last', now)
  causes[ARGV[i]] = true
end
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if entry then
  local before, jobsBefore = string.match(entry, '^([^\\n]*)\\n([^\\n]*)\\n')
  for id in string.gmatch(before, '%S+') do
    if not causes[id] then release(ARGV[2], id) end
  end
  local kept = 0
  for job in string.gmatch(jobsBefore, '%S+') do
    if job ~= ARGV[5] and kept < 20 then
      jobs = jobs .. ' ' .. job
      kept = kept + 1
    end
  end
end
local ids = {}
for id in pairs(causes) do table.insert(ids, id) end
redis.call('HSET', KEYS[1], ARGV[2], table.concat(ids, ' ') .. '\\n' .. jobs .. '\\n' .. ARGV[6])
redis.call('ZADD', KEYS[2], now, ARGV[2])
`;

/**
 * Takes a purchase off the list. @returns the ids of its failed jobs, separated by blanks
 *
 * KEYS: failed, failed by time, causes. ARGV: prefix of the keys of causes, purchase.
 */
export const UNLIST_FAILED_SCRIPT = `${RELEASE}
return unlist(ARGV[2])
`;
