/** One raw booking, public or admin, as the rest of the service sees it. */
import { cleanObject, cleanText, cleanValue } from "./clean.ts";
import { idFromHref } from "./ids.ts";
import { millisecondsOf } from "./instants.ts";
import type { RawBooking } from "./schema.ts";
import { shapeOf } from "./shapes.ts";
import type { CleanObject, NotifiedBooking } from "./types.ts";
import { isYes } from "./yes.ts";

/** `status` of a calendar block in the vendor's SDK. */
const STATUS_BLOCKED = 3;
const EVENT_KEYS = ["event", "event_type", "event_name", "action", "trigger", "triggerName", "trigger_name", "type"];

/** @param fallbackVersion the body's own `updated_at` or `triggerTime`, for bookings that have none */
export function normaliseBooking(raw: RawBooking, fallbackVersion?: string): NotifiedBooking {
  const start = toInstant(raw.datetime);
  const version = latest([raw.updated_at, raw.booking_updated]) ?? fallbackVersion;
  const person = identity(raw.person_id ?? hrefId(raw, "person"), raw.person_name);
  const resource = identity(raw.resource_id ?? hrefId(raw, "resource"), raw.resource_name);
  return {
    id: raw.id,
    shape: shapeOf(raw),
    start,
    end: endOf(raw, start),
    ...(person && { person }),
    ...(resource && { resource }),
    saysCancelled: isCancelled(raw),
    isBlock: isBlock(raw.status),
    ...(version && { version }),
    body: bookingBody(raw),
  };
}

/** Whether an object's event name says "cancelled". `type` and the like are BookingBug's, JRNI's or an app script's. */
export function eventSaysCancelled(object: Readonly<Record<string, unknown>>): boolean {
  return EVENT_KEYS.some((key) => typeof object[key] === "string" && /cancel/i.test(object[key]));
}

/** The latest of several ISO times, as ISO UTC. */
export function latest(times: readonly unknown[]): string | undefined {
  const parsed = times.map((time) => (typeof time === "string" ? millisecondsOf(time) : Number.NaN));
  const known = parsed.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString();
}

/** `settings.who_cancelled` is no mark of its own: what sets it, and whether it is cleared, is documented nowhere. */
function isCancelled(raw: RawBooking): boolean {
  return isMarkedCancelled(raw) || eventSaysCancelled(raw);
}

/** Whether the booking has one of the marks that a cancelled one has, wherever it is listed. */
export function isMarkedCancelled(raw: Readonly<Record<string, unknown>>): boolean {
  const { is_cancelled: flag, full_describe: title, status } = raw;
  return (
    isYes(flag) ||
    (typeof title === "string" && /\(cancell?ed\)\s*$/i.test(title)) ||
    (typeof status === "string" && /cancel/i.test(status))
  );
}

/** An object in the place of a status may be none that can be made a number. */
function isBlock(status: unknown): boolean {
  return typeof status !== "object" && Number(status) === STATUS_BLOCKED;
}

function endOf(raw: RawBooking, start: string): string {
  if (raw.end_datetime) return toInstant(raw.end_datetime);
  const end = new Date(Date.parse(start) + (raw.duration ?? 0) * 60_000);
  // Beyond the last moment that there is: taken for a slip, so that what else the notification says is not lost with it.
  return Number.isNaN(end.getTime()) ? start : toInstant(end.toISOString());
}

/** Whole seconds, UTC: `2017-03-10T11:30:00Z`. */
export function toInstant(time: string): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function hrefId(raw: RawBooking, rel: string): string | undefined {
  const link = raw._links?.[rel];
  return typeof link === "object" && link !== null && "href" in link ? idFromHref(link.href) : undefined;
}

/** Comparable between notifications: `id:30553`, else `name:Waqas`. */
function identity(id: unknown, name: unknown): string | undefined {
  if (typeof id === "number" || (typeof id === "string" && id !== "")) return `id:${id}`;
  const clean = typeof name === "string" ? cleanText(name) : undefined;
  return clean && `name:${clean}`;
}

function bookingBody(raw: RawBooking): CleanObject {
  const { _embedded: embedded, _links, ...own } = raw;
  const { client: _client, member: _member, ...rest } = embedded ?? {};
  return cleanObject({
    ...linkedIds(raw),
    ...own,
    ...rest,
    answers: slimAnswers(embedded?.answers ?? own.answers),
    survey_answers: slimAnswers(embedded?.survey_answers ?? own.survey_answers),
  });
}

function linkedIds(raw: RawBooking): Record<string, unknown> {
  const ids: Record<string, unknown> = {};
  for (const rel of ["person", "resource", "client", "member"]) {
    const id = hrefId(raw, rel);
    if (id !== undefined) ids[`${rel}_id`] = /^\d+$/.test(id) ? Number(id) : id;
  }
  if (raw._links?.event_chain !== undefined || raw._links?.event_groups !== undefined) ids.is_event = true;
  return ids;
}

/** An answer without its question's settings and options, which are many times its size. */
function slimAnswers(answers: unknown): unknown[] | undefined {
  if (!Array.isArray(answers)) return undefined;
  return answers.flatMap((answer: unknown) => {
    if (typeof answer !== "object" || answer === null) return [];
    const {
      _embedded,
      _links,
      id: _id,
      price: _price,
      important: _important,
      ...rest
    } = answer as Record<string, unknown>;
    const question = (_embedded as { question?: Record<string, unknown> } | undefined)?.question;
    return [cleanValue({ detail_type: question?.detail_type, question_text: question?.name, ...rest })];
  });
}
