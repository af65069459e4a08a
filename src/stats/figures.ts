/** What the counters of a stretch of time say. */
import { LAG_BOUNDS_MS, quantile } from "./histogram.ts";

export type Fields = ReadonlyMap<string, number>;

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

const HOUR_MS = 3_600_000;

export function sum(all: readonly Fields[]): Fields {
  const total = new Map<string, number>();
  for (const fields of all) for (const [field, value] of fields) total.set(field, (total.get(field) ?? 0) + value);
  return total;
}

/** @returns counts per bucket of lag */
export function lagCounts(fields: Fields): number[] {
  return Array.from({ length: LAG_BOUNDS_MS.length + 1 }, (_, index) => fields.get(`lag:${index}`) ?? 0);
}

export function figures(fields: Fields): Figures {
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

export function point(fields: Fields, start: number): Point {
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

export function forecast(daily: Limit, perHour: number, now: number): DailyCalls {
  const hoursLeft = perHour > 0 ? daily.remaining / perHour : Number.POSITIVE_INFINITY;
  const lastsUntil = new Date(now + Math.min(hoursLeft, 48) * HOUR_MS).toISOString();
  return { ...daily, used: daily.limit - daily.remaining, perHour, ...(hoursLeft < 24 && { lastsUntil }) };
}
