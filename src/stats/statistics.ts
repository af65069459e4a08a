/** Reads what was counted: figures for pages and metrics. */
import { z } from "zod";
import type { RedisClient } from "../config/redis.ts";
import type { Keys } from "../inbox/keys.ts";
import { bucketKey, COARSE, FINE, RECEIVER, type Resolution, startOf, totalKey } from "./buckets.ts";
import { LAG_BOUNDS_MS, quantile } from "./histogram.ts";

/** What happened in a stretch of time. */
export interface Figures {
  /** Notifications that BookingBug was told we have, and those of them that could not be read; the same for every CRM. */
  readonly received: number;
  readonly quarantined: number;
  /** Notifications that a CRM was brought up to date with, and those a newer one had overtaken. */
  readonly applied: number;
  readonly superseded: number;
  /** Times that a purchase failed for good, or began to wait for a person. */
  readonly failed: number;
  readonly held: number;
  /** Requests to the CRM, and those of them it answered with 429. */
  readonly calls: number;
  readonly limited: number;
  /** From acknowledgement to applied, in milliseconds; absent when nothing was applied. */
  readonly lag?: { readonly p50: number; readonly p95: number };
}

export interface Point extends Figures {
  /** ISO UTC. */
  readonly start: string;
  /** Purchases that waited at the end of the stretch; absent when nobody looked. */
  readonly waiting?: number;
}

export interface CallCount {
  readonly operation: string;
  /** HTTP status, `network`, `timeout`, or a hundred such as `4xx` for a rare one. */
  readonly status: string;
  readonly count: number;
}

export interface Limit {
  readonly limit: number;
  readonly remaining: number;
  /** ISO UTC; when the CRM said so. */
  readonly at: string;
}

/** The day's allocation, as the CRM reports it for all its integrations together. */
export interface DailyCalls extends Limit {
  readonly used: number;
  /** Our calls in the last hour. */
  readonly perHour: number;
  /** ISO UTC; when the rest is used up if we go on as in the last hour. Absent when that is more than a day away. */
  readonly lastsUntil?: string;
}

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

export interface Statistics {
  read(crm: string): Promise<CrmStatistics>;
  /** The newest report of each window. */
  limits(crm: string): Promise<{ readonly daily?: Limit; readonly burst?: Limit }>;
  /** Counters since the service was set up, as they are kept. @param scope a CRM, or `RECEIVER` */
  totals(scope: string): Promise<ReadonlyMap<string, number>>;
}

const limitReport = z.object({ limit: z.number(), remaining: z.number(), at: z.string() });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Fields = ReadonlyMap<string, number>;

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

  return {
    limits,

    async totals(scope) {
      return toFields(await redis.hgetall(totalKey(keys, scope)));
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

function sum(all: readonly Fields[]): Fields {
  const total = new Map<string, number>();
  for (const fields of all) for (const [field, value] of fields) total.set(field, (total.get(field) ?? 0) + value);
  return total;
}

/** @returns counts per bucket of lag */
export function lagCounts(fields: Fields): number[] {
  return Array.from({ length: LAG_BOUNDS_MS.length + 1 }, (_, index) => fields.get(`lag:${index}`) ?? 0);
}

function figures(fields: Fields): Figures {
  const count = (field: string): number => fields.get(field) ?? 0;
  const lag = { bounds: LAG_BOUNDS_MS, counts: lagCounts(fields) };
  const [p50, p95] = [quantile(lag, 0.5), quantile(lag, 0.95)];
  return {
    received: count("received"),
    quarantined: count("quarantined"),
    applied: count("applied"),
    superseded: count("superseded"),
    failed: count("failed"),
    held: count("held"),
    calls: count("calls"),
    limited: count("limited"),
    ...(p50 !== undefined && p95 !== undefined && { lag: { p50: Math.round(p50), p95: Math.round(p95) } }),
  };
}

function point(fields: Fields, start: number): Point {
  const waiting = fields.get("waiting");
  return { start: new Date(start).toISOString(), ...figures(fields), ...(waiting !== undefined && { waiting }) };
}

/** @param fields with names such as `call:upsert:200` */
export function callCounts(fields: Fields): CallCount[] {
  return [...fields]
    .filter(([field]) => field.startsWith("call:"))
    .map(([field, count]) => {
      const [, operation = "", status = ""] = field.split(":");
      return { operation, status, count };
    })
    .toSorted((a, b) => b.count - a.count);
}

function forecast(daily: Limit, perHour: number, now: number): DailyCalls {
  const hoursLeft = perHour > 0 ? daily.remaining / perHour : Number.POSITIVE_INFINITY;
  const lastsUntil = new Date(now + Math.min(hoursLeft, 48) * HOUR_MS).toISOString();
  return { ...daily, used: daily.limit - daily.remaining, perHour, ...(hoursLeft < 24 && { lastsUntil }) };
}
