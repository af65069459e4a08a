/** Which of BookingBug's formats a body is in, and whether it holds what we rely on; what it means is for later. */
import type { z } from "zod";
import { beyondBounds } from "./bounds.ts";
import { unseenBy } from "./few-issues.ts";
import { idFromHref, purchaseIdFromReference } from "./ids.ts";
import { isJrni, jrniToBooking } from "./jrni.ts";
import { eventSaysCancelled } from "./normalise.ts";
import { firstProblems, MAX_PROBLEMS, type Problem } from "./problems.ts";
import { bookingSchema, purchaseSchema, type RawBooking, type RawPurchase } from "./schema.ts";
import type { CleanObject } from "./types.ts";

export interface RecognisedPurchase {
  readonly kind: "purchase";
  readonly raw: RawPurchase;
}

/** One booking alone at the top level, or a JRNI webhook turned into one. */
export interface RecognisedBooking {
  readonly kind: "booking";
  readonly raw: RawBooking;
  /** An event name in the body says "cancelled". */
  readonly saysCancelled: boolean;
  readonly company: CleanObject | undefined;
  readonly isJrni: boolean;
}

export type Recognised =
  | RecognisedPurchase
  | RecognisedBooking
  /** The admin API's list of bookings, each with the part of the body that says it. */
  | {
      readonly kind: "list";
      readonly items: readonly { readonly booking: RecognisedBooking; readonly body: unknown }[];
    }
  | Ignored
  | Unreadable;

export interface Ignored {
  readonly kind: "ignored";
  readonly format: "affiliate";
  readonly reason: string;
  /** That it names and says nothing of. */
  readonly bookingId: string | undefined;
}

interface Unreadable {
  readonly kind: "unreadable";
  readonly problems: readonly Problem[];
}

/** Never throws. Messages never quote values. */
export function recognise(body: unknown): Recognised {
  const excess = beyondBounds(body);
  if (excess !== undefined) return { kind: "unreadable", problems: [excess] };
  if (!isObject(body)) return unreadable("", "expected a JSON object holding a purchase");
  if (isAffiliate(body)) {
    const reason = "an affiliate notification carries no booking data";
    return { kind: "ignored", format: "affiliate", reason, bookingId: bookingNamed(body) };
  }
  if (isLoneBooking(body)) return recogniseBooking(body);
  if (isList(body)) return recogniseList(body._embedded.bookings);
  return isJrni(body) ? recogniseJrni(body) : recognisePurchase(body);
}

/** Whose inbox a notification belongs to, without looking at what it says. */
export function identify(recognised: RecognisedPurchase | RecognisedBooking): {
  readonly purchaseId: string;
  readonly bookingIds: readonly string[];
} {
  const { raw } = recognised;
  if (recognised.kind === "booking") return { purchaseId: purchaseIdOf(recognised.raw), bookingIds: [raw.id] };
  return { purchaseId: raw.id, bookingIds: [...new Set(allBookings(recognised.raw).map(({ id }) => id))] };
}

/** Every booking of a purchase; those of a course are nested in it. */
export function allBookings({ _embedded: embedded }: RawPurchase): RawBooking[] {
  const courses = embedded?.course_bookings ?? [];
  const inCourses = courses.flatMap((course) => [...(course.bookings ?? []), ...(course._embedded?.bookings ?? [])]);
  return [...(embedded?.bookings ?? []), ...inCourses];
}

/** A booking that names no purchase has one of its own, until we learn better. */
export function purchaseIdOf(raw: RawBooking): string {
  return raw.purchase_id ?? purchaseIdFromReference(raw.purchase_ref) ?? ownPurchaseId(raw.id);
}

export function ownPurchaseId(bookingId: string): string {
  return `booking-${bookingId}`;
}

