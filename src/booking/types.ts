/**
 * BookingBug's words as this service uses them. A *purchase* holds *bookings*; a *notification* is what BookingBug says of
 * one purchase; a *delivery* is the POST that brings it.
 */

/** A JSON object whose values were cleaned: no null-ish strings, trimmed, key absent when BookingBug said nothing. */
export type CleanObject = { readonly [key: string]: unknown };

/** BookingBug's callback URLs, by the last part of their path. */
export const CALLBACK_ROUTES = ["bookings", "updates", "cancellations"] as const;
/** Which of them the notification was posted to. */
export type CallbackRoute = (typeof CALLBACK_ROUTES)[number];

/** How a notification came: posted to one of them, or read back because it had not come, or not said enough. */
export const ARRIVAL_ROUTES = [...CALLBACK_ROUTES, "read_back"] as const;
export type ArrivalRoute = (typeof ARRIVAL_ROUTES)[number];

/** Whose words: the purchase's, the admin API's, or JRNI's; each leaves something out. */
export type BookingShape = "public" | "admin" | "jrni";

/** One booking as a notification describes it. */
export interface NotifiedBooking {
  readonly id: string;
  readonly shape: BookingShape;
  /** UTC instant, ISO 8601 with `Z`, whole seconds. */
  readonly start: string;
  readonly end: string;
  /** Ids where BookingBug links or gives them, else the trimmed name; absent when the notification has neither. */
  readonly person?: string;
  readonly resource?: string;
  /** `is_cancelled`, `full_describe` ending in `(CANCELLED)`, or an event name that says so. */
  readonly saysCancelled: boolean;
  /** A calendar block (`status` 3), not a customer's appointment. */
  readonly isBlock: boolean;
  /** The later of `updated_at` and `booking_updated` (or `triggerTime`), ISO UTC; absent when the body has none. */
  readonly version?: string;
  /** The cleaned booking, as mappings see it. */
  readonly body: CleanObject;
}

/** What a readable notification says. */
export interface PurchaseNotification {
  readonly purchaseId: string;
  /** `purchase`: the total with all its bookings; `booking`: one booking object alone at the top level. */
  readonly shape: "purchase" | "booking";
  readonly bookings: readonly NotifiedBooking[];
  /** An event name in the body that says "cancelled" for the whole notification. */
  readonly saysCancelled: boolean;
  /** The later of the body's own `updated_at` and `triggerTime`, ISO UTC; absent when it has none. */
  readonly version?: string;
  /** The cleaned purchase without its embedded bookings; empty for the `booking` shape. */
  readonly purchase: CleanObject;
  readonly client?: CleanObject;
  readonly member?: CleanObject;
  readonly company?: CleanObject;
}

/** Why a purchase or booking waits for a person to decide. */
export const BOOKING_HOLD_REASONS = [
  "cancellation_ambiguous",
  "cancellation_unconfirmed",
  "absent_from_notification",
] as const;

/** A question to a person. Reason and number together are its identity: see `holdId`. */
export interface Hold {
  readonly reason: (typeof BOOKING_HOLD_REASONS)[number];
  /** Arrival number of the notification that caused it. */
  readonly seq: number;
  /** Its place among the arrivals, where that is not its number. */
  readonly order?: number;
  /** The bookings in question that are not decided yet. */
  readonly bookingIds: readonly string[];
  /** What the notification says of those of them that were not known: a decision brings them into being. */
  readonly unknown?: Readonly<Record<string, NotifiedBooking>>;
  /** Of the notification: its repetition asks nothing new. Absent in a hold that an earlier version wrote. */
  readonly digest?: string;
}

export const BOOKING_VERDICTS = ["cancelled", "active"] as const;
export type BookingVerdict = (typeof BOOKING_VERDICTS)[number];

/** A decision that can still be taken back: nothing was heard of the purchase since. */
export interface Decided {
  /** Arrival number of the decision. */
  readonly seq: number;
  readonly bookingId: string;
  readonly verdict: BookingVerdict;
  /** The booking as it was; absent when it was not known. */
  readonly before?: BookingState;
  /** What asked about the booking, each narrowed to it. */
  readonly holds: readonly Hold[];
}

export type ChangeKind = "created" | "updated" | "rescheduled" | "cancelled";

/** What a booking is at last, as mappings see it. */
export const BOOKING_STATUSES = [
  "booked",
  "rescheduled",
  "cancelled",
  "waitlisted",
  "attended",
  "no_show",
  "completed",
] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** How new a statement is: by the order of its arrival, and by BookingBug's clock where it has one. */
export interface News {
  readonly order: number;
  readonly version?: string;
}

/** What we know of a booking after folding every notification so far. */
export interface BookingState {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly person?: string;
  readonly resource?: string;
  readonly lifecycle:
    | { readonly status: "active" }
    | {
        readonly status: "cancelled";
        readonly cancelledAt: string;
        /** How new what cancelled it is; absent in a state of an earlier version. */
        readonly order?: number;
        /** Nothing says so but that the booking is not listed any more. */
        readonly byAbsence?: true;
      };
  /** The last change that was not a mere repetition. */
  readonly lastChange: ChangeKind;
  /** ISO time of arrival of that change. */
  readonly changedAt: string;
  readonly rescheduleCount: number;
  readonly previousStart?: string;
  readonly version?: string;
  /** Arrival number of the newest notification folded in. */
  readonly seq: number;
  /** The newest order of what was folded in; absent in a state of an earlier version, where it is `seq`. */
  readonly order?: number;
  /** Of what last said something new of the booking itself; absent in a state of an earlier version. */
  readonly news?: News;
  /** Of the newest body. Absent in a state that an earlier version wrote. */
  readonly shape?: BookingShape;
  /** What all shapes together say. */
  readonly body: CleanObject;
}

/** A cancellation that came before the bookings it cancels: they may still be reported, by what is no newer. */
export interface EarlyCancellation {
  /** ISO UTC: when it was said by BookingBug's clock, else when it arrived. */
  readonly at: string;
  /** Bookings that it says remain. */
  readonly remaining: readonly string[];
}

/** Of each, the order of the arrival that stated it last; absent where nothing did. */
export interface Stated {
  readonly client?: number;
  readonly member?: number;
  readonly company?: number;
  readonly purchase?: number;
}

/** What we know of a purchase after folding every notification so far. */
export interface PurchaseState {
  readonly purchaseId: string;
  readonly bookings: Readonly<Record<string, BookingState>>;
  readonly purchase: CleanObject;
  readonly client?: CleanObject;
  readonly member?: CleanObject;
  readonly company?: CleanObject;
  /** Absent in a state that an earlier version wrote. */
  readonly stated?: Stated;
  readonly holds: readonly Hold[];
  /** Absent when none came. */
  readonly cancelledEarly?: EarlyCancellation;
  /** Oldest first; absent when there is none. */
  readonly decided?: readonly Decided[];
  /** Arrival number of the newest notification folded in; 0 when none. */
  readonly seq: number;
}
