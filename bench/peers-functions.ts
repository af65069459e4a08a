/**
 * What the function nodes of the Node-RED flow do. Each is handed to Node-RED as its own text, so it uses nothing of this file
 * but its parameters and types.
 */
import type { Json } from "../test/support/payloads.ts";

/** A booking on its way through the flow. */
interface Work {
  readonly isNew: boolean;
  readonly bookingId: string;
  readonly contact: Readonly<Record<string, string>>;
  readonly meeting: Readonly<Record<string, string>>;
  attempts: number;
}

interface Message {
  work: Work;
  payload?: Json;
  method?: string;
  url?: string;
  headers?: Readonly<Record<string, string>>;
  statusCode?: number | string;
}

interface Environment {
  get(name: string): string;
}

/** @returns the answer to BookingBug, and a message for each booking */
export function accept(msg: Json, env: Environment): [object, Message[]] {
  if (msg.req.headers.authorization !== env.get("BOOKINGBUG_AUTHORIZATION")) {
    return [{ ...msg, statusCode: 401, payload: "" }, []];
  }
  const { route } = msg.req.params;
  const { id: purchaseId, _embedded } = msg.payload;
  const { client, bookings } = _embedded;
  const outcomes: Record<string, string> = { bookings: "SCHEDULED", updates: "RESCHEDULED" };
  const messages = bookings.map((booking: Json): Message => {
    const isCancelled = route === "cancellations" || booking.is_cancelled === true;
    return {
      work: {
        isNew: route === "bookings",
        bookingId: String(booking.id),
        contact: {
          email: client.email.toLowerCase(),
          firstname: client.first_name,
          lastname: client.last_name,
          bookingbug_id: String(client.id),
        },
        meeting: {
          hs_meeting_title: booking.full_describe,
          hs_timestamp: booking.datetime,
          hs_meeting_start_time: booking.datetime,
          hs_meeting_end_time: booking.end_datetime,
          hs_meeting_outcome: isCancelled ? "CANCELED" : (outcomes[route] ?? "SCHEDULED"),
          bookingbug_booking_id: String(booking.id),
          bookingbug_purchase_id: String(purchaseId),
        },
        attempts: 0,
      },
    };
  });
  return [{ ...msg, statusCode: 202, payload: "" }, messages];
}

/** @returns a look at the person of a new booking; else a change of the meeting, which is found by our unique property */
export function begin({ work }: Message, env: Environment): [Message | null, Message | null] {
  const headers = { authorization: `Bearer ${env.get("HUBSPOT_TOKEN")}`, "content-type": "application/json" };
  const objects = `${env.get("HUBSPOT_URL")}/crm/objects/2026-09`;
  if (!work.isNew) {
    const url = `${objects}/meetings/${work.bookingId}?idProperty=bookingbug_booking_id`;
    return [null, { work, headers, method: "PATCH", url, payload: { properties: work.meeting } }];
  }
  const email = encodeURIComponent(work.contact.email ?? "");
  return [{ work, headers, method: "GET", url: `${objects}/contacts/${email}?idProperty=email` }, null];
}

/** @returns the person's change or creation, or what failed */
export function writeContact(msg: Message, env: Environment): [Message | null, Message | null] {
  const { work, statusCode, payload } = msg;
  if (statusCode !== 200 && statusCode !== 404) return [null, msg];
  const headers = { authorization: `Bearer ${env.get("HUBSPOT_TOKEN")}`, "content-type": "application/json" };
  const contacts = `${env.get("HUBSPOT_URL")}/crm/objects/2026-09/contacts`;
  const known = statusCode === 200;
  const url = known ? `${contacts}/${payload.id}` : contacts;
  return [{ work, headers, method: known ? "PATCH" : "POST", url, payload: { properties: work.contact } }, null];
}

/** @returns the meeting's creation, with its association, or what failed */
export function createMeeting(msg: Message, env: Environment): [Message | null, Message | null] {
  const { work, statusCode, payload } = msg;
  if (statusCode !== 200 && statusCode !== 201) return [null, msg];
  const headers = { authorization: `Bearer ${env.get("HUBSPOT_TOKEN")}`, "content-type": "application/json" };
  const url = `${env.get("HUBSPOT_URL")}/crm/objects/2026-09/meetings`;
  const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 200 }];
  const associations = [{ to: { id: payload.id }, types }];
  return [{ work, headers, method: "POST", url, payload: { properties: work.meeting, associations } }, null];
}

/** @returns what failed: a meeting that is there already, as after a repeated delivery, has not */
export function created(msg: Message): Message | null {
  return msg.statusCode === 201 || msg.statusCode === 409 ? null : msg;
}

/** @returns a change that came before its booking, to be created as that would be, or what failed */
export function changed(msg: Message): [Message | null, Message | null] {
  if (msg.statusCode === 200) return [null, null];
  return msg.statusCode === 404 ? [{ work: { ...msg.work, isNew: true } }, null] : [null, msg];
}

/** @returns what is worth another try: limits, the server's faults, lost answers, a person just created; five times in all */
export function again({ work, statusCode }: Message): Message | null {
  const heals = typeof statusCode !== "number" || statusCode === 409 || statusCode === 429 || statusCode >= 500;
  return heals && work.attempts < 4 ? { work: { ...work, attempts: work.attempts + 1 } } : null;
}
