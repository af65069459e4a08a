/** What BookingBug posts of a purchase as it is. */
import type { CallbackRoute } from "../../src/booking/types.ts";
import { type Json, purchase } from "../support/payloads.ts";
import type { Delivery, ExpectedBooking, Happening } from "./happening.ts";

export const HOUR = 3_600_000;

export function total(route: CallbackRoute, now: Happening, unflagged = false): Delivery {
  const body = bodyOf(now);
  if (unflagged) for (const one of body._embedded.bookings) one.is_cancelled = false;
  return { route, body, statement: now.statement };
}

/** One booking by itself, which says nothing of the client. */
export function alone(route: CallbackRoute, one: ExpectedBooking, now: Happening): Delivery {
  return { route, body: bookingIn(bodyOf(now), one), statement: undefined };
}

export function bookingIn(body: Json, { id }: ExpectedBooking): Json {
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
