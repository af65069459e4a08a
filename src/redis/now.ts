/**
 * Lua: Redis' clock in ms, which all processes share. What a process says of when something was counts as no later than that: one
 * whose own clock is days ahead would else age what the others keep.
 */
export const NOW = `
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local function noLater(at) return string.format('%.0f', math.min(tonumber(at), now())) end
`;
