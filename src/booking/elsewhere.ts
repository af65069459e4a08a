/**
 * A booking has one life, whichever purchase lists it: what all who list it say of it, put together. Worked out anew each
 * time from what each purchase says by itself, so that what one of them takes back is as if it had not been said.
 */
import { cancel } from "./fold-booking.ts";
import { withoutAnswered } from "./holds.ts";
import { isOlderNews, newsOf } from "./newness.ts";
import type { BookingState, PurchaseState } from "./types.ts";

export interface Joined {
  readonly state: PurchaseState;
  /** By booking, what that purchase says which says the newest of it: what is written of it is for that one to write. */
  readonly left: ReadonlyMap<string, PurchaseState>;
}

interface Telling {
  readonly purchaseId: string;
  readonly booking: BookingState;
}

/** @param others what other purchases, which list bookings of this one, say by themselves */
export function joinElsewhere(own: PurchaseState, others: readonly PurchaseState[]): Joined {
  const bookings: Record<string, BookingState> = { ...own.bookings };
  const left = new Map<string, PurchaseState>();
  let holds = own.holds;
  for (const id of bookingsOf(own)) {
    const elsewhere = others.flatMap((other) => tellingOf(other, id));
    if (elsewhere.length === 0) continue;
    const { newest, end } = lifeOf([...tellingOf(own, id), ...elsewhere]);
    const known = own.bookings[id];
    const owner = others.find(({ purchaseId }) => purchaseId === newest.purchaseId);
    if (known !== undefined && owner !== undefined) left.set(id, owner);
    if (known !== undefined && end !== undefined) bookings[id] = cancel(known, { ...end, seq: known.seq });
    if (end !== undefined && end.purchaseId !== own.purchaseId)
      holds = withoutAnswered(holds, id, "cancelled", end.order);
    else if (owner !== undefined)
      holds = withoutAnswered(holds, id, newest.booking.lastChange, newsOf(newest.booking).order);
  }
  return { state: { ...own, bookings, holds }, left };
}

/** Those that it knows or asks about. */
export function bookingsOf({ bookings, holds }: PurchaseState): string[] {
  return [...new Set([...Object.keys(bookings), ...holds.flatMap(({ bookingIds }) => bookingIds)])];
}

/** Whether something else would come of a purchase, now that the others say something else. */
export function differs(one: Joined, other: Joined): boolean {
  const gist = ({ state, left }: Joined): string =>
    JSON.stringify([
      Object.values(state.bookings).map(({ id, lifecycle }) => [id, lifecycle, left.has(id)]),
      state.holds,
    ]);
  return gist(one) !== gist(other);
}

function tellingOf({ purchaseId, bookings }: PurchaseState, id: string): Telling[] {
  const booking = bookings[id];
  return booking === undefined ? [] : [{ purchaseId, booking }];
}

interface End {
  readonly purchaseId: string;
  readonly order: number;
  readonly receivedAt: string;
}

/** Whose words are the newest until the booking's end, and who ended it first. */
function lifeOf(tellings: readonly Telling[]): { readonly newest: Telling; readonly end: End | undefined } {
  const order = ({ booking }: Telling): number => newsOf(booking).order;
  const inOrder = tellings.toSorted((a, b) => order(a) - order(b) || (a.purchaseId < b.purchaseId ? -1 : 1));
  const newest = newestOf(inOrder);
  const [end] = inOrder.flatMap((one) => endOf(one, one === newest)).toSorted((a, b) => a.order - b.order);
  return { newest: end === undefined ? newest : newestOf(inOrder.filter((one) => order(one) <= end.order)), end };
}

/** That a booking is missing from a purchase says nothing when another one has listed it since. */
function endOf({ purchaseId, booking }: Telling, isNewest: boolean): End[] {
  const { lifecycle } = booking;
  if (lifecycle.status === "active" || (lifecycle.byAbsence === true && !isNewest)) return [];
  const { order: said } = newsOf(booking);
  // A body that is read again may cancel although it came before what else is known.
  return [{ purchaseId, order: Math.max(lifecycle.order ?? said, said), receivedAt: lifecycle.cancelledAt }];
}

function newestOf(inOrder: readonly Telling[]): Telling {
  return inOrder.reduce((best, one) => (isOlderNews(newsOf(one.booking), newsOf(best.booking)) ? best : one));
}
