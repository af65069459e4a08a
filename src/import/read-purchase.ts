/** A purchase as the import will read it, except that it is looked at and not stored. */
import { parseNotification } from "../booking/parse.ts";
import type { PurchaseNotification } from "../booking/types.ts";
import type { BookingBug, Place } from "../bookingbug/api.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Compared } from "../reconcile/compare.ts";
import { repair } from "../reconcile/repair.ts";
import { differingOf, leaveOut } from "../reconcile/statement.ts";
import { type Choice, isWantedBooking, isWantedRow } from "./choose.ts";

export interface ReadingDeps {
  readonly bookingbug: Pick<BookingBug, "readPurchase" | "readBooking">;
  readonly inbox: Pick<Inbox, "newestNumber">;
  /** Whether it is of somebody who asked to be forgotten. */
  readonly isForgotten: (body: unknown) => Promise<boolean>;
}

export interface Read {
  /** Without what is left out. */
  readonly said: PurchaseNotification;
  readonly place: Place;
  /** To be imported. */
  readonly bookings: ReadonlySet<string>;
  readonly leftOut: readonly string[];
  /** Bookings that were listed and of which nothing is said. */
  readonly unsaid: number;
}

export interface Reading {
  /** @param listed all of a page that is of the purchase. @throws BookingBugError */
  read(company: string, purchaseId: string, listed: readonly Compared[]): Promise<Read | "forgotten" | "unreadable">;
  /** How often BookingBug was asked. */
  readings(): number;
}

export function createReading({ bookingbug, inbox, isForgotten }: ReadingDeps, choice: Choice): Reading {
  let readings = 0;

  function counting<Args extends unknown[], T>(read: (...args: Args) => Promise<T>) {
    return async (...args: Args): Promise<T> => {
      readings += 1;
      return await read(...args);
    };
  }
  const asking = { readPurchase: counting(bookingbug.readPurchase), readBooking: counting(bookingbug.readBooking) };

  return {
    readings: () => readings,

    async read(company, purchaseId, listed) {
      const place = { company, child: listed[0]?.row.company_id };
      const known = new Set(listed.flatMap(({ siblings }) => siblings));
      const left = listed.filter(({ row }) => !known.has(row.id) && !isWantedRow(choice, row)).map(({ row }) => row.id);
      const differing = listed.filter(({ row }) => !left.includes(row.id));
      const wanted = {
        differing: new Map(differing.map(({ row, isMarked }) => [row.id, differingOf(row, isMarked)])),
        settled: new Set([...known, ...left]),
      };
      let said: PurchaseNotification | undefined;
      let forgotten = false;
      const take = async ({ body }: { readonly body: unknown }) => {
        leaveOut(body, new Set(left));
        forgotten = await isForgotten(body);
        const parsed = parseNotification(body);
        if (parsed.kind !== "purchase" || parsed.notification.purchaseId !== purchaseId) return "unreadable" as const;
        said = parsed.notification;
        return "stored" as const;
      };
      const { unsaid } = await repair({ bookingbug: asking, inbox, take }, place, purchaseId, wanted);
      if (forgotten) return "forgotten";
      return said === undefined ? "unreadable" : chosen(said, { place, known, left, unsaid, differing, choice });
    },
  };
}

interface Found {
  readonly place: Place;
  readonly known: ReadonlySet<string>;
  readonly left: readonly string[];
  readonly unsaid: ReadonlySet<string>;
  readonly differing: readonly Compared[];
  readonly choice: Choice;
}

function chosen(said: PurchaseNotification, { place, known, left, unsaid, differing, choice }: Found): Read {
  const open = said.bookings.filter(({ id, isBlock }) => !isBlock && !known.has(id));
  const isLeft = (one: (typeof open)[number]): boolean => unsaid.has(one.id) || !isWantedBooking(choice, one);
  const leftOut = new Set([...left, ...open.filter(isLeft).map(({ id }) => id)]);
  const bookings = new Set(open.map(({ id }) => id).filter((id) => !leftOut.has(id)));
  const missing = differing.filter(({ row, verdict }) => verdict === "missing" && !bookings.has(row.id));
  return {
    said: { ...said, bookings: said.bookings.filter(({ id }) => !leftOut.has(id)) },
    place,
    bookings,
    leftOut: [...leftOut],
    unsaid: missing.length,
  };
}
