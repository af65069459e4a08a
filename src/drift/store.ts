/** What is not as we wrote it, as the last look found it: in Redis, compressed, since it holds values of people. */
import type { RedisClient } from "../redis/client.ts";
import { compress, decompress } from "../redis/compress.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { withDecided } from "./decided.ts";
import { type Drifted, drifted } from "./drifted.ts";
import { type DriftList, listsOf } from "./lists.ts";
import { placeOf, type RecordPlace } from "./place.ts";
import type { Rounds } from "./round.ts";
import { createSwap } from "./store-script.ts";
import { type Tally, tally, trimmed } from "./tally.ts";

export type { Drifted, DriftedField } from "./drifted.ts";

export interface DriftStore {
  /** What is kept of these records, by `placeOf`. */
  kept(records: readonly RecordPlace[]): Promise<ReadonlyMap<string, Drifted>>;
  /** Keeps it, since when it was first kept. @returns false where there is no room for another one */
  keep(entry: Drifted): Promise<boolean>;
  /** Keeps what is made of what is kept; asked anew where that became another meanwhile. @throws what `to` does: nothing is changed */
  amend(record: RecordPlace, to: (kept: Drifted | undefined) => Drifted): Promise<void>;
  /** They are as we wrote them, or are no business of ours any more. */
  drop(records: readonly RecordPlace[]): Promise<void>;
  /** Everything that is kept, in no order. */
  all(): AsyncIterable<Drifted>;
  /** The newest first. @param of only what is on this list */
  page(of: DriftList | undefined, at: { readonly offset: number; readonly limit: number }): Promise<readonly Drifted[]>;
  /** How many there are now. @param of only those on this list */
  count(of?: DriftList): Promise<number>;
  /** As they were last counted; undefined where they have not been, or somebody has been forgotten since. */
  tally(): Promise<Tally | undefined>;
  /** @param counted undefined: as if they never were */
  keepTally(counted: Tally | undefined): Promise<void>;
}

/** Of a CRM: its rounds, and what they found. */
export interface DriftKept {
  readonly rounds: Rounds;
  readonly store: DriftStore;
}

/** Past these nobody reads a list; a mapping or an import of theirs is behind it. */
const MOST = 20_000;
const PAGE = 200;
/** So many fields, editors and days are told. */
const TOLD = 50;

export function createDriftStore(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly retentionDays: number;
  readonly most?: number;
}): DriftStore {
  const { redis, keys, crm, most = MOST } = options;
  const [entries, times, counted] = [keys.drifted(crm), keys.driftedByTime(crm), keys.driftTally(crm)];
  const seconds = options.retentionDays * DAY_SECONDS;

  const swap = createSwap(redis, { entries, times, seconds });
  const keyOf = (list: DriftList): string => keys.driftedLike(crm, list);

  async function named(names: readonly string[]): Promise<Drifted[]> {
    const found = names.length === 0 ? [] : await redis.hmgetBuffer(entries, ...names);
    return found.map(read).filter((one) => one !== undefined);
  }

  async function kept(records: readonly RecordPlace[]): Promise<Map<string, Drifted>> {
    return new Map((await named(records.map(placeOf))).map((one) => [placeOf(one), one]));
  }

  /** @returns false where there is no room for another one */
  async function change(name: string, to: (before: Drifted | undefined) => Drifted | undefined): Promise<boolean> {
    for (;;) {
      const [packed = null] = await redis.hmgetBuffer(entries, name);
      const before = read(packed);
      const entry = to(before);
      if (entry !== undefined && before === undefined && (await redis.hlen(entries)) >= most) return false;
      const after = entry && { packed: compress(JSON.stringify(entry)), at: Date.parse(entry.since) };
      const [leaves, joins] = [before, entry].map((one) => (one === undefined ? [] : listsOf(one).map(keyOf)));
      if (await swap({ name, before: packed, after, leaves: leaves ?? [], joins: joins ?? [] })) return true;
    }
  }

  return {
    kept,

    keep: (entry) =>
      change(placeOf(entry), (before) => ({
        ...withDecided(entry, before),
        since: before?.kind === entry.kind ? before.since : entry.since,
      })),

    async amend(record, to) {
      await change(placeOf(record), to);
    },

    async drop(records) {
      const names = records.map(placeOf);
      const found = names.length === 0 ? [] : await redis.hmgetBuffer(entries, ...names);
      const there = names.filter((_, index) => found[index] != null);
      await Promise.all(there.map((name) => change(name, () => undefined)));
    },

    async *all() {
      let cursor = "0";
      do {
        const [next, page] = await redis.zscan(times, cursor, "COUNT", PAGE);
        const names = page.filter((_, index) => index % 2 === 0);
        yield* await named(names);
        cursor = next;
      } while (cursor !== "0");
    },

    async page(of, { offset, limit }) {
      const key = of === undefined ? times : keyOf(of);
      return await named(await redis.zrevrange(key, offset, offset + limit - 1));
    },

    count: (of) => redis.zcard(of === undefined ? times : keyOf(of)),

    async tally() {
      const text = await redis.get(counted);
      return text === null ? undefined : tally.safeParse(JSON.parse(text)).data;
    },

    async keepTally(now) {
      if (now === undefined) await redis.del(counted);
      else await redis.set(counted, JSON.stringify(trimmed(now, TOLD)), "EX", seconds);
    },
  };
}

/** @returns undefined where there is none, or one of another version */
function read(packed: Buffer | null): Drifted | undefined {
  return packed === null ? undefined : drifted.safeParse(JSON.parse(decompress(packed))).data;
}
