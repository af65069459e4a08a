/** Where statistics are kept: hashes of counters per stretch of time, and one without end. */
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

export interface Resolution {
  readonly name: "1m" | "5m" | "1h";
  readonly ms: number;
  readonly keptSeconds: number;
}

/** For what is told of the last minutes. */
export const MINUTE: Resolution = { name: "1m", ms: 60_000, keptSeconds: 900 };
export const FINE: Resolution = { name: "5m", ms: 5 * 60_000, keptSeconds: 26 * 3_600 };
export const COARSE: Resolution = { name: "1h", ms: 3_600_000, keptSeconds: 32 * DAY_SECONDS };

/** What the web process counts before any CRM is concerned. */
export const RECEIVER = "receiver";

export function startOf(resolution: Resolution, time: number): number {
  return time - (time % resolution.ms);
}

export function bucketKey(keys: Keys, scope: string, resolution: Resolution, start: number): string {
  return keys.stats(scope, `${resolution.name}:${start}`);
}

/** The counters since the service was set up. */
export function totalKey(keys: Keys, scope: string): string {
  return keys.stats(scope, "total");
}
