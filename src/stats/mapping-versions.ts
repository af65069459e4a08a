/**
 * Which versions of the mapping files were in force, since when, as what text, and which purchases each of them wrote. Restarts and
 * deployments do not change that; a version that comes back is in force once more.
 */
import { z } from "zod";
import type { MappingsInForce } from "../mapping/live.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";

export interface MappingVersion {
  readonly crm: string;
  readonly file: string;
  readonly version: string;
  /** ISO UTC. */
  readonly since: string;
}

/** One that was in force, or is. */
export interface PastVersion extends MappingVersion {
  /** ISO UTC: when another one took its place; absent for the one in force. */
  readonly until?: string;
}

export interface MappingVersions {
  /** Notes the files in force, each version once: two processes that have different ones do not take turns. */
  note(inForce: Pick<MappingsInForce, "set" | "texts">): Promise<void>;
  /** File to ISO UTC. */
  since(): Promise<ReadonlyMap<string, string>>;
  /** Newest first, at most 200 of the retention. */
  history(): Promise<readonly PastVersion[]>;
  /** Undefined once it is older than the retention. */
  text(version: string): Promise<string | undefined>;
}

const MOST = 200;

const noted = z.object({ version: z.string(), since: z.string() });
const remembered = z.object({ crm: z.string(), file: z.string(), version: z.string(), since: z.string() });

/** KEYS: in force, history. ARGV: file, version, its entry in force, its entry in the history, its time in ms, before when all goes. */
const NOTE_SCRIPT = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known).version == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[6])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -${MOST + 1})
return 1
`;

interface NoteCommands {
  crmSyncNoteMapping(...args: (string | number)[]): Promise<number>;
}

export function createMappingVersions(
  client: RedisClient,
  keys: Keys,
  { retentionSeconds }: { readonly retentionSeconds: number },
): MappingVersions {
  const redis = withScripts<NoteCommands>(client, { crmSyncNoteMapping: { lua: NOTE_SCRIPT, numberOfKeys: 2 } });
  /** File to the version that this process noted last. */
  const mine = new Map<string, string>();

  return {
    async note({ set, texts }) {
      const now = Date.now();
      const since = new Date(now).toISOString();
      // Whatever Redis has lost is noted anew.
      const known = await redis.hgetall(keys.mappings);
      for (const { crm, file, version } of set.mappings) {
        const isNoted = mine.get(file) === version && file in known;
        // The text is kept for as long as it is in force, and the retention after that.
        if (isNoted && (await redis.expire(keys.mappingText(version), retentionSeconds)) === 1) continue;
        const text = texts.find((one) => one.file === file)?.text ?? "";
        await redis.set(keys.mappingText(version), compress(text), "EX", retentionSeconds);
        await redis.crmSyncNoteMapping(
          ...[keys.mappings, keys.mappingHistory, file, version],
          ...[JSON.stringify({ version, since }), JSON.stringify({ crm, file, version, since })],
          ...[now, now - retentionSeconds * 1000],
        );
        mine.set(file, version);
      }
    },

    async since() {
      const entries = Object.entries(await redis.hgetall(keys.mappings));
      return new Map(entries.map(([file, text]) => [file, noted.parse(JSON.parse(text)).since]));
    },

    async history() {
      const entries = await redis.zrange(keys.mappingHistory, 0, "-1", "REV");
      const versions = entries.map((entry): MappingVersion => remembered.parse(JSON.parse(entry)));
      return versions.map((one, index) => {
        const next = versions.slice(0, index).findLast(({ file }) => file === one.file);
        return { ...one, ...(next && { until: next.since }) };
      });
    },

    async text(version) {
      const packed = await redis.getBuffer(keys.mappingText(version));
      return packed === null ? undefined : decompress(packed);
    },
  };
}
