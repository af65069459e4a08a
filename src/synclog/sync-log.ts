/**
 * The sync log: what happened to each purchase in each CRM, what failed or waits for a person and why, and how to find a
 * purchase again. The worker writes it after each pass; the dashboard reads it.
 */
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Place, Stretch } from "../redis/in-order.ts";
import type { Keys } from "../redis/keys.ts";
import type { Cause, CauseKind } from "./cause.ts";
import type { ActionEntry, DriftEntry, FailureEntry, PassEntry, TimelineEntry } from "./entries.ts";
import { createFailedList, type FailedPurchase, type Listed, type Page } from "./failed.ts";
import { failedInOrder } from "./failed-in-order.ts";
import { createKeptCauses, type KeptCauses } from "./kept-causes.ts";
import { type ListedPurchase, listed } from "./listed.ts";
import { renew } from "./renewal.ts";
import { createSearch, type SearchHit } from "./search.ts";
import { createTimeline, repeats } from "./timeline.ts";
import type { Trait } from "./traits.ts";
import { createWrittenBy, type WrittenBy } from "./written-by.ts";

export interface PurchaseStatus {
  /** `failed` includes held; `waiting`: something has arrived that is not applied yet. */
  readonly status: "failed" | "waiting" | "up_to_date";
  /** Why, for the failed ones. */
  readonly failures: readonly FailureEntry[];
}

export interface SyncLog {
  /**
   * Appends what a pass did to the purchase's timeline, in one round trip. @returns ids of its failed jobs, where it succeeded
   * and is on the failed list: once they are removed it is to be taken off
   */
  recordPass(purchaseId: string, entry: PassEntry, found: FoundBy): Promise<readonly string[] | undefined>;
  /** Lists a purchase whose job has failed for good. */
  recordFailed(
    crm: string,
    purchaseId: string,
    jobId: string,
    failures: readonly FailureEntry[],
    customer?: Listed["customer"],
  ): Promise<void>;
  /** Writes one action in the timelines of all these purchases, in one round trip. */
  recordAction(purchaseIds: readonly string[], action: ActionEntry): Promise<void>;
  /** Writes in the timelines that there are what came of records in the CRM, in one round trip; it begins none, and keeps none longer. */
  recordDrift(crm: string, told: readonly ToldDrift[]): Promise<void>;
  /** Takes purchases off the failed list, in one round trip; their failed jobs are to be removed before. */
  unlist(crm: string, purchaseIds: readonly string[]): Promise<void>;

  /** Everything still known of a purchase, in all CRMs, oldest first. */
  timeline(purchaseId: string): Promise<readonly TimelineEntry[]>;
  /** The same of one CRM, with what the timeline has no room for and an undo may still need. */
  undoable(crm: string, purchaseId: string): Promise<readonly TimelineEntry[]>;
  /**
   * @param query an id, an address, a number or words, as `Search` says
   * @returns newest first
   */
  find(query: string, limit: number): Promise<readonly SearchHit[]>;
  /** Purchases by their newest arrival, newest first. @param span only of this time, in milliseconds since the epoch */
  recent(page: Page, span?: Span): Promise<readonly ListedPurchase[]>;
  /** Those that wait for a CRM, by when the oldest of what waits arrived, the oldest first. */
  waiting(crm: string, page: Page): Promise<readonly ListedPurchase[]>;
  /** What each version of a mapping file wrote. */
  readonly writtenBy: Pick<WrittenBy, "count" | "purchases">;
  status(crm: string, purchaseIds: readonly string[]): Promise<ReadonlyMap<string, PurchaseStatus>>;
  /** Why purchases of a CRM are on the failed list, newest first. */
  causes(crm: string): Promise<readonly Cause[]>;
  /** The same a page at a time, and what was mended. */
  readonly kept: KeptCauses;
  /** Purchases on the failed list, newest first. @param causeId only those of one cause */
  failed(crm: string, causeId: string | undefined, page: Page): Promise<readonly FailedPurchase[]>;
  failedCount(crm: string): Promise<number>;
  /** The same in two: those that wait for a person and for nothing else are `held`. */
  failedCounts(crm: string): Promise<Readonly<Record<CauseKind, number>>>;
  /** The same oldest first, on from the last one that was read, whatever happens to the list meanwhile. */
  failedInOrder(crm: string, causeId: string | undefined, stretch: Stretch): Promise<readonly Place[]>;
  /** BullMQ's ids of the failed jobs of purchases on the failed list. */
  failedJobs(crm: string, purchaseIds: readonly string[]): Promise<readonly string[]>;

  /** Keeps what waits, failed or is held in a CRM among the purchases that are found; for every few hours. */
  renew(crm: string): Promise<void>;

  /**
   * Removes every trace of a purchase from the log, for the right to be forgotten; `sweepWords` is to follow.
   *
   * @param everyCrm those that are configured no longer among them
   */
  erase(purchaseId: string, everyCrm: readonly string[]): Promise<void>;
  /** Removes the words that no purchase is found by any more. */
  sweepWords(): Promise<void>;
}

export interface Span {
  readonly from: number;
  /** Not part of it. */
  readonly to: number;
}

/** What makes a purchase findable. */
export interface FoundBy {
  readonly traits: readonly Trait[];
  /** Milliseconds since the epoch of the newest arrival. */
  readonly at: number;
}

/** What one of a purchase's records came to in the CRM. */
export interface ToldDrift {
  readonly purchaseId: string;
  readonly entry: Omit<DriftEntry, "crm">;
}

