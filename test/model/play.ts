/** Plays a world: what is posted and decided, step by step, and what each purchase is in the end. */
import { HOUR, total } from "./bodies.ts";
import { happen, omit } from "./happen.ts";
import {
  type Asked,
  decide,
  deliver,
  type Happening,
  type HappeningBooking,
  inTheEnd,
  isStatement,
  type Played,
} from "./happening.ts";
import { stated } from "./people.ts";
import { playRelisted } from "./relisted.ts";
import type { Event, Plan, World } from "./world.ts";

const NOON = Date.parse("2036-01-01T12:00:00Z");

/** @param offset keeps the ids of one world apart from another's */
export function play(given: World, offset: number): Played[] {
  return given.plans.map((plan, index) => playOne(given, plan, offset, index));
}

function playOne(given: World, plan: Plan, offset: number, index: number): Played {
  const purchaseId = offset * 10 + index + 1;
  const bookings = Array.from({ length: plan.bookings }, (_, n): HappeningBooking => {
    const start = NOON + (index * 100 + n) * HOUR;
    return {
      id: String(purchaseId * 10 + n),
      start,
      status: "booked",
      moves: 0,
      previous: undefined,
      isAtBranch: false,
      clock: undefined,
    };
  });
  const first = stated(given, plan.person, plan.name, offset);
  const member = plan.member === undefined ? undefined : stated(given, plan.member, 9, offset);
  const happening = { steps: [], gone: new Set<HappeningBooking>(), asked: undefined };
  const now: Happening = { purchaseId, bookings, statement: first, member, step: 0, ...happening };
  deliver(now, total("bookings", now), "http", 0);
  if (plan.relisted) return playRelisted(now, plan, given, offset, index);
  for (const { event, route, repeat, way } of plan.events) {
    now.step += 1;
    if (now.asked !== undefined && (now.asked.later === 0 || isCancelling(event))) answer(now, now.asked);
    if (now.asked !== undefined) now.asked.later -= 1;
    if (event.kind === "omit") omit(event, now, repeat);
    else
      deliver(
        now,
        happen(event, now, route, given, offset),
        isStatement(event) || way !== "quarantine" ? way : "http",
        repeat,
      );
  }
  if (now.asked !== undefined) answer(now, now.asked);
  return { purchaseId, relistedBy: undefined, steps: now.steps, bookings: bookings.map(inTheEnd) };
}

function isCancelling(event: Event): boolean {
  const { kind } = event;
  return (kind === "stale" && event.cancels) || kind === "cancel" || kind === "unflagged" || kind === "omit";
}

/** An operator says what happened, perhaps not at once. */
function answer(now: Happening, { about, answer: { mistaken, others }, others: asked }: Asked): void {
  now.asked = undefined;
  decide(now, about, true, mistaken, others && asked.size > 0);
  about.status = "cancelled";
  if (others) return;
  for (const { id } of asked) now.steps.push({ kind: "decide", bookingId: id, cancelled: false, others: false });
}
