/**
 * The timeline of a purchase in one CRM, compressed, the newest entries only. It is gone after the retention, which begins when
 * the inbox lets the purchase age: what failed or waits keeps its timeline. What it has no room for is kept beside it for some
 * days, so that an undo knows what was there before.
 */
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { type PassEntry, type TimelineEntry, timelineEntry } from "./entries.ts";

export interface Timeline {
  /** Appends an entry to purchases' timelines. */
  append(purchaseIds: readonly string[], entry: TimelineEntry): Promise<unknown>;
  /** The same where there is a timeline, which is kept no longer for it, and none is begun: somebody may have been forgotten. */
  appendToKept(purchaseId: string, entry: TimelineEntry): Promise<unknown>;
  /** Undefined where there is none, or one that a newer version wrote and this one does not know. */
  newest(crm: string, purchaseId: string): Promise<Newest | undefined>;
  /** Puts an entry in the place of the newest, or appends another where something was told since it was read. */
  replaceNewest(purchaseId: string, newest: Newest, by: Replacement): Promise<unknown>;
  /** Of the given CRMs together, oldest first, without what a newer version wrote and this one does not know. */
  read(crms: readonly string[], purchaseId: string): Promise<readonly TimelineEntry[]>;
  /** The same with what there is no room for. */
  readAll(crm: string, purchaseId: string): Promise<readonly TimelineEntry[]>;
}

/** The newest entry of a timeline, as it is there. */
export interface Newest {
  readonly entry: TimelineEntry;
  readonly packed: Buffer;
}

export interface Replacement {
  readonly replaced: TimelineEntry;
  readonly appended: TimelineEntry;
}

export const MOST_ENTRIES = 50;
/** Of what there is no room for. */
const MOST_REST = 150;
const MOST_REST_BYTES = 262_144;

/**
 * Appends an entry, or puts one in the place of the newest. A timeline that is kept stays so, and one of what failed is kept.
 *
 * KEYS: timeline, its rest. ARGV: entry, most entries, retention in s, `append` or `to_kept`, `failed` or what else became of it,
 * now in ms, seconds that the rest is kept (0: not), most entries of it, most bytes of it; then, where another entry takes the
 * place of the newest if that is still as it was read: the newest, and the other.
 */
const WRITE_SCRIPT = `
local kept = redis.call('TTL', KEYS[1]) == -1
if ARGV[10] and redis.call('LINDEX', KEYS[1], -1) == ARGV[10] then redis.call('LSET', KEYS[1], -1, ARGV[11])
elseif ARGV[4] == 'append' then redis.call('RPUSH', KEYS[1], ARGV[1])
elseif redis.call('RPUSHX', KEYS[1], ARGV[1]) == 0 then return end
local over = redis.call('LLEN', KEYS[1]) - tonumber(ARGV[2])
local seconds = tonumber(ARGV[7])
if over > 0 and seconds > 0 then
  for _, old in ipairs(redis.call('LRANGE', KEYS[1], 0, over - 1)) do
    redis.call('RPUSH', KEYS[2], ARGV[6] .. ' ' .. old)
  end
  local rest = redis.call('LRANGE', KEYS[2], 0, -1)
  local bytes, first = 0, #rest + 1
  for index = #rest, 1, -1 do
    bytes = bytes + #rest[index]
    local left = tonumber(string.match(rest[index], '^%d+'))
    if #rest - index >= tonumber(ARGV[8]) or bytes > tonumber(ARGV[9]) or left < ARGV[6] - seconds * 1000 then break end
    first = index
  end
  redis.call('LTRIM', KEYS[2], first - 1, -1)
  redis.call('EXPIRE', KEYS[2], seconds)
end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
if ARGV[4] == 'to_kept' then return end
if ARGV[5] == 'failed' then redis.call('PERSIST', KEYS[1])
elseif not kept then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
`;

