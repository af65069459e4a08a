/** Walks through everything that is stored about purchases, a few keys at a time, however much there is. */
import type { PurchaseState } from "../../booking/types.ts";
import { decodeArrival } from "../../inbox/arrival.ts";
import { primariesOf, type RedisClient } from "../../redis/client.ts";
import { decompress } from "../../redis/compress.ts";
import type { Keys } from "../../redis/keys.ts";
import { foldArrival } from "../../sync/fold-arrivals.ts";
import { type TimelineEntry, timelineEntry } from "../../synclog/entries.ts";
import { entryOfRest } from "../../synclog/timeline.ts";

/** One stored copy of what is known of a purchase. */
export interface StoredCopy {
  readonly purchaseId: string;
  readonly text: string;
  /** What the copy says by itself; undefined where that is nothing. @throws where it cannot be read */
  state(): PurchaseState | undefined;
}

export interface Store {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly { readonly crm: string }[];
}

/** What a copy says, or that it cannot be read. */
export function stateIn(copy: StoredCopy): PurchaseState | undefined | "broken" {
  try {
    return copy.state();
  } catch {
    return "broken";
  }
}

/** Keys whose values are read at one moment. */
const PER_STEP = 200;
/** Keys that are looked at for one with the prefix: of a million, a prefix has but some. */
const SCANNED = 2_000;
const POLICY = { unflaggedCancellation: "hold", absent: "hold" } as const;

export async function* storedCopies({ redis, keys, crms }: Store): AsyncGenerator<StoredCopy> {
  for await (const [purchaseId, entries] of lists(redis, keys.inbox(""))) {
    for (const entry of entries) yield arrivalCopy(purchaseId, entry.toString("utf8"));
  }
  for await (const [purchaseId, entries] of lists(redis, keys.history(""))) {
    for (const entry of entries) yield arrivalCopy(purchaseId, decompress(entry));
  }
  for (const { crm } of crms) {
    for await (const [purchaseId, packed] of values(redis, keys.ledger(crm, ""))) {
      const text = decompress(packed);
      yield { purchaseId, text, state: () => (JSON.parse(text) as { state?: PurchaseState }).state };
    }
    for await (const [purchaseId, packed] of values(redis, keys.former(crm, ""))) {
      yield { purchaseId, text: decompress(packed), state: () => undefined };
    }
  }
}

/** An entry of a purchase's timeline, which this version may be unable to read. */
export interface StoredEntry {
  readonly crm: string;
  readonly purchaseId: string;
  readonly text: string;
  readonly entry: TimelineEntry | undefined;
}

export async function* storedTimelines({ redis, keys, crms }: Store): AsyncGenerator<StoredEntry> {
  for (const { crm } of crms) {
    for await (const [purchaseId, entries] of lists(redis, keys.timeline(crm, ""))) {
      for (const packed of entries) yield storedEntry(crm, purchaseId, packed);
    }
    for await (const [purchaseId, entries] of lists(redis, keys.timelineRest(crm, ""))) {
      for (const kept of entries) yield storedEntry(crm, purchaseId, entryOfRest(kept));
    }
  }
}

function storedEntry(crm: string, purchaseId: string, packed: Buffer): StoredEntry {
  const text = decompress(packed);
  return { crm, purchaseId, text, entry: timelineEntry.safeParse(JSON.parse(text)).data };
}

function arrivalCopy(purchaseId: string, entry: string): StoredCopy {
  return {
    purchaseId,
    text: entry,
    state: () => foldArrival(POLICY, purchaseId, undefined, decodeArrival(entry)).state,
  };
}

/** The values under a prefix, each with the rest of its key. */
export async function* values(redis: RedisClient, prefix: string): AsyncGenerator<readonly [string, Buffer]> {
  for await (const found of keysUnder(redis, prefix)) {
    const packed = await redis.mgetBuffer(...found);
    for (const [index, value] of packed.entries()) {
      if (value !== null) yield [(found[index] ?? "").slice(prefix.length), value];
    }
  }
}

async function* lists(redis: RedisClient, prefix: string): AsyncGenerator<readonly [string, readonly Buffer[]]> {
  for await (const found of keysUnder(redis, prefix)) {
    const entries = await Promise.all(found.map((key) => redis.lrangeBuffer(key, 0, -1)));
    for (const [index, key] of found.entries()) yield [key.slice(prefix.length), entries[index] ?? []];
  }
}

/** Steps of keys; a key may come twice, as SCAN has it. */
async function* keysUnder(redis: RedisClient, prefix: string): AsyncGenerator<string[]> {
  for (const node of await primariesOf(redis)) {
    let cursor = "0";
    do {
      const [next, found] = await node.scan(cursor, "MATCH", `${prefix}*`, "COUNT", SCANNED);
      for (let from = 0; from < found.length; from += PER_STEP) yield found.slice(from, from + PER_STEP);
      cursor = next;
    } while (cursor !== "0");
  }
}
