/** Reads what was counted: figures for pages and metrics. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { bucketKey, COARSE, FINE, MINUTE, RECEIVER, type Resolution, startOf, totalKey } from "./buckets.ts";
import {
  type CallCount,
  callCounts,
  type DailyCalls,
  type Fields,
  type Figures,
  figures,
  forecast,
  type Limit,
  type Point,
  point,
  sum,
} from "./figures.ts";

export type { DailyCalls, Figures, Limit, Point } from "./figures.ts";

export interface CrmStatistics {
  readonly lastHour: Figures;
  readonly lastDay: Figures;
  /** Each five minutes of the last hour, oldest first. */
  readonly hour: readonly Point[];
  /** Each hour of the last day, oldest first. */
  readonly day: readonly Point[];
  /** Of the last day, most frequent first. */
  readonly calls: readonly CallCount[];
  /** Our own calls since midnight UTC. */
  readonly callsToday: number;
  /** Absent while the CRM has not said it. */
  readonly daily?: DailyCalls;
}

export interface Passes {
  readonly ended: number;
  readonly failed: number;
}

export interface Statistics {
  read(crm: string): Promise<CrmStatistics>;
  /** The newest report of each window. */
  limits(crm: string): Promise<{ readonly daily?: Limit; readonly burst?: Limit }>;
  /** Counters since the service was set up, as they are kept. @param scope a CRM, or `RECEIVER` */
  totals(scope: string): Promise<ReadonlyMap<string, number>>;
  /** How the passes of the last five minutes went, those that are tried again included. */
  passes(crm: string): Promise<Passes>;
  /** Deliveries of the last hour that could not be read. */
  quarantinedLately(): Promise<number>;
  /** Counters of one hour; empty where nothing is known of it any more. @param at milliseconds since the epoch */
  hour(scope: string, at: number): Promise<ReadonlyMap<string, number>>;
}

const limitReport = z.object({ limit: z.number(), remaining: z.number(), at: z.string() });

const HOUR_MS = 3_600_000;
const LATELY_MS = 5 * 60_000;
const DAY_MS = 24 * HOUR_MS;

export function createStatistics(options: { readonly redis: RedisClient; readonly keys: Keys }): Statistics {
  const { redis, keys } = options;

  async function limits(crm: string): Promise<{ daily?: Limit; burst?: Limit }> {
    const { daily, burst } = await redis.hgetall(keys.limits(crm));
    return {
      ...(daily !== undefined && { daily: limitReport.parse(JSON.parse(daily)) }),
      ...(burst !== undefined && { burst: limitReport.parse(JSON.parse(burst)) }),
    };
  }

  /** The receiver's and the CRM's counters of each bucket, in one round trip. */
  async function buckets(crm: string, resolution: Resolution, starts: readonly number[]): Promise<Fields[]> {
    const pipeline = redis.pipeline();
    for (const start of starts) {
      pipeline.hgetall(bucketKey(keys, RECEIVER, resolution, start));
      pipeline.hgetall(bucketKey(keys, crm, resolution, start));
    }
    const answers = (await pipeline.exec()) ?? [];
    return starts.map((_, index) => sum([toFields(answers[index * 2]?.[1]), toFields(answers[index * 2 + 1]?.[1])]));
  }

  /** The counters of a scope from so long ago until now. */
  async function lately(scope: string, resolution: Resolution, ms: number): Promise<Fields> {
    const now = Date.now();
    const pipeline = redis.pipeline();
    for (const start of startsOf(resolution, now - ms + resolution.ms, now)) {
      pipeline.hgetall(bucketKey(keys, scope, resolution, start));
    }
    return sum(((await pipeline.exec()) ?? []).map(([, answer]) => toFields(answer)));
  }

  return {
    limits,

    async passes(crm) {
      const fields = await lately(crm, MINUTE, LATELY_MS);
      return { ended: fields.get("passes:ended") ?? 0, failed: fields.get("passes:failed") ?? 0 };
    },

    async quarantinedLately() {
      return (await lately(RECEIVER, FINE, HOUR_MS)).get("quarantined") ?? 0;
    },

    async totals(scope) {
      return toFields(await redis.hgetall(totalKey(keys, scope)));
    },

    async hour(scope, at) {
      return toFields(await redis.hgetall(bucketKey(keys, scope, COARSE, startOf(COARSE, at))));
    },

    async read(crm) {
      const now = Date.now();
      const fineStarts = startsOf(FINE, now - DAY_MS, now);
      const coarseStarts = startsOf(COARSE, now - DAY_MS + HOUR_MS, now);
      const [fine, coarse, { daily }] = await Promise.all([
        buckets(crm, FINE, fineStarts),
        buckets(crm, COARSE, coarseStarts),
        limits(crm),
      ]);
      const hourly = HOUR_MS / FINE.ms;
      const lastHour = figures(sum(fine.slice(-hourly)));
      const allDay = sum(fine);
      const midnight = startOf({ ...COARSE, ms: DAY_MS }, now);
      const today = sum(coarse.filter((_, index) => (coarseStarts[index] ?? 0) >= midnight));
      return {
        lastHour,
        lastDay: figures(allDay),
        hour: fine.slice(-hourly).map((fields, index) => point(fields, fineStarts.slice(-hourly)[index] ?? 0)),
        day: coarse.map((fields, index) => point(fields, coarseStarts[index] ?? 0)),
        calls: callCounts(allDay),
        callsToday: today.get("calls") ?? 0,
        ...(daily !== undefined && { daily: forecast(daily, lastHour.calls, now) }),
      };
    },
  };
}

function startsOf(resolution: Resolution, from: number, to: number): number[] {
  const first = startOf(resolution, from);
  const count = (startOf(resolution, to) - first) / resolution.ms + 1;
  return Array.from({ length: count }, (_, index) => first + index * resolution.ms);
}

function toFields(answer: unknown): Fields {
  return new Map(
    Object.entries((answer ?? {}) as Record<string, string>).map(([field, text]) => [field, Number(text)]),
  );
}
