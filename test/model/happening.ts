/** A purchase while it happens: what is true of it, and what the service has been given. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import type { Json } from "../support/payloads.ts";
import type { Statement } from "./people.ts";
import type { Answer, Event, Way } from "./world.ts";

/** What happens to the service next. */
export type Step =
  | ({ readonly kind: "deliver"; readonly way: Way; readonly purchaseId: number } & Delivery)
  | { readonly kind: "decide"; readonly bookingId: string; readonly cancelled: boolean; readonly others: boolean }
  | { readonly kind: "take_back"; readonly bookingId: string };

export interface Delivery {
  readonly route: CallbackRoute;
  readonly body: Json;
  /** Absent where the body says nothing of the client. */
  readonly statement: Statement | undefined;
}

export interface ExpectedBooking {
  readonly id: string;
  start: number;
  /** Absent where it was moved there and back, and not all who list it were told. */
  status: "booked" | "rescheduled" | "cancelled" | undefined;
  /** Absent where it is not told of all of them at one place. */
  moves: number | undefined;
  previous: number | undefined;
  isAtBranch: boolean;
}

/** A booking of ours, with what BookingBug's clock showed when it last told it. */
export interface HappeningBooking extends ExpectedBooking {
  status: "booked" | "rescheduled" | "cancelled";
  moves: number;
  clock: number | undefined;
}

export interface Happening {
  readonly purchaseId: number;
  readonly bookings: HappeningBooking[];
  statement: Statement;
  /** Who books, where that is not the client. */
  readonly member: Statement | undefined;
  step: number;
  readonly steps: Step[];
  /** Bookings that no body lists any more. */
  readonly gone: Set<HappeningBooking>;
  /** What an operator has still to say. */
  asked: Asked | undefined;
}

export interface Asked {
  readonly about: HappeningBooking;
  readonly answer: Answer;
  /** Events until then. */
  later: number;
  /** Still asked about besides. */
  readonly others: Set<HappeningBooking>;
}

export function deliver({ steps, purchaseId }: Happening, delivery: Delivery, way: Way, repeat: number): void {
  for (let times = 0; times <= repeat; times += 1) {
    steps.push({ kind: "deliver", way: times === 0 ? way : "http", purchaseId, ...delivery });
  }
}

export function decide(
  { steps }: Happening,
  { id }: ExpectedBooking,
  cancelled: boolean,
  mistaken: boolean,
  others: boolean,
): void {
  if (mistaken) {
    steps.push({ kind: "decide", bookingId: id, cancelled: !cancelled, others: false });
    steps.push({ kind: "take_back", bookingId: id });
  }
  steps.push({ kind: "decide", bookingId: id, cancelled, others });
}

export interface Played {
  readonly purchaseId: number;
  /** Lists its first booking too. */
  readonly relistedBy: number | undefined;
  readonly steps: readonly Step[];
  /** As they are in the end. */
  readonly bookings: readonly ExpectedBooking[];
}

export function inTheEnd({ clock: _clock, ...one }: HappeningBooking): ExpectedBooking {
  return one;
}

/** What moves or cancels nothing can be read late, and says the same. */
export function isStatement({ kind }: Event): boolean {
  return kind === "rename" || kind === "readdress" || kind === "hand_over";
}
