/**
 * The gate and the pause of its queue change together, in one script, so that no crash and no other process can part them.
 *
 * What pauses a BullMQ queue is that its `meta` has a field `paused`, whatever its value; BullMQ writes 1. The gate writes
 * `gate`, and a pause with a reason `person`, which says who paused: what a person paused a gate leaves alone, and a person's
 * pause outlasts the gate. The marker is what wakes BullMQ's workers. All as in BullMQ's own script `pause-7`.
 *
 * KEYS of each: gate, meta, marker, events, wait, prioritized, delayed.
 */
const RESUME = `
local function resume()
  redis.call('HDEL', KEYS[2], 'paused')
  local delayed = redis.call('ZRANGE', KEYS[7], 0, 0, 'WITHSCORES')
  if redis.call('LLEN', KEYS[5]) + redis.call('ZCARD', KEYS[6]) > 0 then
    redis.call('ZADD', KEYS[3], 0, '0')
  elseif delayed[2] then
    redis.call('ZADD', KEYS[3], tonumber(delayed[2]) / 0x1000, '1')
  end
  redis.call('XADD', KEYS[4], '*', 'event', 'resumed')
end
`;

/** KEYS[8]: accepted. ARGV: the new state. A gate closed again for the same reason has been closed since then. */
export const CLOSE_SCRIPT = `
local state = cjson.decode(ARGV[1])
local current = redis.call('GET', KEYS[1])
if current then
  local known = cjson.decode(current)
  if known.reason == state.reason then state.since = known.since end
end
redis.call('SET', KEYS[1], cjson.encode(state))
redis.call('DEL', KEYS[8])
if redis.call('HEXISTS', KEYS[2], 'paused') == 0 then
  redis.call('HSET', KEYS[2], 'paused', 'gate')
  redis.call('DEL', KEYS[3])
  redis.call('XADD', KEYS[4], '*', 'event', 'paused')
end
return 1
`;

/** ARGV: the state that was found before the CRM was asked; a gate closed once more since then stays closed. */
export const OPEN_SCRIPT = `${RESUME}
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if redis.call('HGET', KEYS[2], 'paused') == 'gate' then resume() end
return 1
`;

/** KEYS[8]: the reason of a person's pause. ARGV: that reason. */
export const PAUSE_SCRIPT = `
redis.call('SET', KEYS[8], ARGV[1])
if not redis.call('HGET', KEYS[2], 'paused') then
  redis.call('DEL', KEYS[3])
  redis.call('XADD', KEYS[4], '*', 'event', 'paused')
end
redis.call('HSET', KEYS[2], 'paused', 'person')
return 1
`;

/**
 * Ends a person's pause; where the gate is closed, it goes on as the gate's. Returns whether there was one.
 *
 * KEYS[8]: the reason of the pause. ARGV: only a pause for this reason; any when it is empty.
 */
export const LIFT_SCRIPT = `${RESUME}
local paused = redis.call('HGET', KEYS[2], 'paused')
if not paused or paused == 'gate' then return 0 end
if ARGV[1] ~= '' and (paused ~= 'person' or redis.call('GET', KEYS[8]) ~= ARGV[1]) then return 0 end
redis.call('DEL', KEYS[8])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[2], 'paused', 'gate') else resume() end
return 1
`;
