/**
 * What BookingBug says of a purchase, made whole: a purchase total carries no mark that a booking of it is cancelled, may leave
 * that booking out, and never says whether somebody came. What it leaves open is asked of the single booking.
 */
import { attendanceOf } from "../booking/attendance.ts";
import { saysWhether } from "../booking/left-open.ts";
import { parseNotification } from "../booking/parse.ts";
import type { NotifiedBooking } from "../booking/types.ts";
import type { BookingRow } from "../bookingbug/rows.ts";

type Json = Record<string, unknown>;

export interface Differing {
  /** Whether the list had it as cancelled; undefined where it did not say, or there was none. */
  readonly isCancelled: boolean | undefined;
  /** Whether the list had a mark of whether they came that is not known. */
  readonly isMarked?: boolean;
  /** The location that has it, as far as is known: another booking of the purchase may be somewhere else. */
  readonly company?: string | undefined;
}

/** @param isMarked whether a mark of the row's is not known */
export function differingOf({ is_cancelled, company_id }: BookingRow, isMarked: boolean): Differing {
  return { isCancelled: is_cancelled, isMarked, company: company_id };
}

export interface Wanted {
  /** Bookings that differ: each has to be said something of. */
  readonly differing: ReadonlyMap<string, Differing>;
  /** Bookings that are known, or on the list: of whether they are cancelled nothing is open. */
  readonly settled: ReadonlySet<string>;
}

export interface Completed {
  /** Bookings that nothing is said of although they differ. */
  readonly unsaid: ReadonlySet<string>;
  /** Those of which all is said but the mark that the list had. */
  readonly unmarked: ReadonlySet<string>;
}

/**
 * @param body of the purchase; it is changed
 * @param readBooking answers undefined when there is no such booking, or none that may be seen
 */
export async function complete(
  body: unknown,
  { differing, settled }: Wanted,
  readBooking: (id: string, company: string | undefined) => Promise<unknown>,
): Promise<Completed> {
  const parsed = parseNotification(body);
  const unmarked = new Set<string>();
  if (parsed.kind !== "purchase" || !isObject(body)) return { unsaid: new Set(differing.keys()), unmarked };
  const said = new Map(parsed.notification.bookings.map((booking) => [booking.id, booking.saysCancelled]));
  const objects = bookingObjects(body);
  const isOpen = (id: string, saysCancelled: boolean): boolean =>
    !saysCancelled &&
    !objects.some((object) => String(object.id) === id && typeof object.is_cancelled === "boolean") &&
    (differing.get(id)?.isCancelled ?? !settled.has(id));
  const open = [...said].filter(([id, saysCancelled]) => isOpen(id, saysCancelled)).map(([id]) => id);
  const absent = [...differing.keys()].filter((id) => !said.has(id));
  const marked = [...said.keys()].filter((id) => differing.get(id)?.isMarked === true);
  const unsaid = new Set<string>();
  for (const [id, { isCancelled }] of differing)
    if (isCancelled === false && said.get(id) === false) mark(objects, id, { is_cancelled: false });
  for (const id of new Set([...open, ...absent, ...marked])) {
    const booking = await readBooking(id, companyIn(objects, id) ?? differing.get(id)?.company);
    if (marked.includes(id) && !markAttendance(objects, id, booking)) unmarked.add(id);
    const saysCancelled = cancelledIn(booking, id);
    if (saysCancelled !== undefined && said.has(id)) mark(objects, id, { is_cancelled: saysCancelled });
    else if (saysCancelled !== undefined) append(body, booking);
    else if (!marked.includes(id) || open.includes(id)) unsaid.add(id);
  }
  return { unsaid, unmarked };
}

/** What no purchase says. @returns whether the booking says it */
function markAttendance(objects: readonly Json[], id: string, booking: unknown): boolean {
  const { multi_status: marks } = bookingIn(booking, id)?.body ?? {};
  if (marks !== undefined) mark(objects, id, { multi_status: marks });
  return marks !== undefined && attendanceOf({ multi_status: marks }) !== undefined;
}

/** @returns undefined when it is not that booking, or does not say: silence is no evidence that it takes place */
function cancelledIn(booking: unknown, id: string): boolean | undefined {
  const said = bookingIn(booking, id);
  return said !== undefined && saysWhether(said) ? said.saysCancelled : undefined;
}

/** @returns undefined when it is not that booking */
export function bookingIn(answer: unknown, id: string): NotifiedBooking | undefined {
  const parsed = parseNotification(answer);
  if (parsed.kind !== "purchase" || parsed.notification.shape !== "booking") return undefined;
  const [only] = parsed.notification.bookings;
  return only?.id === id ? only : undefined;
}

/** Takes the bookings with these ids out of what BookingBug says of a purchase. */
export function leaveOut(purchase: unknown, ids: ReadonlySet<string>): void {
  if (!isObject(purchase) || ids.size === 0) return;
  for (const holder of bookingHolders(purchase)) {
    const isLeft = (booking: unknown): boolean => !isObject(booking) || !ids.has(String(booking.id));
    if (Array.isArray(holder.bookings)) holder.bookings = holder.bookings.filter(isLeft);
  }
}

/** What was asked of it answers what was open of it, either way. */
function mark(objects: readonly Json[], id: string, said: Json): void {
  for (const object of objects) if (String(object.id) === id) Object.assign(object, said);
}

function append(purchase: Json, booking: unknown): void {
  const place = isObject(purchase._embedded) || purchase.bookings === undefined ? embeddedIn(purchase) : purchase;
  place.bookings = [...list(place.bookings), booking];
}

function embeddedIn(purchase: Json): Json {
  const embedded = isObject(purchase._embedded) ? purchase._embedded : {};
  purchase._embedded = embedded;
  return embedded;
}

/** What the purchase says is newer than what is known. */
function companyIn(objects: readonly Json[], id: string): string | undefined {
  const company = objects.find((object) => String(object.id) === id)?.company_id;
  return typeof company === "number" || typeof company === "string" ? String(company) : undefined;
}

function bookingObjects(purchase: Json): Json[] {
  return bookingHolders(purchase).flatMap(({ bookings }) => list(bookings).filter(isObject));
}

/** Wherever a purchase may have its bookings. */
function bookingHolders(purchase: Json): Json[] {
  const embedded = isObject(purchase._embedded) ? purchase._embedded : purchase;
  const courses = list(embedded.course_bookings).filter(isObject);
  return [embedded, ...courses.flatMap((course) => [course, course._embedded].filter(isObject))];
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
