/**
 * Notifications as they may be kept in a repository: of the same shape, and about nobody. What is not known to be harmless
 * is replaced: names, e-mails, telephone numbers, addresses, free texts, answers, and the numbers by which BookingBug knows
 * a person, a purchase or a booking. What a mapping decides by stays: companies, services, staff and questions by their
 * ids, the words of questions and services, times, amounts, states, and whatever the mapping file itself spells out.
 */
import { isHarmless } from "./mask.ts";
import { type PersonalText, withoutPersonal } from "./personal.ts";
import { createStandIns, type StandInKind, type StandIns } from "./stand-in-values.ts";

export interface Kept {
  /** Texts about the people, which are taken out of what stays. */
  readonly personal: readonly PersonalText[];
  /** Words that stand in the mapping file, which is kept beside. */
  readonly words: ReadonlySet<string>;
}

interface Place {
  /** In small letters, `firstName` as `first_name`. */
  readonly key: string;
  /** Keys on the way, the nearest last. */
  readonly inside: readonly string[];
}

interface Work extends Kept {
  readonly standIns: StandIns;
}

/** @param bodies of one purchase, so that the same value has the same stand-in in each of them */
export function withStandIns(bodies: readonly unknown[], kept: Kept): unknown[] {
  const work = { ...kept, standIns: createStandIns() };
  return bodies.map((body) => replace(body, { key: "", inside: [] }, work));
}

/** Bearer secrets and links, of which a mapping sees nothing; those that hold an id it sees are kept for that. */
const DROPPED =
  /^(long_?id|purchase_ref|obfuscated_id|last_payment_log|payment_reference|confirm_messages|map_marker|map_url|files)$/;
const LINKS = new Set(["person", "resource", "service", "company", "event_chain", "event_groups"]);

function replace(value: unknown, place: Place, work: Work): unknown {
  if (Array.isArray(value)) return value.map((entry) => replace(entry, place, work));
  if (typeof value === "object" && value !== null) return replaceIn(value, place, work);
  if (typeof value === "number") return replaceNumber(value, place, work.standIns);
  return typeof value === "string" ? replaceText(value, place, work) : value;
}

function replaceIn(object: object, { key, inside }: Place, work: Work): unknown {
  if (key === "_links") return linksIn(object);
  if (key === "question") return questionIn(object, { key, inside }, work);
  const own = [...inside, key];
  const entries = Object.entries(object).filter(([name]) => !DROPPED.test(snake(name)));
  const replaced = entries.map(([name, value], index) => [
    /^[\w:.$-]{1,64}$/.test(name) ? name : `key_${index + 1}`,
    replace(value, { key: snake(name), inside: own }, work),
  ]);
  const isTelling = ([name, value]: readonly unknown[]): boolean => name !== "_links" || JSON.stringify(value) !== "{}";
  const body = Object.fromEntries(replaced.filter(isTelling));
  const describe = (object as Record<string, unknown>).full_describe;
  return typeof describe === "string" ? { ...body, full_describe: described(body, describe) } : body;
}

/** A booking's own name is made of its parts, of which the staff's name has a stand-in. */
function described({ service_name: service, person_name: person }: Record<string, unknown>, said: string): string {
  const parts = [service, person].filter((part) => typeof part === "string" && part !== "");
  const name = parts.length === 0 ? "Booking" : parts.join(" with ");
  return /\(cancell?ed\)\s*$/i.test(said) ? `${name} (CANCELLED)` : name;
}

/** Its settings and options are many times its size, and no mapping sees them. */
function questionIn(question: object, place: Place, work: Work): unknown {
  const inside = [...place.inside, place.key];
  const seen = Object.entries(question).filter(([name]) => /^(id|name|detail_type)$/.test(name));
  return Object.fromEntries(seen.map(([key, value]) => [key, replace(value, { key, inside }, work)]));
}

/** Longer than any link of BookingBug's. */
const MAX_HREF = 500;

