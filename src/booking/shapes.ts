/**
 * BookingBug writes one booking in several shapes, of which none says all. What the shape of a newer body cannot say stays
 * as it was known, and two bodies of unlike shapes are compared in what both say.
 */
import { joinedAnswers } from "./answers.ts";
import { ATTENDEE_KEYS, attendeeOf, isSamePerson } from "./attendee.ts";
import { millisecondsOf } from "./instants.ts";
import type { RawBooking } from "./schema.ts";
import type { BookingShape, BookingState, CleanObject, NotifiedBooking } from "./types.ts";

/** What tells a purchase's booking from the admin API's, which may be alone in a body or listed like the others. */
const PUBLIC_MARKS = ["time_zone", "address", "booking_type"];
const ADMIN_MARKS = ["client_id", "client_name", "client_email", "multi_status", "channel", "answers_summary"];

/** What the admin API leaves out: always, or on older servers. */
const PUBLIC_ONLY = new Set([
  ...PUBLIC_MARKS,
  ...["describe", "due_now", "first_name", "last_name", "email", "survey_answers"],
  ...["end_datetime", "duration_span", "listed_duration"],
]);
const ADMIN_ONLY = new Set([
  ...["client_name", "client_email", "client_phone", "client_mobile", "mobile", "company_name"],
  ...[
    "created_at",
    "updated_at",
    "booking_updated",
    "is_cancelled",
    "status",
    "channel",
    "booked_by",
    "booked_by_email",
  ],
  ...["multi_status", "current_multi_status", "check_in_status", "event_chain_id", "slot_settings"],
  ...["notes", "private_note", "answers_summary", "survey_answers_summary", "questions"],
  ...["people_ids", "user_id", "ticket_name"],
]);
/** No other shape has a place for them. */
const JRNI_ONLY = new Set(["additional_attendee_customers"]);
/** JRNI has a poorer word for them: the service's name, the address in one line. */
const POORER_IN_JRNI = new Set(["full_describe", "address"]);
/** They differ from shape to shape, or from body to body, and say nothing of the appointment. */
const NO_EVIDENCE = new Set(["updated_at", "booking_updated", "status", "event"]);

/** @param raw not JRNI's, which is told by its body */
export function shapeOf(raw: RawBooking): BookingShape {
  const has = (key: string): boolean => key in raw;
  return !PUBLIC_MARKS.some(has) && ADMIN_MARKS.some(has) ? "admin" : "public";
}

/** The newer body, with what its shape cannot say; and whether it says anything new. */
export function joinedBody(
  known: Pick<BookingState, "shape" | "body">,
  said: Pick<NotifiedBooking, "shape" | "body">,
): { readonly body: CleanObject; readonly isNew: boolean } {
  const { shape } = said;
  const elsewhere = isElsewhere(known.body, said.body);
  const body = shape === "jrni" && !elsewhere ? withAnswers(said.body, known.body) : said.body;
  const joined = elsewhere ? body : { ...body, ...unsaid(known.body, shape, body) };
  const isNew = known.shape === shape ? differsAnywhere(known.body, joined) : differsInBoth(known.body, body, shape);
  return { body: joined, isNew };
}

function withAnswers(body: CleanObject, known: CleanObject): CleanObject {
  return "answers" in body ? { ...body, answers: joinedAnswers(known.answers, body.answers) } : body;
}

/** Of another place or service nothing is known from before. */
function isElsewhere(known: CleanObject, body: CleanObject): boolean {
  return ["company_id", "service_id"].some(
    (key) => known[key] !== undefined && body[key] !== undefined && !isSame(known[key], body[key]),
  );
}

function unsaid(known: CleanObject, shape: BookingShape, body: CleanObject): CleanObject {
  const isTheirs = isSamePerson(attendeeOf(known), attendeeOf(body));
  const isKept = (key: string): boolean => cannotSay(shape, key) && (isTheirs || !ATTENDEE_KEYS.has(key));
  const kept = Object.entries(known).filter(([key]) =>
    key in body ? shape === "jrni" && POORER_IN_JRNI.has(key) : isKept(key),
  );
  return Object.fromEntries(kept);
}

/** JRNI's bodies are put together by each tenant: what is left out says nothing. */
function cannotSay(shape: BookingShape, key: string): boolean {
  switch (shape) {
    case "public":
      return ADMIN_ONLY.has(key) || JRNI_ONLY.has(key);
    case "admin":
      return PUBLIC_ONLY.has(key) || JRNI_ONLY.has(key);
    case "jrni":
      return true;
  }
}

function differsAnywhere(known: CleanObject, body: CleanObject): boolean {
  const keys = new Set([...Object.keys(known), ...Object.keys(body)]);
  // Whether it is cancelled is folded by itself; saying of an active one that it is not is no news.
  keys.delete("is_cancelled");
  return [...keys].some((key) => JSON.stringify(known[key]) !== JSON.stringify(body[key]));
}

function differsInBoth(known: CleanObject, body: CleanObject, shape: BookingShape): boolean {
  const isEvidence = (key: string): boolean =>
    key in known && !NO_EVIDENCE.has(key) && !(shape === "jrni" && POORER_IN_JRNI.has(key));
  return Object.keys(body).some((key) => isEvidence(key) && !isSame(known[key], body[key]));
}

/** One instant under two offsets, one id as a number and as a text. */
function isSame(one: unknown, other: unknown): boolean {
  if (JSON.stringify(one) === JSON.stringify(other)) return true;
  if (typeof one !== "object" && typeof other !== "object" && String(one) === String(other)) return true;
  const [a, b] = [instantOf(one), instantOf(other)];
  return a !== undefined && a === b;
}

function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  const time = millisecondsOf(value);
  return Number.isNaN(time) ? undefined : time;
}
