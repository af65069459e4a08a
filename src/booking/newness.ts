/** Which of two statements is the newer: what came first stays first, however late it was stored or read again. */
import type { BookingState, News, NotifiedBooking, PurchaseState, Stated } from "./types.ts";

/** BookingBug's own version of the booking decides; where that is the same or not said, the order in which it was said. */
export function isOlder(booking: NotifiedBooking, known: BookingState | undefined, order: number): boolean {
  return isOlderNews(newsAt(order, booking), newsAt(orderOf(known), known));
}

/** As BookingBug itself says; false where it says nothing. */
export function isOlderByClock(
  { version }: Pick<NotifiedBooking, "version">,
  known: BookingState | undefined,
): boolean {
  return known?.version !== undefined && version !== undefined && version < known.version;
}

export function orderOf(known: BookingState | undefined): number {
  return known?.order ?? known?.seq ?? 0;
}

/** How new what was last said of the booking is: saying it again does not make it newer. */
export function newsOf(known: BookingState): News {
  return known.news ?? newsAt(orderOf(known), known);
}

export function newsAt(order: number, said: Pick<News, "version"> | undefined): News {
  return { order, ...(said?.version !== undefined && { version: said.version }) };
}

/** As `isOlder`, of what two purchases say of one booking. */
export function isOlderNews(one: News, other: News): boolean {
  if (one.version === undefined || other.version === undefined || one.version === other.version) {
    return one.order < other.order;
  }
  return one.version < other.version;
}

/** A state of an earlier version counts as stated when it was last folded. */
export function statedOrder(known: PurchaseState, what: keyof Stated): number {
  if (known[what] === undefined) return 0;
  return known.stated === undefined ? known.seq : (known.stated[what] ?? 0);
}
