/** What was authenticated and cannot be applied, as it came; however much there is, never all of it at once. */
import { z } from "zod";
import { CALLBACK_ROUTES, type CallbackRoute } from "../booking/types.ts";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { AGE_SCRIPT, PLACE_SCRIPT, PUT_SCRIPT, READ_ENTRIES_SCRIPT, RELEASE_SCRIPT } from "./quarantine-scripts.ts";

/** A delivery that was authenticated but cannot be applied; kept for a person to look at. */
export interface QuarantinedDelivery {
  readonly deliveryId: string;
  readonly route: CallbackRoute;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly reason: "not_json" | "no_purchase" | "too_large" | "ignored_format";
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  readonly contentType: string | undefined;
  readonly contentEncoding?: string | undefined;
  /** As it came, packed if it was: a few bytes may unpack to megabytes. */
  readonly body: Buffer;
  /** Its place among the arrivals by when it came first, which reading it again does not change; given with `put`. */
  readonly order?: number | undefined;
}

/** What a list shows of it. */
export interface QuarantinedHead extends Omit<QuarantinedDelivery, "body"> {
  readonly bytes: number;
}

export interface Quarantine {
  /**
   * Keeps a delivery; the same one put twice is kept once.
   *
   * @param replaced the delivery that it was read from, which leaves
   * @returns how many of the oldest had to go for want of room
   */
  put(delivery: QuarantinedDelivery, replaced?: string): Promise<number>;
  count(): Promise<number>;
  /** Newest first. */
  page(page: { readonly offset: number; readonly limit: number }): Promise<readonly QuarantinedHead[]>;
  /** Those that are there now, oldest first, a few megabytes at a time; what leaves meanwhile may be left out. */
  walk(): AsyncIterable<QuarantinedDelivery>;
  find(deliveryId: string): Promise<QuarantinedDelivery | undefined>;
  /** Takes a delivery out, because it was read after all or is of no use. */
  release(deliveryId: string): Promise<void>;
  /** Removes what is older than the retention, also where nothing new comes. */
  age(): Promise<void>;
}

export interface QuarantineOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionDays: number;
  /** What all entries may take; the oldest go. */
  readonly maxBytes?: number;
  /** What is read of them at once; one entry alone may be more. */
  readonly pageBytes?: number;
}

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 256 * 1_048_576;
const PAGE_ENTRIES = 100;
const PAGE_BYTES = 4 * 1_048_576;

export function createQuarantine(options: QuarantineOptions): Quarantine {
  const { redis, keys, maxBytes = MAX_BYTES, pageBytes = PAGE_BYTES } = options;
  const retentionMs = options.retentionDays * DAY_SECONDS * 1000;
  const scripts = withScripts<ScriptCommands>(redis, {
    crmSyncPlace: { lua: PLACE_SCRIPT, numberOfKeys: 1 },
    crmSyncQuarantine: { lua: PUT_SCRIPT, numberOfKeys: 4 },
    crmSyncAgeQuarantine: { lua: AGE_SCRIPT, numberOfKeys: 3 },
    crmSyncRelease: { lua: RELEASE_SCRIPT, numberOfKeys: 3 },
    crmSyncReadQuarantine: { lua: READ_ENTRIES_SCRIPT, numberOfKeys: 1 },
  });
  const names = [keys.quarantine, keys.quarantineByTime, keys.quarantineBytes] as const;

  async function* read(ids: readonly string[]): AsyncGenerator<QuarantinedDelivery> {
    for (let from = 0; from < ids.length; ) {
      const page = ids.slice(from, from + PAGE_ENTRIES);
      const entries = await scripts.crmSyncReadQuarantine(keys.quarantine, pageBytes, ...page);
      from += entries.length;
      for (const entry of entries) if (entry !== null) yield parseEntry(entry);
    }
  }

  return {
    async put({ body, ...rest }, replaced = "") {
      const order = rest.order ?? (await scripts.crmSyncPlace(keys.seq));
      const entry = JSON.stringify({ ...rest, order, body: body.toString("base64") });
      const at = Date.parse(rest.receivedAt);
      const limits = [retentionMs, MAX_ENTRIES, maxBytes] as const;
      return await scripts.crmSyncQuarantine(...names, keys.received, rest.deliveryId, entry, at, ...limits, replaced);
    },

    count: () => redis.zcard(keys.quarantineByTime),

    async page({ offset, limit }) {
      const ids = await redis.zrange(keys.quarantineByTime, offset, String(offset + limit - 1), "REV");
      const heads: QuarantinedHead[] = [];
      for await (const { body, ...head } of read(ids)) heads.push({ ...head, bytes: body.length });
      return heads;
    },

    async *walk() {
      yield* read(await redis.zrange(keys.quarantineByTime, "0", "-1"));
    },

    async find(deliveryId) {
      const entry = await redis.hget(keys.quarantine, deliveryId);
      return entry === null ? undefined : parseEntry(entry);
    },

    async release(deliveryId) {
      await scripts.crmSyncRelease(...names, deliveryId);
    },

    async age() {
      await scripts.crmSyncAgeQuarantine(...names, retentionMs);
    },
  };
}

interface ScriptCommands {
  crmSyncPlace(counter: string): Promise<number>;
  crmSyncQuarantine(...keysAndArgs: (string | number)[]): Promise<number>;
  crmSyncAgeQuarantine(...keysAndArgs: (string | number)[]): Promise<void>;
  crmSyncRelease(...keysAndArgs: string[]): Promise<void>;
  crmSyncReadQuarantine(...keysAndArgs: (string | number)[]): Promise<(string | null)[]>;
}

const entrySchema = z.object({
  deliveryId: z.string(),
  route: z.enum(CALLBACK_ROUTES),
  receivedAt: z.string(),
  reason: z.enum(["not_json", "no_purchase", "too_large", "ignored_format"]),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  order: z.number().optional(),
  body: z.string(),
});

/** @throws ZodError or SyntaxError when the entry was not written by `put` */
function parseEntry(entry: string): QuarantinedDelivery {
  const { contentType, body, ...rest } = entrySchema.parse(JSON.parse(entry));
  return { ...rest, contentType, body: Buffer.from(body, "base64") };
}
