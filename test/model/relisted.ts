/** A booking that a second purchase lists too: both tell of one world, now the one, now the other. */
import { total } from "./bodies.ts";
import { happen } from "./happen.ts";
import {
  deliver,
  type ExpectedBooking,
  type Happening,
  type HappeningBooking,
  inTheEnd,
  isStatement,
  type Played,
} from "./happening.ts";
import type { Event, Plan, World } from "./world.ts";

/** Above every plan's own purchase. */
const RELISTING = 5;

/** @param own the purchase as it was posted first, and nothing since */
export function playRelisted(own: Happening, plan: Plan, given: World, offset: number, index: number): Played {
  const relistedBy = offset * 10 + RELISTING + index;
  const other: Happening = { ...own, purchaseId: relistedBy, bookings: own.bookings.slice(0, 1) };
  deliver(other, total("bookings", other), "http", 0);
  const first = own.bookings.at(0)?.start;
  for (const { event, route, repeat, way, elsewhere } of plan.events) {
    const [teller, silent] = elsewhere ? [other, own] : [own, other];
    teller.step += 1;
    const told = happen(alike(event), teller, route, given, offset);
    deliver(teller, told, isStatement(event) || way !== "quarantine" ? way : "http", repeat);
    Object.assign(silent, { step: teller.step, statement: teller.statement });
  }
  return {
    purchaseId: own.purchaseId,
    relistedBy,
    steps: own.steps,
    bookings: own.bookings.map((one, n) => (n === 0 ? toldApart(one, first) : inTheEnd(one))),
  };
}

/** How often it was moved, and whether it was, each of the two knows by itself. */
function toldApart(one: HappeningBooking, first: number | undefined): ExpectedBooking {
  const status = one.status === "rescheduled" && one.start === first ? undefined : one.status;
  return { ...inTheEnd(one), status, moves: undefined, previous: undefined };
}

/** What means the same whichever purchase it is said of. */
function alike(event: Event): Exclude<Event, { kind: "omit" | "unflagged" | "stale" | "hand_over" | "relocate" }> {
  switch (event.kind) {
    case "omit":
    case "unflagged":
    case "stale":
      return { kind: "update", booking: event.booking, shape: "total" };
    case "hand_over":
    case "relocate":
      return { kind: "update", booking: 0, shape: "total" };
    default:
      return event;
  }
}
