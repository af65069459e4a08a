/** Redis runs a script as a whole or not at all, which is what makes a step of the inbox safe to crash in. */
import { LEDGER_KEYS } from "../redis/keys.ts";
import { NEXT_NUMBER } from "../redis/next-number.ts";

/**
 * The newest number that a purchase was given, by the last entry of its inbox and by what is settled, which is there no longer. What is
 * kept beside that says of the purchase that it is set apart.
 */
const NEWEST = `
local function newestOf(entry, settled)
  local newest = entry and tonumber(string.match(entry, '^(%d+) ')) or 0
  for i = 1, #settled, 2 do
    if not string.find(settled[i], '^uncounted ') then newest = math.max(newest, tonumber(settled[i + 1]) or 0) end
  end
  return newest
end
`;

/** KEYS: inbox, settled. */
export const NEWEST_SCRIPT = `${NEWEST}
return newestOf(redis.call('LINDEX', KEYS[1], -1), redis.call('HGETALL', KEYS[2]))
`;

/**
 * Numbers an arrival, appends it to its purchase's inbox, lists the purchase as pending for each CRM, and remembers
 * which purchase each booking belongs to. An arrival that was stored before, its answer lost, keeps the number it has: under
 * a new one it would pass for newer than what came in between. Nothing of the purchase expires from here on, until it is
 * settled. A Redis that took over may have forgotten how far it had counted, while a pass that had begun on the one that is gone settles
 * on it: what comes then is newer all the same. The inbox is never ahead of the count, so its last body is read only where that is asked for.
 *
 * KEYS: seq, inbox, settled, keys of the purchase's bookings, then what each CRM keeps of the purchase, then received, recent, the
 * delivery's number, the salt of who was forgotten, then the pending set of each CRM, then the key of each booking.
 * ARGV: entry, purchase id, arrival time in ms, retention in s, number of CRMs, seconds to remember the delivery, number of
 * keys that the CRMs keep; then, where it is stored only as long as nothing newer came, the newest number that was seen, or, where it
 * is stored only as long as nobody was ever forgotten, "nobody". 0 is returned when that is not so.
 */
export const RECEIVE_SCRIPT = `${NEWEST}${NEXT_NUMBER}
local known = 4 + tonumber(ARGV[7])
local pending = known + 5
local given = redis.call('GET', KEYS[known + 3])
if given then return tonumber(given) end
local seen = tonumber(ARGV[8])
if ARGV[8] == 'nobody' and redis.call('EXISTS', KEYS[known + 4]) == 1 then return 0 end
local newest = newestOf(seen and redis.call('LINDEX', KEYS[2], -1), redis.call('HGETALL', KEYS[3]))
if seen and newest ~= seen then return 0 end
local seq = nextNumber(1, newest)
redis.call('SET', KEYS[known + 3], seq, 'EX', ARGV[6])
if redis.call('EXISTS', unpack(KEYS, 2, known)) > 0 then
  for i = 2, known do redis.call('PERSIST', KEYS[i]) end
end
redis.call('RPUSH', KEYS[2], seq .. ' ' .. ARGV[1])
redis.call('HINCRBY', KEYS[known + 1], 'accepted', 1)
local at = noLater(ARGV[3])
redis.call('ZADD', KEYS[known + 2], at, ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[known + 2], '-inf', tonumber(at) - tonumber(ARGV[4]) * 1000)
local bookings = pending + tonumber(ARGV[5])
for i = pending, bookings - 1 do
  redis.call('ZADD', KEYS[i], 'NX', at, ARGV[2])
end
for i = bookings, #KEYS do
  redis.call('SET', KEYS[i], ARGV[2])
  redis.call('SADD', KEYS[4], KEYS[i])
end
return seq
`;

/** Arrivals that a purchase keeps of those that are in every CRM's ledger and not settled by all. */
const FOLDED_KEPT = 100;

/** An inbox is in order of its numbers, so that what lies above one is found without reading what lies below. KEYS: inbox, settled. */
const PLACES = `
local function numberOf(entry) return tonumber(string.match(entry, '^(%d+) ')) end
local function newest()
  local entry = redis.call('LINDEX', KEYS[1], -1)
  return entry and numberOf(entry) or 0
end
local function countUpTo(number)
  local low, high = 0, redis.call('LLEN', KEYS[1])
  if newest() <= number then return high end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if numberOf(redis.call('LINDEX', KEYS[1], middle)) <= number then low = middle + 1 else high = middle end
  end
  return low
end
local function settledUpTo(field) return tonumber(redis.call('HGET', KEYS[2], field) or '0') end
`;

