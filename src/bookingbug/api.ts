/**
 * What this service asks of BookingBug's API: its bookings, a purchase, a booking. It is read and never written to.
 *
 * A company is one of those that are configured; a parent covers its children.
 */
import type { BookingRow } from "./rows.ts";

/**
 * `dates`: whose appointments are on these days, both included, as `YYYY-MM-DD`. `changedSince`: BookingBug says neither
 * what counts as a change nor in which time zone it reads the moment: who must miss nothing looks back 25 hours further, and
 * walks the dates as well.
 */
export type ListBy =
  | { readonly kind: "dates"; readonly from: string; readonly to: string }
  | { readonly kind: "changedSince"; readonly since: Date };

export interface ListQuery {
  readonly company: string;
  readonly by: ListBy;
  /** The page to begin with: 1 when absent. */
  readonly page?: number;
  /** Ids of the bookings on the page before it, which some servers give again beyond the last. */
  readonly before?: readonly string[];
}

export interface BookingPage {
  readonly page: number;
  /** Cancelled ones and those of child companies included. Pages shift while bookings change: a row may come twice, or never. */
  readonly rows: readonly BookingRow[];
  /** Rows that could not be read. */
  readonly unreadable: number;
  /** How many bookings BookingBug says the whole list has; undefined where it does not say. */
  readonly total: number | undefined;
  /** A walk that ends without such a page broke off. */
  readonly isLast: boolean;
}

/** Where a purchase or a booking is looked for: first at the child company, where it is known, then at the configured one. */
export interface Place {
  readonly company: string;
  readonly child?: string | undefined;
}

/** JSON as it came. */
export interface RawJson {
  readonly text: string;
  readonly value: unknown;
}

/** Every method rejects with a BookingBugError. */
export interface BookingBug {
  /** Signs in, unless somebody already has. */
  signIn(company: string): Promise<void>;
  /** Page by page, the last of which says so. */
  listBookings(query: ListQuery): AsyncGenerator<BookingPage, void, undefined>;
  /** What the notifications have as their body. */
  readPurchase(place: Place, id: string): Promise<RawJson>;
  readBooking(place: Place, id: string): Promise<RawJson>;
}
