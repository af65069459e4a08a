/** Which of BookingBug's bookings an import brings: those to come that stand, and others only where somebody asked for them. */
import type { NotifiedBooking } from "../booking/types.ts";
import type { ListBy } from "../bookingbug/api.ts";
import type { BookingRow } from "../bookingbug/rows.ts";
import { dayAfter } from "../reconcile/window.ts";

export interface Choice {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  /** When the plan was made: what had begun by then is past. */
  readonly madeAt: string;
  /** `from` was before that day. */
  readonly withPast: boolean;
  readonly withCancelled: boolean;
}

/** BookingBug does not say in which zone it reads a day: what is past is left out by its instant, and not by the day asked for. */
export function listedBy({ from, to, withPast }: Choice): ListBy {
  return { kind: "dates", from: withPast ? from : dayAfter(from, -1), to };
}

export function isWantedRow(choice: Choice, { datetime, is_cancelled: isCancelled }: BookingRow): boolean {
  return isWanted(choice, datetime.getTime(), isCancelled === true);
}

export function isWantedBooking(choice: Choice, { start, saysCancelled }: NotifiedBooking): boolean {
  return isWanted(choice, Date.parse(start), saysCancelled);
}

function isWanted({ madeAt, withPast, withCancelled }: Choice, startMs: number, isCancelled: boolean): boolean {
  return (withPast || startMs >= Date.parse(madeAt)) && (withCancelled || !isCancelled);
}
