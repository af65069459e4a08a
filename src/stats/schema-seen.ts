/** What the CRMs said of their objects when they were last asked, and what of it no longer suits the mappings. In Redis. */
import { z } from "zod";
import { type SchemaBase, schemaBase } from "../mapping/schema-base.ts";
import { type SchemaIssue, schemaIssue } from "../mapping/schema-issue.ts";
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import type { Keys } from "../redis/keys.ts";

export interface SchemaLook {
  /** ISO UTC. */
  readonly at: string;
  /** Of the mapping files that it was compared with. */
  readonly versions: string;
  readonly issues: readonly SchemaIssue[];
}

export interface SchemaSeen {
  /** @returns undefined where nobody looked */
  last(crm: string): Promise<SchemaLook | undefined>;
  base(crm: string): Promise<SchemaBase>;
  note(crm: string, look: SchemaLook, base: SchemaBase): Promise<void>;
  /** Milliseconds since the epoch: when somebody last tried to look, whether or not the CRM answered. */
  triedAt(crm: string): Promise<number>;
  trying(crm: string, at: number): Promise<void>;
  /** Nobody looks any more: what was found says nothing. */
  forget(crm: string): Promise<void>;
}

const issues = z.array(schemaIssue);

export function createSchemaSeen({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): SchemaSeen {
  return {
    async last(crm) {
      const [at, versions, found] = await redis.hmget(keys.schema(crm), "at", "versions", "issues");
      if (!at || !found) return undefined;
      // What another version kept is looked at anew.
      const read = issues.safeParse(JSON.parse(found));
      return read.success ? { at, versions: versions ?? "", issues: read.data } : undefined;
    },
    async base(crm) {
      const packed = await redis.hgetBuffer(keys.schema(crm), "base");
      if (packed === null) return {};
      const read = schemaBase.safeParse(JSON.parse(decompress(packed)));
      return read.success ? read.data : {};
    },
    async note(crm, { at, versions, issues: found }, base) {
      const packed = compress(JSON.stringify(base));
      await redis.hset(keys.schema(crm), { at, versions, issues: JSON.stringify(found), base: packed });
    },
    triedAt: async (crm) => Number((await redis.hget(keys.schema(crm), "tried")) ?? 0),
    async trying(crm, at) {
      await redis.hset(keys.schema(crm), { tried: at });
    },
    async forget(crm) {
      await redis.del(keys.schema(crm));
    },
  };
}
