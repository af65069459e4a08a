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

/** @param own the purchase as it was posted first */
export function playRelisted(own: Happening, plan: Plan, given: World, offset: number, index: number): Played {
  const relistedBy = offset * 10 + RELISTING + index;
  const other: Happening = { ...own, purchaseId: relistedBy, bookings: own.bookings.slice(0, 1) };
  deliver(other, total("bookings", other), "http", 0);
  for (const { event, route, repeat, way, elsewhere } of plan.events) {
    const [teller, silent] = elsewhere ? [other, own] : [own, other];
    teller.step += 1;
    const told = happen(alike(event), teller, route, given, offset);
    deliver(teller, told, isStatement(event) || way !== "quarantine" ? way : "http", repeat);
    Object.assign(silent, { step: teller.step, statement: teller.statement });
  }
  return { purchaseId: own.purchaseId, relistedBy, steps: own.steps, bookings: own.bookings.map(countedApart) };
}

/** How often the first was moved, each of the two counts by itself. */
function countedApart(one: HappeningBooking, index: number): ExpectedBooking {
  const ended = inTheEnd(one);
  return index === 0 ? { ...ended, moves: undefined, previous: undefined } : ended;
}

/** What means the same whichever purchase it is said of. */
function alike(event: Event): Exclude<Event, { kind: "omit" | "unflagged" | "stale" | "hand_over" }> {
  switch (event.kind) {
    case "omit":
    case "unflagged":
    case "stale":
      return { kind: "update", booking: event.booking, shape: "total" };
    case "hand_over":
      return { kind: "update", booking: 0, shape: "total" };
    default:
      return event;
  }
}
