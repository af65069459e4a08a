/** Which bookings a walk is over, in words that stay the same when it is asked for again, and as BookingBug is asked. */
import type { ListBy } from "../bookingbug/api.ts";

export type Window =
  | { readonly kind: "changed"; readonly lastMs: number }
  | { readonly kind: "dates"; readonly from: string; readonly to: string };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** BookingBug does not say in which time zone it reads a moment or a day. */
const OVERLAP_MS = 25 * HOUR_MS;

/** @param startedAt of the walk, which may go on later */
export function askedAs(window: Window, startedAt: Date): ListBy {
  if (window.kind === "changed") {
    return { kind: "changedSince", since: new Date(startedAt.getTime() - window.lastMs - OVERLAP_MS) };
  }
  return { kind: "dates", from: dayAfter(window.from, -1), to: dayAfter(window.to, 1) };
}

/** @param days later, or earlier where it is below 0 */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, "YYYY-MM-DD".length);
}