interface ScriptCommands {
  crmSyncWriteTimeline(
    key: string,
    rest: string,
    entry: Buffer,
    ...how: (string | number | Buffer)[]
  ): Promise<unknown>;
}

export function createTimeline(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
  /** How long what leaves a timeline is kept for an undo, the retention at most; as the setting's default where it is left out. */
  readonly undoDays?: number | undefined;
}): Timeline {
  const { keys, retentionSeconds, undoDays = 14 } = options;
  const restSeconds = Math.min(undoDays * DAY_SECONDS, retentionSeconds);
  const redis = withScripts<ScriptCommands>(options.redis, {
    crmSyncWriteTimeline: { numberOfKeys: 2, lua: WRITE_SCRIPT },
  });

  function write(
    purchaseId: string,
    entry: TimelineEntry,
    packed: Buffer,
    how: "append" | "to_kept",
    ...newestBy: [] | [newest: Buffer, by: Buffer]
  ): Promise<unknown> {
    const became = entry.kind === "pass" && entry.outcome !== "applied" ? "failed" : "done";
    return redis.crmSyncWriteTimeline(
      keys.timeline(entry.crm, purchaseId),
      keys.timelineRest(entry.crm, purchaseId),
      packed,
      MOST_ENTRIES,
      retentionSeconds,
      how,
      became,
      Date.now(),
      restSeconds,
      MOST_REST,
      MOST_REST_BYTES,
      ...newestBy,
    );
  }

  return {
    append(purchaseIds, entry) {
      const packed = pack(entry);
      return Promise.all(purchaseIds.map((purchaseId) => write(purchaseId, entry, packed, "append")));
    },

    appendToKept: (purchaseId, entry) => write(purchaseId, entry, pack(entry), "to_kept"),

    async newest(crm, purchaseId) {
      const packed = await redis.lindexBuffer(keys.timeline(crm, purchaseId), -1);
      const [entry] = packed === null ? [] : unpack(packed);
      return packed === null || entry === undefined ? undefined : { entry, packed };
    },

    replaceNewest: (purchaseId, newest, { replaced, appended }) =>
      write(purchaseId, appended, pack(appended), "append", newest.packed, pack(replaced)),

    async read(crms, purchaseId) {
      const lists = await Promise.all(crms.map((crm) => redis.lrangeBuffer(keys.timeline(crm, purchaseId), 0, -1)));
      return lists
        .flat()
        .flatMap(unpack)
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    },

    async readAll(crm, purchaseId) {
      const newest = await redis.lrangeBuffer(keys.timeline(crm, purchaseId), 0, -1);
      // After it: what leaves the timeline in between is in both, rather than in neither.
      const rest = (await redis.lrangeBuffer(keys.timelineRest(crm, purchaseId), 0, -1)).map(entryOfRest);
      return [...rest.filter((one) => !newest.some((entry) => entry.equals(one))), ...newest].flatMap(unpack);
    },
  };
}

/** Whether a pass only repeats what the one before it said: same failures, nothing folded in, nothing written. */
export function repeats(entry: PassEntry, before: TimelineEntry): before is PassEntry {
  return (
    before.kind === "pass" &&
    entry.outcome === before.outcome &&
    entry.notifications.length === 0 &&
    !entry.records.some(({ action }) => action !== "unchanged") &&
    sentences(entry) === sentences(before)
  );
}

function sentences(entry: PassEntry): string {
  return entry.failures.map(({ sentence }) => sentence).join("\n");
}

/** The compressed entry. */
export function entryOfRest(kept: Buffer): Buffer {
  return kept.subarray(kept.indexOf(" ") + 1);
}

function pack(entry: TimelineEntry): Buffer {
  return compress(JSON.stringify(entry));
}

/** @returns the entry; none for what a newer version wrote and this one does not know */
function unpack(packed: Buffer): TimelineEntry[] {
  const { success, data } = timelineEntry.safeParse(JSON.parse(decompress(packed)));
  return success ? [data] : [];
}
