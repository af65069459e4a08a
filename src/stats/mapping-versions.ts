/** Remembers since when each mapping file has been in force as it is, which restarts and deployments do not change. */
import { z } from "zod";
import type { Mapping } from "../mapping/mapping.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

export interface MappingVersions {
  /** Notes the files in force; those whose version is known stay as noted. */
  note(mappings: readonly Mapping[]): Promise<void>;
  /** File to ISO UTC. */
  since(): Promise<ReadonlyMap<string, string>>;
}

const noted = z.object({ version: z.string(), since: z.string() });

export function createMappingVersions(redis: RedisClient, keys: Keys): MappingVersions {
  async function read(): Promise<Map<string, z.infer<typeof noted>>> {
    const entries = Object.entries(await redis.hgetall(keys.mappings));
    return new Map(entries.map(([file, text]) => [file, noted.parse(JSON.parse(text))]));
  }

  return {
    async note(mappings) {
      const known = await read();
      const since = new Date().toISOString();
      const changed = mappings.filter(({ file, version }) => known.get(file)?.version !== version);
      if (changed.length === 0) return;
      const entries = changed.map(({ file, version }): [string, string] => [file, JSON.stringify({ version, since })]);
      await redis.hset(keys.mappings, new Map(entries));
    },

    async since() {
      return new Map([...(await read())].map(([file, entry]) => [file, entry.since]));
    },
  };
}
