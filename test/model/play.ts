/** What BookingBug posts when a world happens, and what each purchase is in the end. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import { type Json, purchase } from "../support/payloads.ts";
import type { Answer, Event, Person, Plan, Way, World } from "./world.ts";

/** What a notification says of the client. */
export interface Statement {
  readonly clientId: number;
  readonly email: string | undefined;
  readonly surname: string;
}

/** What happens to the service next. */
export type Step =
  | ({ readonly kind: "deliver"; readonly way: Way } & Delivery)
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
  status: "booked" | "rescheduled" | "cancelled";
  moves: number;
  previous: number | undefined;
}

export interface Played {
  readonly purchaseId: number;
  readonly steps: readonly Step[];
  /** As they are in the end. */
  readonly bookings: readonly ExpectedBooking[];
}

/** A purchase while it happens. */
interface Happening {
  readonly purchaseId: number;
  readonly bookings: ExpectedBooking[];
  statement: Statement;
  step: number;
  readonly steps: Step[];
  /** Bookings that no body lists any more. */
  readonly gone: Set<ExpectedBooking>;
  /** What an operator has still to say. */
  asked: Asked | undefined;
}

interface Asked {
  readonly about: ExpectedBooking;
  readonly answer: Answer;
  /** Events until then. */
  later: number;
  /** Still asked about besides. */
  readonly others: Set<ExpectedBooking>;
}

const NOON = Date.parse("2036-01-01T12:00:00Z");
const HOUR = 3_600_000;

/** @param offset keeps the ids of one world apart from another's */
export function play(given: World, offset: number): Played[] {
  return given.plans.map((plan, index) => playOne(given, plan, offset, index));
}

/** Ids of clients that share an address in this world. */
export function householdOf({ people }: World, offset: number, clientId: number): ReadonlySet<number> {
  const self = people.find((one) => clientIdOf(one, offset) === clientId);
  const shared = people.filter((one) => one === self || (one.email !== undefined && one.email === self?.email));
  return new Set(shared.map((one) => clientIdOf(one, offset)));
}

function playOne(given: World, plan: Plan, offset: number, index: number): Played {
  const purchaseId = offset * 10 + index + 1;
  const bookings = Array.from({ length: plan.bookings }, (_, n): ExpectedBooking => {
    const start = NOON + (index * 100 + n) * HOUR;
    return { id: String(purchaseId * 10 + n), start, status: "booked", moves: 0, previous: undefined };
  });
  const first = stated(personAt(given, plan.person), plan.name, offset);
  const happening = { steps: [], gone: new Set<ExpectedBooking>(), asked: undefined };
  const now: Happening = { purchaseId, bookings, statement: first, step: 0, ...happening };
  deliver(now, total("bookings", now), "http", 0);
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
  return { purchaseId, steps: now.steps, bookings };
}

function deliver({ steps }: Happening, delivery: Delivery, way: Way, repeat: number): void {
  for (let times = 0; times <= repeat; times += 1) {
    steps.push({ kind: "deliver", way: times === 0 ? way : "http", ...delivery });
  }
}

/** What moves or cancels nothing can be read late, and says the same. */
function isStatement({ kind }: Event): boolean {
  return kind === "rename" || kind === "readdress" || kind === "hand_over";
}

function isCancelling({ kind }: Event): boolean {
  return kind === "cancel" || kind === "unflagged" || kind === "omit";
}

/** An operator says what happened, perhaps not at once. */
function answer(now: Happening, { about, answer: { mistaken, others }, others: asked }: Asked): void {
  now.asked = undefined;
  decide(now, about, true, mistaken, others && asked.size > 0);
  about.status = "cancelled";
  if (others) return;
  for (const { id } of asked) now.steps.push({ kind: "decide", bookingId: id, cancelled: false, others: false });
}

function decide({ steps }: Happening, { id }: ExpectedBooking, cancelled: boolean, mistaken: boolean, others: boolean) {
  if (mistaken) {
    steps.push({ kind: "decide", bookingId: id, cancelled: !cancelled, others: false });
    steps.push({ kind: "take_back", bookingId: id });
  }
  steps.push({ kind: "decide", bookingId: id, cancelled, others });
}