/** @returns undefined when it is a purchase of BookingBug's */
export function bookingOfOwn(purchaseId: string): string | undefined {
  return /^booking-(\d{1,15})$/.exec(purchaseId)?.[1];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAffiliate(root: Record<string, unknown>): boolean {
  return typeof root.type === "string" && Array.isArray(root.links) && !("_embedded" in root) && !("datetime" in root);
}

/** Of the link only the id counts: where it leads is not for whoever posts to say. */
function bookingNamed({ type, id, links }: Record<string, unknown>): string | undefined {
  const link = (links as unknown[]).find((one) => isObject(one) && one.rel === "booking") as
    | { href?: unknown }
    | undefined;
  const named = idFromHref(link?.href) ?? (type === "booking" ? id : undefined);
  return /^\d{1,15}$/.test(String(named)) ? String(named) : undefined;
}

function isLoneBooking(root: Record<string, unknown>): boolean {
  return "datetime" in root && !Array.isArray((root._embedded as { bookings?: unknown } | undefined)?.bookings);
}

/** A page of bookings of any purchases, with no id of its own. */
function isList(root: Record<string, unknown>): root is { _embedded: { bookings: unknown[] } } {
  const bookings = (root._embedded as { bookings?: unknown } | undefined)?.bookings;
  return !("id" in root) && Array.isArray(bookings) && bookings.length > 0;
}

function recogniseList(bookings: readonly unknown[]): Recognised {
  const problems: Problem[] = [];
  const items: { booking: RecognisedBooking; body: unknown }[] = [];
  for (const [index, body] of bookings.entries()) {
    const booking = isObject(body) ? recogniseBooking(body) : unreadable("", "expected a booking");
    if (booking.kind === "booking") {
      items.push({ booking, body });
      continue;
    }
    const at = `_embedded.bookings[${index}]`;
    problems.push(...booking.problems.map(({ path, message }) => ({ path: path ? `${at}.${path}` : at, message })));
    if (problems.length < MAX_PROBLEMS) continue;
    return { kind: "unreadable", problems: firstProblems(problems, bookings.length - index - 1) };
  }
  return problems.length > 0 ? { kind: "unreadable", problems } : { kind: "list", items };
}

function recognisePurchase(root: Record<string, unknown>): Recognised {
  if (!("_embedded" in root || "long_id" in root || "total_price" in root || "bookings" in root)) {
    return unreadable("", "expected a purchase: an object with `id` and `_embedded.bookings`");
  }
  const parsed = purchaseSchema.safeParse(withBookingsEmbedded(root));
  return parsed.success ? { kind: "purchase", raw: parsed.data } : refused(parsed.error);
}

/** Bookings at the root are as good as embedded ones. */
function withBookingsEmbedded(root: Record<string, unknown>): Record<string, unknown> {
  const { bookings, ...rest } = root;
  if (bookings === undefined) return root;
  return { ...rest, _embedded: root._embedded ?? { bookings } };
}

function recogniseBooking(root: Record<string, unknown>): RecognisedBooking | Unreadable {
  const parsed = bookingSchema.safeParse(root);
  if (!parsed.success) return refused(parsed.error);
  return {
    kind: "booking",
    raw: parsed.data,
    saysCancelled: eventSaysCancelled(root),
    company: undefined,
    isJrni: false,
  };
}

function recogniseJrni(root: Record<string, unknown>): Recognised {
  const { booking, company } = jrniToBooking(root);
  const parsed = bookingSchema.safeParse(booking);
  if (!parsed.success) return refused(parsed.error);
  return { kind: "booking", raw: parsed.data, saysCancelled: eventSaysCancelled(root), company, isJrni: true };
}

function unreadable(path: string, message: string): Unreadable {
  return { kind: "unreadable", problems: [{ path, message }] };
}

function refused(error: z.ZodError): Unreadable {
  let unseen = 0;
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    const left = unseenBy(issue);
    if (left === undefined) problems.push({ path: pathOf(issue.path), message: issue.message });
    else unseen += left;
  }
  return { kind: "unreadable", problems: firstProblems(problems, unseen) };
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}
