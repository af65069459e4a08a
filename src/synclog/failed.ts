/**
 * What failed for good or waits for a person, per CRM, grouped by cause. Kept up to date as jobs end, so that showing it scans
 * nothing. What is known of the causes, also of those that are mended, is read in `kept-causes.ts`.
 */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { type After, type CauseKind, causeId, causeOf, kindOf, kindOfAll } from "./cause.ts";
import { type FailureEntry, failureEntries } from "./entries.ts";
import { ACTED_SCRIPT, FAILED_KEYS, LIST_FAILED_SCRIPT, UNLIST_FAILED_SCRIPT } from "./failed-scripts.ts";
import { hourOf } from "./hours.ts";

export interface FailedPurchase {
  readonly purchaseId: string;
  /** ISO UTC. */
  readonly at: string;
  readonly failures: readonly FailureEntry[];
  /** BullMQ's ids of its failed jobs. */
  readonly jobIds: readonly string[];
}

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export interface FailedList {
  /** Lists a purchase whose job has failed for good, in place of what was listed for it before. */
  list(crm: string, listed: Listed): Promise<void>;
  /** Brings what an earlier version listed, without causes that are kept, up to date. */
  adopt(crm: string): Promise<void>;
  /** Notes what somebody did about those of the purchases that are listed. */
  acted(crm: string, purchaseIds: readonly string[], after: After): Promise<void>;
  /** Takes a purchase off the list. */
  unlist(crm: string, purchaseId: string): Promise<unknown>;
  /** The jobs that a purchase failed with; undefined where it is not listed. */
  jobIds(crm: string, purchaseId: string): Promise<string[] | undefined>;
  /** Newest first. @param causeId only those of one cause */
  purchases(crm: string, causeId: string | undefined, page: Page): Promise<readonly FailedPurchase[]>;
  /** Of the given purchases those on the list. */
  of(crm: string, purchaseIds: readonly string[]): Promise<ReadonlyMap<string, FailedPurchase>>;
  /** Purchases that wait for a person and for nothing else are `held`. */
  counts(crm: string): Promise<Readonly<Record<CauseKind, number>>>;
}

export interface Listed {
  readonly purchaseId: string;
  readonly jobId: string;
  readonly failures: readonly FailureEntry[];
  /** Digest of whom it is for; where nobody is known, each purchase counts as somebody's. */
  readonly customer?: string | undefined;
}

interface ScriptCommands {
  crmSyncListFailed(...args: (string | number)[]): Promise<unknown>;
  crmSyncActedOnFailed(...args: string[]): Promise<unknown>;
  crmSyncUnlistFailed(...args: (string | number)[]): Promise<unknown>;
}

const AT_ONCE = 500;
/** Which key has the causes of a kind that are listed. */
const LISTED_KEY: Readonly<Record<CauseKind, number>> = { failed: 6, held: 7 };

/** The keys that all scripts of the list are given. */
function listKeys(keys: Keys, crm: string): string[] {
  return [
    keys.failed(crm),
    keys.failedByTime(crm),
    keys.causes(crm),
    keys.failedByCause(crm),
    keys.causesByTime(crm),
    keys.causesListed(crm, "failed"),
    keys.causesListed(crm, "held"),
    keys.heldPurchases(crm),
    keys.actedOn(crm),
  ];
}

