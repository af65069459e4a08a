/** Changes the model as an event says, and says what BookingBug would post of it. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import { alone, bookingIn, HOUR, total } from "./bodies.ts";
import { type Delivery, decide, deliver, type Happening, type HappeningBooking } from "./happening.ts";
import { householdOf, type Statement, stated, surnameOf } from "./people.ts";
import type { Event, World } from "./world.ts";

export function happen(
  event: Exclude<Event, { kind: "omit" }>,
  now: Happening,
  route: CallbackRoute,
  given: World,
  offset: number,
): Delivery {
  switch (event.kind) {
    case "rename":
      if (now.statement.clientId !== undefined) now.statement = { ...now.statement, surname: surnameOf(event.name) };
      return total(route, now);
    case "readdress":
      if (isAlone(now.statement, given, offset)) {
        now.statement = { ...now.statement, email: `moved.${now.purchaseId}.${now.step}@example.com` };
      }
      return total(route, now);
    case "hand_over":
      now.statement = stated(given, event.person, now.step, offset);
      return total(route, now);
    case "relocate":
      for (const one of now.bookings) if (one.status !== "cancelled") one.isAtBranch = event.toBranch;
      return total(route, now);
    default:
      return happenTo(now.bookings[event.booking % now.bookings.length] as HappeningBooking, event, now, route);
  }
}

/** Whoever changes the address that others share, or that alone they are known by, is somebody else. */
function isAlone({ person, clientId }: Statement, given: World, offset: number): boolean {
  return clientId !== undefined && householdOf(given, offset, person).people.size === 1;
}

/** Cancelled is final in the model as it must be in the CRM. */
function happenTo(
  one: HappeningBooking,
  event: Exclude<Extract<Event, { booking: number }>, { kind: "omit" }>,
  now: Happening,
  route: CallbackRoute,
): Delivery {
  if (one.status === "cancelled") return total(route, now);
  if (event.kind === "unflagged") return unflagged(event, one, now);
  // It is cancelled; nobody has told us yet.
  if (one === now.asked?.about) return total(route, now);
  if (event.kind === "cancel") return cancel(one, event.shape, now, route);
  if (event.kind === "stale") return stale(event, one, now, route);
  if (event.kind === "move") {
    one.previous = one.start;
    one.start += event.hours * HOUR;
    one.moves += 1;
    one.status = "rescheduled";
    now.asked?.others.delete(one);
  }
  return event.shape === "total" ? total(route, now) : alone(event.shape, route, one, now);
}

/** Nothing of an older body counts but a cancellation; one from before the clock was known is no older. */
function stale(
  { shape, cancels }: Extract<Event, { kind: "stale" }>,
  one: HappeningBooking,
  now: Happening,
  route: CallbackRoute,
): Delivery {
  if (one.clock === undefined) return total(route, now);
  const former = { ...one, start: one.start - 7 * HOUR };
  const delivery = alone(shape, cancels ? "cancellations" : route, former, now, one.clock - 60_000);
  if (cancels) one.status = "cancelled";
  return delivery;
}

function cancel(
  one: HappeningBooking,
  shape: Extract<Event, { kind: "cancel" }>["shape"],
  now: Happening,
  route: CallbackRoute,
): Delivery {
  if (shape !== "flag" && shape !== "describe") {
    const delivery = alone(shape, "cancellations", one, now);
    one.status = "cancelled";
    return delivery;
  }
  const delivery = total(route, now);
  one.status = "cancelled";
  const mine = bookingIn(delivery.body, one);
  if (shape === "flag") mine.is_cancelled = true;
  else mine.full_describe += " (CANCELLED)";
  return delivery;
}

function unflagged(event: Extract<Event, { kind: "unflagged" }>, one: HappeningBooking, now: Happening): Delivery {
  const delivery = total("cancellations", now, true);
  const others = now.bookings.filter((other) => other !== one && other.status !== "cancelled");
  if (now.bookings.length === 1) one.status = "cancelled";
  else now.asked = { about: one, answer: event.answer, later: event.later, others: new Set(others) };
  return delivery;
}

export function omit(
  { booking, gone, byNews, answer }: Extract<Event, { kind: "omit" }>,
  now: Happening,
  repeat: number,
): void {
  const one = now.bookings[booking % now.bookings.length] as HappeningBooking;
  if (one.status === "cancelled") {
    deliver(now, total("updates", now), "http", repeat);
    return;
  }
  now.gone.add(one);
  deliver(now, total("updates", now), "http", repeat);
  if (gone) {
    decide(now, one, true, answer.mistaken, false);
    one.status = "cancelled";
    return;
  }
  now.gone.delete(one);
  if (byNews) deliver(now, total("updates", now), "http", 0);
  else decide(now, one, false, answer.mistaken, false);
}
