/** Reads a purchase back and stores what it says, unless something came of it meanwhile: then it is read again. */
import type { BookingBug, Place } from "../bookingbug/api.ts";
import {
  type BookingBugError,
  BookingBugForbiddenError,
  BookingBugNotFoundError,
  BookingBugRefusedError,
  BookingBugUnreadableError,
} from "../bookingbug/errors.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { ReadBack, Taken } from "../receiver/read-back.ts";
import { bookingIn, type Completed, complete, type Wanted } from "./statement.ts";

export interface RepairDeps {
  readonly bookingbug: Pick<BookingBug, "readPurchase" | "readBooking">;
  readonly inbox: Pick<Inbox, "newestNumber">;
  readonly take: (readBack: ReadBack) => Promise<Taken>;
}

export interface Repaired extends Completed {
  readonly outcome: Taken;
}

/** What posts faster than that is heard of by its own callbacks. */
const READINGS = 3;

export interface Insistence {
  /** Before it is left to what overtook it. */
  readonly readings: number;
  /** What becomes of an answer that says nothing: who walks finds the booking once more, who was asked has no other chance. */
  readonly unreadable: "left" | "thrown";
}

/**
 * @throws BookingBugError when BookingBug cannot be asked at the moment
 */
export async function repair(
  deps: RepairDeps,
  place: Place,
  purchaseId: string,
  wanted: Wanted,
  { readings, unreadable }: Insistence = { readings: READINGS, unreadable: "left" },
): Promise<Repaired> {
  const unlessClosed = sparing(unreadable === "left" ? [...CLOSED, BookingBugUnreadableError] : CLOSED);
  const unlessLeft = (what: string): void => {
    if (unreadable === "thrown") throw new BookingBugUnreadableError(`It did not answer with ${what}.`);
  };
  let last: Repaired = { outcome: "unreadable", unsaid: new Set(), unmarked: new Set() };
  for (let reading = 1; reading <= readings; reading += 1) {
    // Before it is read: what came since may be newer than what is read.
    const newest = await deps.inbox.newestNumber(purchaseId);
    const purchase = await unlessClosed(deps.bookingbug.readPurchase(place, purchaseId));
    if (purchase === undefined) return last;
    const body = purchase.value;
    const completed = await complete(body, wanted, async (id, child = place.child) => {
      const booking = await unlessClosed(deps.bookingbug.readBooking({ ...place, child }, id));
      if (booking !== undefined && bookingIn(booking.value, id) === undefined) unlessLeft(`booking ${id}`);
      return booking?.value;
    });
    last = { outcome: await deps.take({ purchaseId, body, newest }), ...completed };
    if (last.outcome === "unreadable") unlessLeft(`purchase ${purchaseId}`);
    if (last.outcome !== "overtaken") return last;
  }
  return last;
}

/** Of this purchase or booking alone; that others can be read is not in doubt. */
const CLOSED = [BookingBugNotFoundError, BookingBugForbiddenError, BookingBugRefusedError] satisfies ErrorClass[];

type ErrorClass = abstract new (...args: never[]) => BookingBugError;

function sparing(closed: readonly ErrorClass[]): <T>(reading: Promise<T>) => Promise<T | undefined> {
  return async (reading) => {
    try {
      return await reading;
    } catch (error) {
      if (closed.some((one) => error instanceof one)) return undefined;
      throw error;
    }
  };
}