function unflagged(event: Extract<Event, { kind: "unflagged" }>, one: ExpectedBooking, now: Happening): Delivery {
  const delivery = total("cancellations", now, true);
  const others = now.bookings.filter((other) => other !== one && other.status !== "cancelled");
  if (now.bookings.length === 1) one.status = "cancelled";
  else now.asked = { about: one, answer: event.answer, later: event.later, others: new Set(others) };
  return delivery;
}

function omit(
  { booking, gone, byNews, answer }: Extract<Event, { kind: "omit" }>,
  now: Happening,
  repeat: number,
): void {
  const one = now.bookings[booking % now.bookings.length] as ExpectedBooking;
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

/** Changes the model and says what BookingBug would post. */
function happen(
  event: Exclude<Event, { kind: "omit" }>,
  now: Happening,
  route: CallbackRoute,
  given: World,
  offset: number,
): Delivery {
  switch (event.kind) {
    case "rename":
      now.statement = { ...now.statement, surname: surnameOf(event.name) };
      return total(route, now);
    case "readdress":
      if (householdOf(given, offset, now.statement.clientId).size === 1) {
        now.statement = { ...now.statement, email: `moved.${now.purchaseId}.${now.step}@example.com` };
      }
      return total(route, now);
    case "hand_over":
      now.statement = stated(personAt(given, event.person), now.step, offset);
      return total(route, now);
    default:
      return happenTo(now.bookings[event.booking % now.bookings.length] as ExpectedBooking, event, now, route);
  }
}

/** Cancelled is final in the model as it must be in the CRM. */
function happenTo(
  one: ExpectedBooking,
  event: Exclude<Extract<Event, { booking: number }>, { kind: "omit" }>,
  now: Happening,
  route: CallbackRoute,
): Delivery {
  if (one.status === "cancelled") return total(route, now);
  if (event.kind === "unflagged") return unflagged(event, one, now);
  // It is cancelled; nobody has told us yet.
  if (one === now.asked?.about) return total(route, now);
  if (event.kind === "cancel") return cancel(one, event.shape, now, route);
  if (event.kind === "move") {
    one.previous = one.start;
    one.start += event.hours * HOUR;
    one.moves += 1;
    one.status = "rescheduled";
    now.asked?.others.delete(one);
  }
  return event.shape === "alone" ? alone(route, one, now) : total(route, now);
}

function cancel(one: ExpectedBooking, shape: string, now: Happening, route: CallbackRoute): Delivery {
  if (shape === "alone") {
    const delivery = alone("cancellations", one, now);
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

function total(route: CallbackRoute, now: Happening, unflagged = false): Delivery {
  const body = bodyOf(now);
  if (unflagged) for (const one of body._embedded.bookings) one.is_cancelled = false;
  return { route, body, statement: now.statement };
}

/** One booking by itself, which says nothing of the client. */
function alone(route: CallbackRoute, one: ExpectedBooking, now: Happening): Delivery {
  return { route, body: bookingIn(bodyOf(now), one), statement: undefined };
}

function bookingIn(body: Json, { id }: ExpectedBooking): Json {
  return body._embedded.bookings.find((candidate: Json) => String(candidate.id) === id);
}

function bodyOf({ purchaseId, bookings, gone, statement, step }: Happening): Json {
  return purchase((body) => {
    body.id = purchaseId;
    const { client, member, bookings: samples } = body._embedded;
    for (const one of [client, member]) {
      one.id = statement.clientId;
      one.last_name = statement.surname;
      if (statement.email === undefined) delete one.email;
      else one.email = statement.email;
    }
    const [template] = samples;
    body._embedded.bookings = bookings
      .filter((one) => !gone.has(one))
      .map((one) => ({
        ...template,
        id: Number(one.id),
        purchase_id: purchaseId,
        datetime: new Date(one.start).toISOString(),
        end_datetime: new Date(one.start + HOUR / 2).toISOString(),
        service_name: `Service ${step % 2}`,
        is_cancelled: one.status === "cancelled",
        email: statement.email ?? "",
      }));
  });
}

function personAt({ people }: World, index: number): Person {
  return people[index % people.length] as Person;
}

function stated(person: Person, name: number, offset: number): Statement {
  const email = person.email === undefined ? undefined : `person${person.email}.of.${offset}@example.com`;
  return { clientId: clientIdOf(person, offset), email, surname: surnameOf(name) };
}

function surnameOf(name: number): string {
  return `Name${name}`;
}

function clientIdOf(person: Person, offset: number): number {
  return offset * 10 + person.clientId;
}