export interface SyncLogOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly string[];
  readonly retentionDays: number;
  /** How long what leaves a timeline is kept, as `createTimeline` says. */
  readonly undoDays?: number;
}

/** Looking at something mends nothing. */
const RESOLVING: ReadonlySet<ActionEntry["action"]> = new Set(["retry", "dismiss", "pick", "decide", "take_back"]);

export function createSyncLog(options: SyncLogOptions): SyncLog {
  const { redis, keys, crms, retentionDays, undoDays } = options;
  const parts = { redis, keys, retentionSeconds: retentionDays * DAY_SECONDS };
  const timeline = createTimeline({ ...parts, undoDays });
  const search = createSearch(parts);
  const failedList = createFailedList(parts);
  const kept = createKeptCauses(parts);
  const writtenBy = createWrittenBy(parts);

  async function unlist(crm: string, purchaseIds: readonly string[]): Promise<void> {
    await Promise.all(purchaseIds.map((purchaseId) => failedList.unlist(crm, purchaseId)));
  }

  return {
    unlist,
    writtenBy,

    async recordPass(purchaseId, entry, { traits, at }) {
      const failed = entry.outcome !== "applied";
      const before = failed ? await timeline.newest(entry.crm, purchaseId) : undefined;
      const [listed] = await Promise.all([
        failed ? undefined : failedList.jobIds(entry.crm, purchaseId),
        before !== undefined && repeats(entry, before.entry)
          ? timeline.replaceNewest(purchaseId, before, { replaced: onceMore(before.entry, entry), appended: entry })
          : timeline.append([purchaseId], entry),
        search.index(purchaseId, traits, at),
        writtenBy.add(purchaseId, entry),
      ]);
      return listed;
    },

    kept,

    recordFailed: (crm, purchaseId, jobId, failures, customer) =>
      failedList.list(crm, { purchaseId, jobId, failures, customer }),

    async recordAction(purchaseIds, action) {
      await timeline.append(purchaseIds, action);
      if (!RESOLVING.has(action.action) || purchaseIds.length === 0) return;
      const { action: what, by } = action;
      // An answer about a booking concerns it in every CRM.
      const where = what === "decide" || what === "take_back" ? crms : [action.crm];
      for (const crm of where) await failedList.acted(crm, purchaseIds, { action: what, by });
    },

    async recordDrift(crm, told) {
      await Promise.all(told.map(({ purchaseId, entry }) => timeline.appendToKept(purchaseId, { ...entry, crm })));
    },

    timeline: (purchaseId) => timeline.read(crms, purchaseId),
    undoable: (crm, purchaseId) => timeline.readAll(crm, purchaseId),
    find: (query, limit) => search.find(query, limit),

    async recent({ offset, limit }, { from, to } = { from: 0, to: Number.MAX_SAFE_INTEGER }) {
      const [newest, oldest] = [`(${to}`, String(from)];
      return listed(
        await redis.zrange(keys.recent, newest, oldest, "BYSCORE", "REV", "LIMIT", offset, limit, "WITHSCORES"),
      );
    },

    async waiting(crm, { offset, limit }) {
      return listed(await redis.zrange(keys.pending(crm), offset, String(offset + limit - 1), "WITHSCORES"));
    },

    async status(crm, purchaseIds) {
      if (purchaseIds.length === 0) return new Map();
      const [failed, pending] = await Promise.all([
        failedList.of(crm, purchaseIds),
        redis.zmscore(keys.pending(crm), ...purchaseIds),
      ]);
      return new Map(
        purchaseIds.map((id, index): [string, PurchaseStatus] => {
          const failures = failed.get(id)?.failures;
          if (failures !== undefined) return [id, { status: "failed", failures }];
          return [id, { status: pending[index] === null ? "up_to_date" : "waiting", failures: [] }];
        }),
      );
    },

    causes: (crm) => kept.listed(crm),
    failed: (crm, causeId, page) => failedList.purchases(crm, causeId, page),
    async failedCount(crm) {
      const { failed, held } = await failedList.counts(crm);
      return failed + held;
    },
    failedCounts: (crm) => failedList.counts(crm),
    failedInOrder: (crm, causeId, stretch) => failedInOrder(parts, crm, causeId, stretch),

    async failedJobs(crm, purchaseIds) {
      return [...(await failedList.of(crm, purchaseIds)).values()].flatMap(({ jobIds }) => jobIds);
    },

    async renew(crm) {
      await failedList.adopt(crm);
      await renew({ ...parts, crm });
      await kept.prune(crm);
      await search.sweep();
    },

    sweepWords: () => search.sweep(),

    async erase(purchaseId, everyCrm) {
      await search.forget(purchaseId);
      for (const crm of everyCrm) {
        await writtenBy.erase(crm, versionsIn(await timeline.readAll(crm, purchaseId)), purchaseId);
        await unlist(crm, [purchaseId]);
        await redis.del(keys.timeline(crm, purchaseId), keys.timelineRest(crm, purchaseId));
      }
    },
  };
}

/** A pass as it was told before, which has come to the same once more. */
function onceMore(before: PassEntry, { at, failures }: PassEntry): PassEntry {
  return { ...before, at, failures, times: before.times + 1 };
}

function versionsIn(entries: readonly TimelineEntry[]): string[] {
  return [...new Set(entries.flatMap((entry) => (entry.kind === "pass" ? (entry.mappings ?? []) : [])))];
}
