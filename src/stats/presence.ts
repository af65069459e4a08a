/** Since when, and with what interruptions, there is a web process that takes notifications in. */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";

/** A time without a web process, or without a Redis that it could have noted itself in. ISO UTC. */
export interface Absence {
  readonly from: string;
  readonly to: string;
}

export interface Noted {
  /** Before then nothing was noted; absent when nothing ever was. */
  readonly since: string | undefined;
  /** Newest first. */
  readonly absences: readonly Absence[];
}

export interface Presence {
  /** A web process is there. @returns the newest time without one, which this may have ended */
  beat(): Promise<Absence | undefined>;
  read(): Promise<Noted>;
}

/** A restart is no absence, nor are two of them. */
const NO_ABSENCE_MS = 5 * 60_000;
const MOST_ABSENCES = 100;

/**
 * By Redis' own clock, so that of several processes that start at once the first ends the absence and the others find none.
 *
 * KEYS: presence, absences. ARGV: what is no absence yet, in ms, how many are kept.
 */
const BEAT_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or now)
redis.call('HSETNX', KEYS[1], 'since', now)
now = math.max(now, last)
if now - last > tonumber(ARGV[1]) then
  redis.call('LPUSH', KEYS[2], string.format('%.0f %.0f', last, now))
  redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[2]) - 1)
end
redis.call('HSET', KEYS[1], 'last', now)
return redis.call('LINDEX', KEYS[2], 0) or ''
`;

interface PresenceCommands {
  crmSyncBeat(presence: string, absences: string, noAbsenceMs: number, most: number): Promise<string>;
}

export function createPresence({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): Presence {
  const scripts = withScripts<PresenceCommands>(redis, { crmSyncBeat: { lua: BEAT_SCRIPT, numberOfKeys: 2 } });
  return {
    async beat() {
      return absenceIn(await scripts.crmSyncBeat(keys.presence, keys.absences, NO_ABSENCE_MS, MOST_ABSENCES));
    },
    async read() {
      const [since, texts] = await Promise.all([
        redis.hget(keys.presence, "since"),
        redis.lrange(keys.absences, 0, MOST_ABSENCES - 1),
      ]);
      const absences = texts.map(absenceIn).filter((one) => one !== undefined);
      return { since: since === null ? undefined : new Date(Number(since)).toISOString(), absences };
    },
  };
}

/** As the script writes it: from and to, in milliseconds since the epoch. */
function absenceIn(text: string): Absence | undefined {
  const [from, to] = text.split(" ").map((ms) => new Date(Number(ms)));
  if (text === "" || from === undefined || to === undefined) return undefined;
  return { from: from.toISOString(), to: to.toISOString() };
}
