/** Reads a notification's body, whatever of BookingBug's formats it is in. */
import type { z } from "zod";
import { cleanObject } from "./clean.ts";
import { purchaseIdFromReference } from "./ids.ts";
import { isJrni, jrniToBooking } from "./jrni.ts";
import { eventSaysCancelled, latest, normaliseBooking } from "./normalise.ts";
import { bookingSchema, purchaseSchema, type RawBooking, type RawPurchase } from "./schema.ts";
import type { CleanObject, NotifiedBooking, PurchaseNotification } from "./types.ts";

export interface Problem {
  /** Where in the body, e.g. `_embedded.bookings[0].datetime`; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}

export type ParsedNotification =
  | { readonly kind: "purchase"; readonly notification: PurchaseNotification }
  | { readonly kind: "list"; readonly items: readonly ListedBooking[] }
  | { readonly kind: "ignored"; readonly format: "affiliate"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] };

/** One booking of a list: what it says, and the part of the body that says it. */
export interface ListedBooking {
  readonly notification: PurchaseNotification;
  readonly body: unknown;
}

/** Never throws. Messages never quote values. */
export function parseNotification(body: unknown): ParsedNotification {
  if (!isObject(body)) return unreadable("", "expected a JSON object holding a purchase");
  const root = body;
  if (isAffiliate(root)) {
    return { kind: "ignored", format: "affiliate", reason: "an affiliate notification carries no booking data" };
  }
  if (isJrni(root)) return parseJrni(root);
  if (isLoneBooking(root)) return parseLoneBooking(root);
  if (isList(root)) return parseList(root._embedded.bookings);
  return parsePurchase(root);
}

/** The admin API's list of bookings: a page of bookings of any purchases, with no id of its own. */
function isList(root: Record<string, unknown>): root is { _embedded: { bookings: unknown[] } } {
  const bookings = (root._embedded as { bookings?: unknown } | undefined)?.bookings;
  return !("id" in root) && Array.isArray(bookings) && bookings.length > 0;
}

function parseList(bookings: readonly unknown[]): ParsedNotification {
  const problems: Problem[] = [];
  const items: ListedBooking[] = [];
  for (const [index, body] of bookings.entries()) {
    const parsed = isObject(body) ? parseLoneBooking(body) : unreadable("", "expected a booking");
    if (parsed.kind === "purchase") items.push({ notification: parsed.notification, body });
    if (parsed.kind !== "unreadable") continue;
    const at = `_embedded.bookings[${index}]`;
    problems.push(...parsed.problems.map(({ path, message }) => ({ path: path ? `${at}.${path}` : at, message })));
  }
  return problems.length > 0 ? { kind: "unreadable", problems } : { kind: "list", items };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAffiliate(root: Record<string, unknown>): boolean {
  return typeof root.type === "string" && Array.isArray(root.links) && !("_embedded" in root) && !("datetime" in root);
}

function isLoneBooking(root: Record<string, unknown>): boolean {
  return "datetime" in root && !Array.isArray((root._embedded as { bookings?: unknown } | undefined)?.bookings);
}

function parsePurchase(root: Record<string, unknown>): ParsedNotification {
  if (!("_embedded" in root || "long_id" in root || "total_price" in root || "bookings" in root)) {
    return unreadable("", "expected a purchase: an object with `id` and `_embedded.bookings`");
  }
  const { bookings, ...rest } = root;
  const embedded = root._embedded ?? (bookings === undefined ? undefined : { bookings });
  const parsed = purchaseSchema.safeParse(embedded === undefined ? rest : { ...rest, _embedded: embedded });
  if (!parsed.success) return { kind: "unreadable", problems: problemsOf(parsed.error) };
  return { kind: "purchase", notification: purchaseNotification(parsed.data) };
}

function purchaseNotification(raw: RawPurchase): PurchaseNotification {
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
    purchase: cleanObject(own),
    ...(client && { client }),
    ...(member && { member }),
    ...(company && { company }),
  };
}

function allBookings(raw: RawPurchase): RawBooking[] {
  const courses = raw._embedded?.course_bookings ?? [];
  const inCourses = courses.flatMap((course) => [...(course.bookings ?? []), ...(course._embedded?.bookings ?? [])]);
  return [...(raw._embedded?.bookings ?? []), ...inCourses];
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

function parseLoneBooking(root: Record<string, unknown>): ParsedNotification {
  const parsed = bookingSchema.safeParse(root);
  if (!parsed.success) return { kind: "unreadable", problems: problemsOf(parsed.error) };
  return loneBooking(parsed.data, eventSaysCancelled(root));
}

function loneBooking(raw: RawBooking, saysCancelled: boolean): ParsedNotification {
  const client = cleanPerson(raw._embedded?.client);
  const member = cleanPerson(raw._embedded?.member);
  return {
    kind: "purchase",
    notification: {
      purchaseId: raw.purchase_id ?? purchaseIdFromReference(raw.purchase_ref) ?? `booking-${raw.id}`,
      shape: "booking",
      bookings: [normaliseBooking(raw, latest([raw.triggerTime]))],
      saysCancelled,
      purchase: {},
      ...(client && { client }),
      ...(member && { member }),
    },
  };
}

function parseJrni(root: Record<string, unknown>): ParsedNotification {
  const { booking, company } = jrniToBooking(root);
  const parsed = bookingSchema.safeParse(booking);
  if (!parsed.success) return { kind: "unreadable", problems: problemsOf(parsed.error) };
  const result = loneBooking(parsed.data, eventSaysCancelled(root));
  if (result.kind !== "purchase" || company === undefined) return result;
  return { kind: "purchase", notification: { ...result.notification, company } };
}

function cleanPerson(person: unknown): CleanObject | undefined {
  if (typeof person !== "object" || person === null) return undefined;
  const clean = cleanObject(person);
  return Object.keys(clean).length === 0 ? undefined : clean;
}

function unreadable(path: string, message: string): ParsedNotification {
  return { kind: "unreadable", problems: [{ path, message }] };
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }));
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
