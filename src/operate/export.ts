/**
 * The history of every purchase, for those who keep their own: what passes and people did in a time, a line each. Walked a
 * page at a time, so that it takes no more memory for a hundred thousand purchases than for one.
 */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { digest } from "../redis/keys.ts";
import { pairsOf } from "../redis/pairs.ts";
import type { TimelineEntry } from "../synclog/entries.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { masking, revealing, type ShownEntry } from "./show/veil.ts";

export type ExportedLine = {
  /** The same for the same entry, whenever it is exported. */
  readonly id: string;
  readonly purchase: string;
} & ShownEntry;

export interface ExportDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly { readonly crm: string }[];
  readonly syncLog: Pick<SyncLog, "timeline">;
}

export interface ExportAsked {
  readonly since: Date;
  /** Not including it. */
  readonly until: Date;
  /** Whether personal data is in it. */
  readonly reveal: boolean;
}

const PAGE = 200;

/** Purchase by purchase, each oldest first. One that something happens to meanwhile may come twice, with the same ids. */
export async function* exportTimelines(
  deps: ExportDeps,
  { since, until, reveal }: ExportAsked,
): AsyncGenerator<ExportedLine> {
  const veil = reveal ? revealing : masking;
  const [from, to] = [since.toISOString(), until.toISOString()];
  for await (const purchases of pagesOf(deps)) {
    const timelines = await Promise.all(purchases.map((purchase) => deps.syncLog.timeline(purchase)));
    for (const [index, timeline] of timelines.entries()) {
      const purchase = purchases[index] ?? "";
      const idOf = createIds(purchase);
      for (const entry of timeline) {
        if (entry.at < from || entry.at >= to) continue;
        yield { id: idOf(entry), purchase, ...veil.entry(entry) };
      }
    }
  }
}

/** @returns the id of each entry of the purchase's timeline, to be asked for in their order */
function createIds(purchase: string): (entry: TimelineEntry) => string {
  const used = new Map<string, number>();
  return (entry) => {
    // A round finds several records of a purchase at once.
    const of = entry.kind === "drift" ? [entry.object, entry.id] : [];
    const name = [purchase, entry.crm, entry.kind, entry.at, ...of].join(" ");
    // A pick and the retry that is part of it may be of one millisecond.
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    return digest(before === 0 ? name : `${name} ${before}`);
  };
}

/** Those that something came for lately, and those that failed before. */
async function* pagesOf({ redis, keys, crms }: ExportDeps): AsyncGenerator<readonly string[]> {
  yield* walk(redis, keys.recent);
  for (const [index, { crm }] of crms.entries()) {
    const others = [keys.recent, ...crms.slice(0, index).map((other) => keys.failedByTime(other.crm))];
    for await (const page of walk(redis, keys.failedByTime(crm))) {
      const scores = await Promise.all(others.map((key) => redis.zmscore(key, ...page)));
      yield page.filter((_, at) => scores.every((of) => of[at] === null));
    }
  }
}

/** A sorted set from its lowest score up: what moves up meanwhile is met again, and none is missed. */
async function* walk(redis: RedisClient, key: string): AsyncGenerator<readonly string[]> {
  let lowest = "-inf";
  /** Members with the lowest score, which have been met. */
  let met = new Set<string>();
  for (;;) {
    const flat = await redis.zrange(key, lowest, "+inf", "BYSCORE", "LIMIT", 0, PAGE + met.size, "WITHSCORES");
    const fresh = pairsOf(flat)
      .map(([member, score]) => ({ member, score }))
      .filter(({ member, score }) => score !== lowest || !met.has(member));
    const last = fresh.at(-1);
    if (last === undefined) return;
    yield fresh.map(({ member }) => member);
    const level = fresh.filter(({ score }) => score === last.score).map(({ member }) => member);
    met = new Set(last.score === lowest ? [...met, ...level] : level);
    lowest = last.score;
  }
}
