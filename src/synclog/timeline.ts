/**
 * The timeline of a purchase in one CRM, compressed, the newest entries only. It is gone after the retention, which begins when
 * the inbox lets the purchase age: what failed or waits keeps its timeline.
 */
import type { ChainableCommander } from "ioredis";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { type PassEntry, type TimelineEntry, timelineEntry } from "./entries.ts";

export interface Timeline {
  /** Adds the commands that append an entry to purchases' timelines to a pipeline. */
  append(pipeline: ChainableCommander, purchaseIds: readonly string[], entry: TimelineEntry): void;
  /** The same where there is a timeline, which is kept no longer for it, and none is begun: somebody may have been forgotten. */
  appendToKept(pipeline: ChainableCommander, purchaseId: string, entry: TimelineEntry): void;
  /** The newest entry, with the command that replaces it. */
  newest(crm: string, purchaseId: string): Promise<TimelineEntry | undefined>;
  /** Adds the commands that put an entry in the place of the newest. */
  replaceNewest(pipeline: ChainableCommander, purchaseId: string, entry: TimelineEntry): void;
  /** Of the given CRMs together, oldest first. */
  read(crms: readonly string[], purchaseId: string): Promise<readonly TimelineEntry[]>;
}

export const MOST_ENTRIES = 50;

/**
 * Appends an entry, or puts it in the place of the newest. A timeline that is kept stays so, and one of what failed is kept.
 *
 * KEYS: timeline. ARGV: entry, most entries, retention in s, `append` or `replace`, `failed` or what else became of it.
 */
const WRITE_SCRIPT = `
local kept = redis.call('TTL', KEYS[1]) == -1
if ARGV[4] == 'replace' then redis.call('RPOP', KEYS[1]) end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
if ARGV[5] == 'failed' then redis.call('PERSIST', KEYS[1])
elseif not kept then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
`;

interface PipelineCommands {
  crmSyncWriteTimeline(key: string, entry: Buffer, most: number, seconds: number, ...how: string[]): unknown;
}

export function createTimeline(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): Timeline {
  const { keys, retentionSeconds } = options;
  const redis = withScripts<PipelineCommands>(options.redis, {
    crmSyncWriteTimeline: { numberOfKeys: 1, lua: WRITE_SCRIPT },
  });

  function write(pipeline: ChainableCommander, key: string, entry: TimelineEntry, packed: Buffer, how: string): void {
    const became = entry.kind === "pass" && entry.outcome !== "applied" ? "failed" : "done";
    (pipeline as ChainableCommander & PipelineCommands).crmSyncWriteTimeline(
      key,
      packed,
      MOST_ENTRIES,
      retentionSeconds,
      how,
      became,
    );
  }

  return {
    append(pipeline, purchaseIds, entry) {
      const packed = pack(entry);
      for (const purchaseId of purchaseIds) {
        write(pipeline, keys.timeline(entry.crm, purchaseId), entry, packed, "append");
      }
    },

    appendToKept(pipeline, purchaseId, entry) {
      const key = keys.timeline(entry.crm, purchaseId);
      pipeline.rpushx(key, pack(entry)).ltrim(key, -MOST_ENTRIES, -1);
    },

    async newest(crm, purchaseId) {
      const packed = await redis.lindexBuffer(keys.timeline(crm, purchaseId), -1);
      return packed === null ? undefined : unpack(packed);
    },

    replaceNewest(pipeline, purchaseId, entry) {
      write(pipeline, keys.timeline(entry.crm, purchaseId), entry, pack(entry), "replace");
    },

    async read(crms, purchaseId) {
      const lists = await Promise.all(crms.map((crm) => redis.lrangeBuffer(keys.timeline(crm, purchaseId), 0, -1)));
      return lists
        .flat()
        .map(unpack)
        .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    },
  };
}

/** Whether a pass only repeats what the one before it said: same failures, nothing folded in, nothing written. */
export function repeats(entry: PassEntry, before: TimelineEntry | undefined): before is PassEntry {
  return (
    before?.kind === "pass" &&
    entry.outcome === before.outcome &&
    entry.notifications.length === 0 &&
    !entry.records.some(({ action }) => action !== "unchanged") &&
    sentences(entry) === sentences(before)
  );
}

function sentences(entry: PassEntry): string {
  return entry.failures.map(({ sentence }) => sentence).join("\n");
}

function pack(entry: TimelineEntry): Buffer {
  return compress(JSON.stringify(entry));
}

function unpack(packed: Buffer): TimelineEntry {
  return timelineEntry.parse(JSON.parse(decompress(packed)));
}