function linksIn(links: object): unknown {
  const kept = Object.entries(links).flatMap(([name, link]) => {
    const id = /\/(\d{1,15})(?:[{?#].*)?$/.exec(
      String((link as { href?: unknown } | null)?.href).slice(0, MAX_HREF),
    )?.[1];
    return LINKS.has(name) && id !== undefined ? [[name, { href: `/${name}/${id}` }]] : [];
  });
  return Object.fromEntries(kept);
}

const PERSON = /^(client|member|customer|additional_attendee_customers|child_clients)$/;
const PERSON_ID = /^(purchase|booking|client|member|slot|user|questionnaire)_id$|^child_clients$|^(comp_)?reference$/;
const BOOKING_OF = /^(|bookings|appointment|course_bookings)$/;

/** Whether it tells which person, purchase or booking this is. */
function isTheirId({ key, inside }: Place): boolean {
  if (PERSON_ID.test(key)) return true;
  const nearest = inside.at(-1) ?? "";
  return /^(jrni_|external_)?id$/.test(key) && (PERSON.test(nearest) || BOOKING_OF.test(nearest));
}

function replaceNumber(value: number, place: Place, standIns: StandIns): number {
  if (isTheirId(place)) return Number(standIns.id(String(value)));
  const isKept = isAnswer(place) ? false : stays(place, value);
  return isKept || !Number.isFinite(value) ? value : standIns.number(value);
}

function replaceText(value: string, place: Place, { standIns, words, personal }: Work): string {
  const said = value.trim();
  if (/^(null|\.|[*\s]*)$/.test(said)) return value;
  if (isTheirId(place)) return /^\d+$/.test(said) ? standIns.id(said) : standIns.text("text", said);
  if (isWording(place)) return withoutPersonal(value, personal);
  if (isOfPerson(place)) return standIns.text(kindOf(place), value);
  if (words.has(said) || stays(place, value) || isTick(said, place)) return value;
  return standIns.text(kindOf(place), value);
}

/** Of the client, the member or the person whom a booking names: whatever a mapping spells out may be somebody's name. */
function isOfPerson(place: Place): boolean {
  if (stays(place, "") || isAnswer(place)) return false;
  const ofBooking = /^(first_name|last_name|email|mobile|phone|home_phone|client_\w+)$/.test(place.key);
  return ofBooking || place.inside.some((name) => PERSON.test(name));
}

/** What question it is, what service: words of the business. */
function isWording({ key, inside }: Place): boolean {
  if (/^(question_text|ref|service_name|category|service_category)$/.test(key)) return true;
  const nearest = inside.at(-1) ?? "";
  return key === "name" && /^(question|service|answers|survey_answers|\w+_summary|\d+)$/.test(nearest);
}

const FIELDS = /^(answers|survey_answers|\w*answers_summary|questions|q|custom_\w+_fields)$/;

function isAnswer({ key, inside }: Place): boolean {
  return /^dt\d+$/.test(key) || (/^(value|answer)$/.test(key) && inside.some((name) => FIELDS.test(name)));
}

/** A tick by itself says nothing of anybody. */
function isTick(said: string, place: Place): boolean {
  return isAnswer(place) && /^(0|1|true|false|yes|no)$/i.test(said);
}

const STAYING =
  /_prefix$|^(channel|booking_type|check_in_status|current_multi_status|detail_type|trigger_name|origin|timezone|method|due_now|tax_payable_on_\w+|certificate_paid|listed_duration)$/;
const TIME = /(_time|_at|datetime)$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]/;

function stays(place: Place, value: unknown): boolean {
  const { key, inside } = place;
  if (isAnswer(place)) return false;
  if (typeof value === "string" && (TIME.test(key) || inside.at(-1) === "multi_status")) return INSTANT.test(value);
  if (typeof value === "string" && value.includes("@")) return false;
  return STAYING.test(key) || isHarmless(key, value);
}

function kindOf({ key, inside }: Place): StandInKind {
  if (key === "country") return "country";
  if (key === "address1") return "street";
  if (/^(address\d?|city|town|county|state)$/.test(key)) return "place";
  if (/^(first_name|last_name|middle_name|person_name|client_name|booked_by)$/.test(key)) return "name";
  return key === "name" && /^(client|member|customer|staff)$/.test(inside.at(-1) ?? "") ? "name" : "text";
}

function snake(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]+/g, (capitals) => `_${capitals}`).toLowerCase();
}
