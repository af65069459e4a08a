/** The timeline of a purchase in one CRM, compressed, the newest entries only, gone after the retention. */
import type { ChainableCommander } from "ioredis";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";
import { type PassEntry, type TimelineEntry, timelineEntry } from "./entries.ts";

export interface Timeline {
  /** Adds the commands that append an entry to purchases' timelines to a pipeline. */
  append(pipeline: ChainableCommander, purchaseIds: readonly string[], entry: TimelineEntry): void;
  /** The newest entry, with the command that replaces it. */
  newest(crm: string, purchaseId: string): Promise<TimelineEntry | undefined>;
  /** Adds the commands that put an entry in the place of the newest. */
  replaceNewest(pipeline: ChainableCommander, purchaseId: string, entry: TimelineEntry): void;
  /** Of the given CRMs together, oldest first. */
  read(crms: readonly string[], purchaseId: string): Promise<readonly TimelineEntry[]>;
}

const MAX_ENTRIES = 50;

export function createTimeline(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): Timeline {
  const { redis, keys, retentionSeconds } = options;

  return {
    append(pipeline, purchaseIds, entry) {
      const packed = pack(entry);
      for (const purchaseId of purchaseIds) {
        const key = keys.timeline(entry.crm, purchaseId);
        pipeline.rpush(key, packed).ltrim(key, -MAX_ENTRIES, -1).expire(key, retentionSeconds);
      }
    },

    async newest(crm, purchaseId) {
      const packed = await redis.lindexBuffer(keys.timeline(crm, purchaseId), -1);
      return packed === null ? undefined : unpack(packed);
    },

    replaceNewest(pipeline, purchaseId, entry) {
      const key = keys.timeline(entry.crm, purchaseId);
      pipeline.rpop(key).rpush(key, pack(entry)).expire(key, retentionSeconds);
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