/**
 * The arrivals above a number, oldest first.
 *
 * KEYS: inbox. ARGV: the number, how many at most.
 */
export const READ_SCRIPT = `${PLACES}
local from = countUpTo(tonumber(ARGV[1]))
return redis.call('LRANGE', KEYS[1], from, from + tonumber(ARGV[2]) - 1)
`;

/** KEYS: inbox, settled. ARGV: CRM, how many heads at most. */
const HEADS = `${PLACES}
local function headsAbove(number)
  local from = math.max(countUpTo(number), redis.call('LLEN', KEYS[1]) - ARGV[2])
  local heads = {}
  for _, entry in ipairs(redis.call('LRANGE', KEYS[1], from, -1)) do
    table.insert(heads, string.match(entry, '^%d+ ([^\\n]*)'))
  end
  return heads
end
`;

/**
 * The heads of the newest arrivals that a CRM has not settled, oldest first.
 *
 * KEYS: inbox, settled. ARGV: CRM, how many at most.
 */
export const UNSETTLED_SCRIPT = `${HEADS}
return headsAbove(settledUpTo(ARGV[1]))
`;

/**
 * What a pass begins with: the newest numbers that the CRM has settled and has in its ledger, whether nothing of the purchase was ever
 * settled, the heads of the newest arrivals that are not settled, and the first arrivals that are not in the ledger, oldest first.
 *
 * KEYS: inbox, settled. ARGV: CRM, how many heads and how many arrivals at most.
 */
export const AHEAD_SCRIPT = `${HEADS}
local settled = settledUpTo(ARGV[1])
local folded = math.max(settled, settledUpTo('folded ' .. ARGV[1]))
local isNew = redis.call('EXISTS', KEYS[2]) == 0 and 1 or 0
local from = countUpTo(folded)
return { settled, folded, isNew, headsAbove(settled), redis.call('LRANGE', KEYS[1], from, from + tonumber(ARGV[3]) - 1) }
`;

/** Index of the CRM's counts, which come after the keys of its ledger. */
const COUNTS = 6 + LEDGER_KEYS;

/**
 * What a CRM keeps of a purchase ages once the CRM has settled or dismissed all of it, and what the CRMs share once each has.
 * Until then nothing of it expires.
 *
 * KEYS: inbox, settled, pending set of the CRM, keys of the purchase's bookings, the timeline of the CRM and the keys of its
 * ledger, counts of the CRM, then the key of each booking.
 * ARGV: CRM, purchase id, retention in s, seconds to keep the ledger, number of CRMs, then all CRMs.
 */
const AGE = `${PLACES}
local function waitsFor(crm)
  return newest() > math.max(settledUpTo(crm), settledUpTo('dismissed ' .. crm))
end
local function keep(i, seconds)
  if seconds then redis.call('EXPIRE', KEYS[i], seconds) else redis.call('PERSIST', KEYS[i]) end
end
local function keepAll(own, ledger, shared)
  keep(5, own)
  for i = 6, ${COUNTS - 1} do keep(i, ledger) end
  for _, i in ipairs({ 1, 2, 4 }) do keep(i, shared) end
  for i = ${COUNTS + 1}, #KEYS do
    if redis.call('GET', KEYS[i]) == ARGV[2] then keep(i, shared) end
  end
end
local function age()
  local waits = false
  for i = 6, 5 + tonumber(ARGV[5]) do waits = waits or waitsFor(ARGV[i]) end
  local own = not waitsFor(ARGV[1])
  keepAll(own and ARGV[3], own and ARGV[4], not waits and ARGV[3])
end
`;

/**
 * Of what every CRM has settled or folded into its ledger, and no pass reads again therefore, a length is kept for people to look
 * at; of the rest it is remembered how many each CRM has to count when it settles.
 */
