/**
 * What failed for good or waits for a person, per CRM, grouped by cause: the same kind and code at the same object and
 * fields, or the same reason to hold. Kept up to date as jobs end, so that showing it scans nothing.
 */
import type { ChainableCommander } from "ioredis";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { digest, type Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { type FailureEntry, failureEntries } from "./entries.ts";
import { LIST_FAILED_SCRIPT, UNLIST_FAILED_SCRIPT } from "./failed-scripts.ts";
import { HOLD_REASONS } from "./hold-reasons.ts";

const causeEntry = z.object({
  kind: z.string(),
  code: z.string().optional(),
  object: z.string().optional(),
  fields: z.array(z.string()),
  hold: z.enum(HOLD_REASONS).optional(),
  /** The first failure of this cause, as an example; without personal data. */
  example: z.string(),
  /** ISO UTC. */
  firstSeen: z.string(),
});

export type Cause = z.infer<typeof causeEntry> & {
  readonly id: string;
  /** Purchases on the list now. */
  readonly count: number;
  /** ISO UTC. */
  readonly lastSeen: string;
};

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
  list(crm: string, purchaseId: string, jobId: string, failures: readonly FailureEntry[]): Promise<void>;
  /** Adds the command that takes a purchase off the list to a pipeline. */
  unlist(pipeline: ChainableCommander, crm: string, purchaseId: string): void;
  /** Adds the command that looks for the purchase on the list to a pipeline; its result is for `jobIdsListed`. */
  peek(pipeline: ChainableCommander, crm: string, purchaseId: string): void;
  /** Newest first. */
  causes(crm: string): Promise<readonly Cause[]>;
  /** Newest first. @param causeId only those of one cause */
  purchases(crm: string, causeId: string | undefined, page: Page): Promise<readonly FailedPurchase[]>;
  /** Of the given purchases those on the list. */
  of(crm: string, purchaseIds: readonly string[]): Promise<ReadonlyMap<string, FailedPurchase>>;
  count(crm: string): Promise<number>;
}

interface ScriptCommands {
  crmSyncListFailed(...args: (string | number)[]): Promise<unknown>;
}
interface PipelineCommands {
  crmSyncUnlistFailed(...args: string[]): unknown;
}

export function createFailedList(options: { readonly redis: RedisClient; readonly keys: Keys }): FailedList {
  const { keys } = options;
  const redis = withScripts<ScriptCommands & PipelineCommands>(options.redis, {
    crmSyncListFailed: { numberOfKeys: 4, lua: LIST_FAILED_SCRIPT },
    crmSyncUnlistFailed: { numberOfKeys: 4, lua: UNLIST_FAILED_SCRIPT },
  });
  const names = (crm: string): string[] => [
    keys.failed(crm),
    keys.failedByTime(crm),
    keys.causes(crm),
    keys.failedByCause(crm),
  ];

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

    async list(crm, purchaseId, jobId, failures) {
      const now = Date.now();
      const causes = new Map(failures.map((failure) => [causeId(failure), causeOf(failure, now)]));
      await redis.crmSyncListFailed(
        ...names(crm),
        purchaseId,
        now,
        jobId,
        JSON.stringify(failures),
        ...[...causes].flatMap(([id, cause]) => [id, JSON.stringify(cause)]),
      );
    },

    unlist(pipeline, crm, purchaseId) {
      (pipeline as ChainableCommander & PipelineCommands).crmSyncUnlistFailed(...names(crm), purchaseId);
    },

    peek(pipeline, crm, purchaseId) {
      pipeline.hget(keys.failed(crm), purchaseId);
    },

    async causes(crm) {
      const entries = Object.entries(await redis.hgetall(keys.causes(crm)));
      const last = new Map(entries.filter(([name]) => name.endsWith(":last")));
      const causes = entries.filter(([name]) => !name.endsWith(":last"));
      const counts = await Promise.all(
        causes.map(([id]) => redis.zlexcount(keys.failedByCause(crm), `[${id}:`, `(${id};`)),
      );
      return causes
        .map(([id, text], index): Cause => {
          const lastSeen = new Date(Number(last.get(`${id}:last`))).toISOString();
          return { ...causeEntry.parse(JSON.parse(text)), id, count: counts[index] ?? 0, lastSeen };
        })
        .filter(({ count }) => count > 0)
        .toSorted((a, b) => (a.lastSeen < b.lastSeen ? 1 : -1));
    },

    async purchases(crm, id, { offset, limit }) {
      if (id === undefined) {
        const newest = await redis.zrange(keys.failedByTime(crm), offset, String(offset + limit - 1), "REV");
        return [...(await of(crm, newest)).values()];
      }
      const places = await redis.zrevrangebylex(keys.failedByCause(crm), `(${id};`, `[${id}:`, "LIMIT", offset, limit);
      return [...(await of(crm, places.map(purchaseOfPlace))).values()];
    },

    count: (crm) => redis.zcard(keys.failedByTime(crm)),
  };
}

/** Of `<cause>:<time>:<purchase>`. */
function purchaseOfPlace(place: string): string {
  return place.split(":").slice(2).join(":");
}

/** @param result what the pipeline answered to `peek` @returns undefined where the purchase is not listed */
export function jobIdsListed(result: unknown): string[] | undefined {
  return typeof result === "string" ? jobIdsIn(result) : undefined;
}

function jobIdsIn(entry: string): string[] {
  const [, jobs = ""] = entry.split("\n", 2);
  return jobs.split(" ").filter((id) => id !== "");
}

/** The same for every failure that one correction would mend. */
function causeId(failure: FailureEntry): string {
  const { kind, code, object, hold } = failure;
  return digest(JSON.stringify([kind, code, object, hold?.reason, placesOf(failure)]));
}

function placesOf({ fields }: FailureEntry): string[] {
  return [...new Set(fields.map(({ field }) => field))].toSorted();
}

function causeOf(failure: FailureEntry, now: number): z.infer<typeof causeEntry> {
  const { kind, code, object, hold, sentence } = failure;
  return {
    kind,
    fields: placesOf(failure),
    example: sentence,
    firstSeen: new Date(now).toISOString(),
    ...(code !== undefined && { code }),
    ...(object !== undefined && { object }),
    ...(hold !== undefined && { hold: hold.reason }),
  };
}

function parseListed(purchaseId: string, entry: string, score: number): FailedPurchase {
  const [, , ...rest] = entry.split("\n");
  const failures = failureEntries.parse(JSON.parse(rest.join("\n")));
  return { purchaseId, at: new Date(score).toISOString(), failures, jobIds: jobIdsIn(entry) };
}
