/** The variables a mapping's expressions see, built from a purchase's folded state. */
import { splitAnswers, withoutStaffAnswers } from "../booking/answers.ts";
import { type StatedOf, statementOrders } from "../booking/statements.ts";
import type { BookingState, ChangeKind, CleanObject, PurchaseState } from "../booking/types.ts";
import { type Attendee, attendeesOf } from "./attendees.ts";
import { bookingsOfPurchase, bookingVariables, numeric } from "./booking-variables.ts";
import { personOf } from "./person.ts";
import { bookingsOf, type PersonsBookings, personKey, withBookings } from "./persons-bookings.ts";

/** What happened to the booking, as a state: running a mapping twice gives the same values. */
export interface ChangeContext {
  /** The last change that was not a mere repetition. */
  readonly kind: ChangeKind;
  /** ISO UTC time at which that change arrived. */
  readonly at: string;
  readonly cancelled: boolean;
  readonly cancelled_at?: string;
  readonly rescheduled: boolean;
  readonly reschedule_count: number;
  /** ISO UTC; absent unless rescheduled. */
  readonly previous_start?: string;
}

/** Of a context, what no expression can name. */
export const NOT_NAMED = [
  "orders",
  "look",
  "companyIds",
  "staff_answers",
  "attendees",
] as const satisfies readonly (keyof MappingContext)[];

export interface MappingContext {
  readonly purchase: CleanObject;
  readonly client: CleanObject;
  readonly member: CleanObject;
  readonly company: CleanObject;
  /** Absent while shared records (people, companies) are evaluated. */
  readonly booking?: CleanObject;
  readonly change?: ChangeContext;
  /** Whom the booking is for, one at a time: only while a section per attendee is evaluated. */
  readonly attendee?: CleanObject;
  /** All of them, made out when asked for; no expression can name it. */
  readonly attendees?: () => readonly Attendee[];
  /** How new what each kind of shared record is made of is; no expression can name it. */
  readonly orders: Readonly<Record<StatedOf, number>> & { readonly attendee?: number };
  /** How new what is known of all bookings of the person is; absent where nobody has looked for those of other purchases. */
  readonly look?: number;
  /** For choosing files and sections; no expression can name it. Most specific first. */
  readonly companyIds: readonly string[];
  /** The booking's and the client's answers, in BookingBug's two shapes; the `answer` filter reads them. */
  readonly answers: readonly CleanObject[];
  /** Those that only staff see; no expression can name them, `answer: 7, admin: true` asks for one. */
  readonly staff_answers: readonly CleanObject[];
}

/**
 * @param bookingId the booking to describe; left out for people and companies
 * @param theirs the bookings of the purchase's people, of all their purchases; when left out, those of this one
 * @returns raw BookingBug names after clean-up, with `client` always the person to map, and the derived fields
 *   `booking.start_at`, `end_at`, `status`, `is_cancelled`, `is_event`, and of the purchase as a whole
 *   `purchase.bookings`, `booking_count`, `active_count`, `is_cancelled`
 */
export function mappingContext(state: PurchaseState, bookingId?: string, theirs?: PersonsBookings): MappingContext {
  const booking = bookingId === undefined ? undefined : state.bookings[bookingId];
  const person = personOf(state, booking);
  const key = personKey(person);
  const { open: answers, staff } = splitAnswers([booking?.body.answers, booking?.body.survey_answers, person.answers]);
  const shared = {
    purchase: purchaseVariables(state),
    client: withBookings(withoutStaffAnswers(person, staff), () => theirs?.of.get(key) ?? bookingsOf(state, key)),
    member: withoutStaffAnswers(state.member ?? {}, staff),
    answers,
    staff_answers: staff,
    company: companyOf(state, booking),
    companyIds: companyIds(state, booking),
    orders: statementOrders(state),
    ...(theirs && { look: theirs.look }),
  };
  if (booking === undefined) return shared;
  return {
    ...shared,
    orders: { ...shared.orders, attendee: booking.news?.order ?? booking.order ?? booking.seq },
    attendees: once(() => attendeesOf(state, booking)),
    booking: withoutStaffAnswers(bookingVariables(booking, state.purchaseId), staff),
    change: changeVariables(booking),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What a purchase of several bookings says as a whole; it is cancelled when each of them is. */
function purchaseVariables(state: PurchaseState): CleanObject {
  const bookings = Object.values(state.bookings);
  const active = bookings.filter(({ lifecycle }) => lifecycle.status === "active").length;
  return {
    ...state.purchase,
    id: numeric(state.purchaseId),
    booking_count: bookings.length,
    active_count: active,
    is_cancelled: bookings.length > 0 && active === 0,
    // Worked out where a mapping reads it.
    get bookings() {
      return bookingsOfPurchase(state);
    },
  };
}

/** The ids by which a file or section can be for a company: the location first, then the company it belongs to. */
function companyIds(state: PurchaseState, booking: BookingState | undefined): string[] {
  const candidates = [booking?.body.company_id, state.company?.id, state.member?.company_id];
  return [...new Set(candidates.filter((id) => typeof id === "number" || typeof id === "string").map(String))];
}

function companyOf(state: PurchaseState, booking: BookingState | undefined): CleanObject {
  const id = booking?.body.company_id ?? state.member?.company_id;
  const name = booking?.body.company_name;
  return { ...(id !== undefined && { id }), ...(name !== undefined && { name }), ...state.company };
}

function changeVariables(booking: BookingState): ChangeContext {
  const { lifecycle, rescheduleCount, previousStart } = booking;
  return {
    kind: booking.lastChange,
    at: booking.changedAt,
    cancelled: lifecycle.status === "cancelled",
    ...(lifecycle.status === "cancelled" && { cancelled_at: lifecycle.cancelledAt }),
    rescheduled: rescheduleCount > 0,
    reschedule_count: rescheduleCount,
    ...(previousStart !== undefined && { previous_start: previousStart }),
  };
}
