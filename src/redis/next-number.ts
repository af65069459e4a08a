import { NOW } from "./now.ts";

/**
 * Lua: the next number of the counter that is the key at an index, above all that it gave, and above another one. It is never below
 * Redis' clock in ms either: a Redis that took over may have lost the last numbers that were given, and what was stored under one of
 * them by who was under way then would pass for newer than what comes next, of whichever purchase.
 */
export const NEXT_NUMBER = `${NOW}
local function nextNumber(at, above)
  local number = math.max(tonumber(redis.call('GET', KEYS[at]) or '0') + 1, above + 1, now())
  redis.call('SET', KEYS[at], string.format('%.0f', number))
  return number
end
`;
