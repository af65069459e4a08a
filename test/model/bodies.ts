/** What BookingBug posts of a purchase as it is. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import { type Json, purchase } from "../support/payloads.ts";
import { BRANCH_COMPANY, HOME_COMPANY } from "./branch.ts";
import type { Delivery, ExpectedBooking, Happening, HappeningBooking } from "./happening.ts";
import { mobileOf, type Statement, streetOf } from "./people.ts";
import { adminBody, jrniBody } from "./shapes.ts";
import type { Lone } from "./world.ts";

export const HOUR = 3_600_000;
/** What a purchase's public reference begins with. */
const NOISE = "IDXODKIPiQo321uM";
const CLOCK = Date.parse("2026-05-01T00:00:00Z");

export function total(route: CallbackRoute, now: Happening, unflagged = false): Delivery {
  const body = bodyOf(now);
  if (unflagged) for (const one of body._embedded.bookings) one.is_cancelled = false;
  return { route, body, statement: now.statement };
}

/** One booking by itself, which says nothing of the client. @param clock what BookingBug's shows, where the shape has one */
export function alone(
  shape: Lone,
  route: CallbackRoute,
  one: HappeningBooking,
  now: Happening,
  clock = CLOCK + now.step * HOUR,
): Delivery {
  const { id } = one;
  const bookings = now.bookings.map((other) => (other.id === id ? one : other));
  const known = now.bookings.find((other) => other.id === id);
  const booking = bookingIn(bodyOf({ ...now, bookings }), one);
  if (known !== undefined && shape !== "alone") known.clock = Math.max(known.clock ?? 0, clock);
  const body = shape === "alone" ? booking : inShape(shape, booking, now, route, new Date(clock).toISOString());
  return { route, body, statement: undefined };
}

function inShape(shape: "admin" | "jrni", booking: Json, now: Happening, route: CallbackRoute, at: string): Json {
  const { statement, member } = now;
  return shape === "admin"
    ? adminBody(booking, statement, buyerOf(statement, member), at)
    : jrniBody(booking, statement, route, at);
}

export function bookingIn(body: Json, { id }: ExpectedBooking): Json {
  return body._embedded.bookings.find((candidate: Json) => String(candidate.id) === id);
}

function say(one: Json, { clientId, surname, email }: Statement): void {
  Object.assign(one, { last_name: surname, mobile: mobileOf(surname), address1: streetOf(surname) });
  if (clientId === undefined) delete one.id;
  else one.id = clientId;
  if (email === undefined) delete one.email;
  else one.email = email;
  if (one.name !== undefined) one.name = `${one.first_name} ${surname}`;
}

/** A child has another id than its parent, or none, else the member is the client. */
function buyerOf(statement: Statement, member: Statement | undefined): Statement {
  return member?.clientId !== undefined && member.clientId !== statement.clientId ? member : statement;
}

function bodyOf({ purchaseId, bookings, gone, statement, member, step }: Happening): Json {
  return purchase((body) => {
    body.id = purchaseId;
    const { client, member: account, bookings: samples } = body._embedded;
    say(client, statement);
    say(account, buyerOf(statement, member));
    const [template] = samples;
    body._embedded.bookings = bookings
      .filter((one) => !gone.has(one))
      .map((one) => ({
        ...template,
        id: Number(one.id),
        purchase_id: purchaseId,
        company_id: one.isAtBranch ? BRANCH_COMPANY : HOME_COMPANY,
        purchase_ref: `${NOISE}${Buffer.from(String(purchaseId)).toString("base64")}`,
        datetime: new Date(one.start).toISOString(),
        end_datetime: new Date(one.start + HOUR / 2).toISOString(),
        service_name: `Service ${step % 2}`,
        is_cancelled: one.status === "cancelled",
        last_name: statement.surname,
        email: statement.email ?? "",
        _links: linksOf(template, statement, buyerOf(statement, member)),
      }));
  });
}

/** A booking links to its people where they have ids. */
function linksOf({ _links: { client, member, ...others } }: Json, of: Statement, by: Statement): Json {
  const href = (what: string, id: number | undefined): Json =>
    id === undefined ? {} : { [what]: { href: `https://{host}.bookingbug.com/api/v1/50579/${what}/${id}` } };
  return { ...others, ...(client && href("client", of.clientId)), ...(member && href("member", by.clientId)) };
}