export function createFailedList(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly retentionSeconds: number;
}): FailedList {
  const { keys, retentionSeconds } = options;
  const redis = withScripts<ScriptCommands>(options.redis, {
    crmSyncListFailed: { lua: LIST_FAILED_SCRIPT },
    crmSyncUnlistFailed: { numberOfKeys: FAILED_KEYS, lua: UNLIST_FAILED_SCRIPT },
    crmSyncActedOnFailed: { numberOfKeys: 2, lua: ACTED_SCRIPT },
  });

  /** @param before the entry that it has to have; any when left out */
  async function list(crm: string, listed: Listed, at: number, before = ""): Promise<void> {
    const { purchaseId, jobId, failures, customer = `purchase ${purchaseId}` } = listed;
    const hour = hourOf(at);
    const causes = [...new Map(failures.map((failure) => [causeId(failure), causeOf(failure, at)]))];
    const own = causes.flatMap(([id, cause]) => [
      keys.causeConcerns(crm, id, "purchases"),
      keys.causeConcerns(crm, id, "customers"),
      ...(["causes", "purchases", "customers"] as const).map((what) => keys.listedIn(crm, kindOf(cause), hour, what)),
    ]);
    const names = [...listKeys(keys, crm), ...own];
    const isHeld = kindOfAll(failures) === "held" ? 1 : 0;
    const known = causes.flatMap(([id, cause]) => [id, JSON.stringify(cause), LISTED_KEY[kindOf(cause)]]);
    const what = [purchaseId, at, hour, jobId, JSON.stringify(failures), isHeld, customer, retentionSeconds, before];
    await redis.crmSyncListFailed(names.length, ...names, ...what, ...known);
  }

  async function adoptOne(crm: string, purchaseId: string, at: number): Promise<void> {
    const entry = await redis.hget(keys.failed(crm), purchaseId);
    if (entry === null) return;
    const { failures, jobIds } = parseListed(purchaseId, entry, at);
    const known = await redis.zmscore(keys.causesByTime(crm), ...failures.map(causeId));
    if (known.includes(null)) await list(crm, { purchaseId, jobId: jobIds[0] ?? "", failures }, at, entry);
  }

  async function of(crm: string, purchaseIds: readonly string[]): Promise<Map<string, FailedPurchase>> {
    const found = new Map<string, FailedPurchase>();
    if (purchaseIds.length === 0) return found;
    const [entries, scores] = await Promise.all([
      redis.hmget(keys.failed(crm), ...purchaseIds),
      redis.zmscore(keys.failedByTime(crm), ...purchaseIds),
    ]);
    for (const [index, purchaseId] of purchaseIds.entries()) {
      const entry = entries[index];
      if (entry) found.set(purchaseId, parseListed(purchaseId, entry, Number(scores[index])));
    }
    return found;
  }

  return {
    of,

    list: (crm, listed) => list(crm, listed, Date.now()),

    async adopt(crm) {
      // Oldest first, so that a cause is known since the first of what is listed for it.
      for (let offset = 0; ; offset += AT_ONCE) {
        const flat = await redis.zrange(keys.failedByTime(crm), offset, String(offset + AT_ONCE - 1), "WITHSCORES");
        for (let index = 0; index < flat.length; index += 2) {
          await adoptOne(crm, flat[index] ?? "", Number(flat[index + 1]));
        }
        if (flat.length < AT_ONCE * 2) return;
      }
    },

    async acted(crm, purchaseIds, after) {
      // An answer is followed by a retry, which is part of it.
      const yields = after.action === "retry" ? "1" : "0";
      const names = [keys.failed(crm), keys.actedOn(crm)];
      await redis.crmSyncActedOnFailed(...names, JSON.stringify(after), yields, ...purchaseIds);
    },

    unlist: (crm, purchaseId) => redis.crmSyncUnlistFailed(...listKeys(keys, crm), purchaseId, Date.now()),

    async jobIds(crm, purchaseId) {
      const entry = await redis.hget(keys.failed(crm), purchaseId);
      return entry === null ? undefined : jobIdsIn(entry);
    },

    async purchases(crm, id, { offset, limit }) {
      if (id === undefined) {
        const newest = await redis.zrange(keys.failedByTime(crm), offset, String(offset + limit - 1), "REV");
        return [...(await of(crm, newest)).values()];
      }
      const places = await redis.zrevrangebylex(keys.failedByCause(crm), `(${id};`, `[${id}:`, "LIMIT", offset, limit);
      return [...(await of(crm, places.map(purchaseOfPlace))).values()];
    },

    async counts(crm) {
      const [all, held] = await Promise.all([
        redis.zcard(keys.failedByTime(crm)),
        redis.scard(keys.heldPurchases(crm)),
      ]);
      return { failed: Math.max(0, all - held), held };
    },
  };
}

/** Of `<cause>:<time>:<purchase>`. */
function purchaseOfPlace(place: string): string {
  return place.split(":").slice(2).join(":");
}

function jobIdsIn(entry: string): string[] {
  const [, jobs = ""] = entry.split("\n", 2);
  return jobs.split(" ").filter((id) => id !== "");
}

function parseListed(purchaseId: string, entry: string, score: number): FailedPurchase {
  const [, , ...rest] = entry.split("\n");
  const failures = failureEntries.parse(JSON.parse(rest.join("\n")));
  return { purchaseId, at: new Date(score).toISOString(), failures, jobIds: jobIdsIn(entry) };
}