const SHORTEN = `
local function shorten()
  local needed = nil
  for i = 6, 5 + tonumber(ARGV[5]) do
    local upTo = math.max(settledUpTo(ARGV[i]), settledUpTo('folded ' .. ARGV[i]))
    if needed == nil or upTo < needed then needed = upTo end
  end
  local surplus = countUpTo(needed) - ${FOLDED_KEPT}
  if surplus <= 0 then return end
  for i = 6, 5 + tonumber(ARGV[5]) do
    local uncounted = surplus - countUpTo(settledUpTo(ARGV[i]))
    if uncounted > 0 then redis.call('HINCRBY', KEYS[2], 'uncounted ' .. ARGV[i], uncounted) end
  end
  redis.call('LTRIM', KEYS[1], surplus, -1)
end
`;

/** Notes that a CRM's ledger has folded in what it could not settle. KEYS and ARGV: as above; then the newest number. */
export const FOLDED_SCRIPT = `${AGE}${SHORTEN}
redis.call('HSET', KEYS[2], 'folded ' .. ARGV[1], ARGV[#ARGV])
shorten()
`;

/**
 * Settles a purchase's arrivals for one CRM. Returns the heads of those it settled now, the newest of those that every CRM has
 * settled now, which are in the inbox no longer, and how many it settled whose heads are not kept.
 *
 * KEYS and ARGV: as above; then the newest settled number, and how many at most to return of what every CRM has settled.
 */
export const SETTLE_SCRIPT = `${AGE}${SHORTEN}
local before = settledUpTo(ARGV[1])
local upto = tonumber(ARGV[#ARGV - 1])
if upto > before then redis.call('HSET', KEYS[2], ARGV[1], upto) end
local everyone = nil
for i = 6, 5 + tonumber(ARGV[5]) do
  local upTo = settledUpTo(ARGV[i])
  if everyone == nil or upTo < everyone then everyone = upTo end
end
local settled = {}
local first, last = countUpTo(before), countUpTo(upto) - 1
for from = first, last, 100 do
  for _, entry in ipairs(redis.call('LRANGE', KEYS[1], from, math.min(from + 99, last))) do
    table.insert(settled, string.match(entry, '^%d+ ([^\\n]*)'))
  end
end
local uncounted = 0
if #settled > 0 then
  uncounted = settledUpTo('uncounted ' .. ARGV[1])
  redis.call('HDEL', KEYS[2], 'uncounted ' .. ARGV[1])
  redis.call('HINCRBY', KEYS[${COUNTS}], 'applied', 1)
  local superseded = #settled - 1 + uncounted
  if superseded > 0 then redis.call('HINCRBY', KEYS[${COUNTS}], 'superseded', superseded) end
end
if newest() <= upto then redis.call('ZREM', KEYS[3], ARGV[2]) end
local done = countUpTo(everyone)
local history = {}
if done > 0 then
  history = redis.call('LRANGE', KEYS[1], math.max(0, done - tonumber(ARGV[#ARGV])), done - 1)
  redis.call('LTRIM', KEYS[1], done, -1)
end
shorten()
age()
return { settled, history, uncounted }
`;

/** Keeps what every CRM has settled. KEYS: history. ARGV: how many are kept, for how many seconds, then the compressed arrivals. */
export const HISTORY_SCRIPT = `
for i = 3, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
`;

/**
 * Takes a purchase that failed in a CRM off its pending list, and keeps all of it until a person has seen to it. KEYS and ARGV: as
 * above; then `heard`, where it stays on the list if something came that no pass has folded in.
 */
export const PARK_SCRIPT = `${AGE}
local heard = math.max(settledUpTo(ARGV[1]), settledUpTo('folded ' .. ARGV[1]))
if ARGV[#ARGV] ~= 'heard' or newest() <= heard then redis.call('ZREM', KEYS[3], ARGV[2]) end
redis.call('HDEL', KEYS[2], 'dismissed ' .. ARGV[1])
keepAll()
`;

/** Lets what a CRM has not settled age from now on, unless something came since that is still to be looked at. */
export const DISMISS_SCRIPT = `${AGE}
if redis.call('ZSCORE', KEYS[3], ARGV[2]) then return end
if newest() > 0 then redis.call('HSET', KEYS[2], 'dismissed ' .. ARGV[1], newest()) end
age()
`;
