/** Reads a notification's body, whatever of BookingBug's formats it is in. */
import { cleanObject } from "./clean.ts";
import { eventSaysCancelled, latest, normaliseBooking } from "./normalise.ts";
import type { Problem } from "./problems.ts";
import {
  allBookings,
  type Ignored,
  purchaseIdOf,
  type RecognisedBooking,
  type RecognisedPurchase,
  recognise,
} from "./recognise.ts";
import type { CleanObject, NotifiedBooking, PurchaseNotification } from "./types.ts";

export type ParsedNotification =
  | { readonly kind: "purchase"; readonly notification: PurchaseNotification }
  | { readonly kind: "list"; readonly items: readonly ListedBooking[] }
  | Ignored
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] };

/** One booking of a list: what it says, and the part of the body that says it. */
export interface ListedBooking {
  readonly notification: PurchaseNotification;
  readonly body: unknown;
}

/** Never throws. Messages never quote values. */
export function parseNotification(body: unknown): ParsedNotification {
  const recognised = recognise(body);
  switch (recognised.kind) {
    case "purchase":
      return { kind: "purchase", notification: purchaseNotification(recognised) };
    case "booking":
      return { kind: "purchase", notification: bookingNotification(recognised) };
    case "list": {
      const items = recognised.items.map((item) => ({
        notification: bookingNotification(item.booking),
        body: item.body,
      }));
      return { kind: "list", items };
    }
    case "ignored":
    case "unreadable":
      return recognised;
  }
}

function purchaseNotification({ raw }: RecognisedPurchase): PurchaseNotification {
  const { _embedded: embedded, ...own } = raw;
  const version = latest([raw.triggerTime, raw.updated_at]);
  const bookings = allBookings(raw).map((booking) => normaliseBooking(booking, version));
  const client = cleanPerson(embedded?.client);
  const member = cleanPerson(embedded?.member);
  const company = cleanPerson(embedded?.company);
  return {
    purchaseId: raw.id,
    shape: "purchase",
    bookings: lastOfEach(bookings),
    saysCancelled: eventSaysCancelled(raw),
    ...(version && { version }),
    purchase: cleanObject({ ...own, ...boughtBeside(embedded ?? {}) }),
    ...(client && { client }),
    ...(member && { member }),
    ...(company && { company }),
  };
}

/** What a purchase holds beside bookings. */
const BOUGHT = ["packages", "products", "deals"] as const;

function boughtBeside(embedded: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(BOUGHT.flatMap((key) => (Array.isArray(embedded[key]) ? [[key, embedded[key]]] : [])));
}

/** A booking listed twice counts once; a cancellation mark on either counts. */
function lastOfEach(bookings: readonly NotifiedBooking[]): NotifiedBooking[] {
  const byId = new Map<string, NotifiedBooking>();
  for (const booking of bookings) {
    const saysCancelled = booking.saysCancelled || (byId.get(booking.id)?.saysCancelled ?? false);
    byId.set(booking.id, { ...booking, saysCancelled });
  }
  return [...byId.values()];
}

function bookingNotification({ raw, saysCancelled, company, isJrni }: RecognisedBooking): PurchaseNotification {
  const client = cleanPerson(raw._embedded?.client);
  const member = cleanPerson(raw._embedded?.member);
  const booking = normaliseBooking(raw, latest([raw.triggerTime]));
  return {
    purchaseId: purchaseIdOf(raw),
    shape: "booking",
    bookings: [isJrni ? { ...booking, shape: "jrni" } : booking],
    saysCancelled,
    purchase: {},
    ...(client && { client }),
    ...(member && { member }),
    ...(company && { company }),
  };
}

function cleanPerson(person: unknown): CleanObject | undefined {
  if (typeof person !== "object" || person === null) return undefined;
  const clean = cleanObject(person);
  return Object.keys(clean).length === 0 ? undefined : clean;
}
