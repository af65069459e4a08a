/** When what never came was changed at BookingBug, as far as that helps to say why. */
import { z } from "zod";
import type { BookingRow } from "../bookingbug/rows.ts";

/** Counts by the beginning of the hour, ISO UTC; `UNTOLD`: BookingBug does not say it, or they are too many to be told apart. */
export const hours = z.record(z.string(), z.int().nonnegative());
export type Hours = z.infer<typeof hours>;

export const UNTOLD = "";

const HOUR_MS = 3_600_000;
/** More than nine days of them: what is older than that is nothing that somebody remembers by the hour. */
const MOST_HOURS = 240;

/** One more of what BookingBug last changed when the row says. */
export function withChange(before: Hours, { updated_at, created_at }: BookingRow): Hours {
  const said = hourOf(updated_at ?? created_at);
  const hour = before[said] !== undefined || Object.keys(before).length < MOST_HOURS ? said : UNTOLD;
  return { ...before, [hour]: (before[hour] ?? 0) + 1 };
}

function hourOf(at: Date | undefined): string {
  return at === undefined ? UNTOLD : new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS).toISOString();
}
