/** What can be said of an expression's value before any booking is there: its kind, its possible values, its length. */
import { type Liquid, type Template, TypeGuards, Value } from "liquidjs";
import { BOOKING_STATUSES } from "../booking/types.ts";
import type { Scalar, Tables } from "./filters/index.ts";

/**
 * `words`: text that is never a number, a time or a yes/no. `text`: text that could be. `id`: a number that serves as a
 * name.
 */
export type ValueKind = "words" | "text" | "id" | "number" | "boolean" | "date" | "datetime";

export interface ValueFacts {
  /** Undefined when only a booking can tell. */
  readonly kind: ValueKind | undefined;
  /** Every value it can have beside nothing; undefined when that is not known. */
  readonly values: readonly Scalar[] | undefined;
  /** Characters that the mapping itself cuts it to. */
  readonly maxLength: number | undefined;
}

export const UNKNOWN: ValueFacts = { kind: undefined, values: undefined, maxLength: undefined };

const CHANGE_KINDS = ["created", "updated", "rescheduled", "cancelled"];

/** Bookings of a person beside the one that is written. */
const OTHERS = ["client.first_booking", "client.last_booking", "client.next_booking"];

const PATHS: Readonly<Record<string, Partial<ValueFacts>>> = {
  ...Object.assign({}, ...OTHERS.map(pathsOfBooking)),
  ...paths("number", "client", "booking_count active_count cancelled_count no_show_count"),
  ...paths("datetime", "booking", "start_at end_at datetime end_datetime created_at updated_at booking_updated"),
  ...paths("datetime", "purchase", "created_at"),
  ...paths("datetime", "change", "at cancelled_at previous_start"),
  ...paths("number", "booking", "duration duration_span listed_duration price paid due_now quantity"),
  ...paths("number", "purchase", "total_price price paid deposit due_now booking_count active_count"),
  ...paths("number", "change", "reschedule_count"),
  ...paths("boolean", "booking", "is_cancelled is_event on_waitlist attended"),
  ...paths("boolean", "purchase", "is_cancelled"),
  ...paths("boolean", "change", "cancelled rescheduled"),
  ...paths("words", "client", "first_name last_name name email address1 address2 address3 address4 country"),
  ...paths("text", "client", "phone mobile postcode"),
  ...paths("words", "booking", "time_zone full_describe describe service_name person_name resource_name"),
  ...paths("words", "company", "name"),
  "booking.status": { kind: "words", values: BOOKING_STATUSES },
  "change.kind": { kind: "words", values: CHANGE_KINDS },
};

/** Those that are most asked for. */
function pathsOfBooking(root: string): Record<string, Partial<ValueFacts>> {
  return {
    ...paths("datetime", root, "start_at end_at created_at"),
    ...paths("number", root, "duration price quantity"),
    ...paths("boolean", root, "is_cancelled is_event"),
    ...paths("words", root, "full_describe service_name person_name person_email resource_name company_name"),
    [`${root}.status`]: { kind: "words", values: BOOKING_STATUSES },
  };
}

function paths(kind: ValueKind, root: string, names: string): Record<string, Partial<ValueFacts>> {
  return Object.fromEntries(names.split(" ").map((name) => [`${root}.${name}`, { kind }]));
}

/** Every value that a path can have, of those paths of which that is known. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  "booking.status": BOOKING_STATUSES,
  "change.kind": CHANGE_KINDS,
};

/** Paths that mappings are often made of, for editors to offer. */
export const KNOWN_PATHS: readonly string[] = Object.keys(PATHS);

const FILTER_KINDS: Readonly<Record<string, ValueKind>> = {
  ...kinds("words", "given_names family_name join_filled in_zone answers_text hash"),
  ...kinds(
    "text",
    "answer e164 phone to_text upcase downcase capitalize append prepend replace escape newline_to_br date truncate",
  ),
  ...kinds("number", "money since to_number times plus minus divided_by modulo round ceil floor abs size"),
  ...kinds("boolean", "truthy"),
  ...kinds("date", "date_in"),
  ...kinds("datetime", "utc"),
};

function kinds(kind: ValueKind, names: string): Record<string, ValueKind> {
  return Object.fromEntries(names.split(" ").map((name) => [name, kind]));
}

/** @param text a plain expression that compiles */
export function factsOfExpression(liquid: Liquid, text: string, tables: Tables): ValueFacts {
  const { initial, filters } = new Value(text, liquid);
  const [first, ...others] = initial.postfix;
  const start = others.length > 0 ? { ...UNKNOWN, kind: "boolean" as const } : factsOfToken(first);
  return filters.reduce((facts, { name, args }) => afterFilter(facts, name, args, tables), start);
}

/** A template gives text; one with letters of its own never gives a number or a time. */
export function factsOfTemplate(templates: readonly Template[]): ValueFacts {
  const words = templates.some(({ token }) => TypeGuards.isHTMLToken(token) && /\p{L}{2}/u.test(token.getContent()));
  return { ...UNKNOWN, kind: words ? "words" : "text" };
}

function afterFilter(facts: ValueFacts, name: string, args: readonly unknown[], tables: Tables): ValueFacts {
  switch (name) {
    case "clean":
    case "strip":
      return facts;
    case "truncate_to": {
      const length = Number(literalOf(args[0]));
      return { ...facts, kind: facts.kind === "words" ? "words" : "text", maxLength: length || undefined };
    }
    case "lookup": {
      const otherwise = args.length < 2 ? [] : [literalOf(args[1])];
      const table = tables[String(literalOf(args[0]))];
      return table === undefined ? UNKNOWN : eitherOf([...Object.values(table), ...otherwise]);
    }
    case "default": {
      const other = factsOfToken(args[0]);
      const kind = facts.kind === other.kind ? facts.kind : undefined;
      return { ...UNKNOWN, kind, values: facts.values && other.values && [...facts.values, ...other.values] };
    }
    default:
      return { ...UNKNOWN, kind: FILTER_KINDS[name] };
  }
}

function factsOfToken(token: unknown): ValueFacts {
  const literal = literalOf(token);
  if (literal !== undefined) return eitherOf([literal]);
  const path = pathOf(token);
  if (path === undefined) return UNKNOWN;
  if (/(^|[._])id$/.test(path)) return { ...UNKNOWN, kind: "id" };
  return { ...UNKNOWN, ...PATHS[path] };
}

function eitherOf(values: readonly (Scalar | undefined)[]): ValueFacts {
  const known = values.filter((value) => value !== undefined);
  const found = [...new Set(known.map(kindOf))];
  const kind = found.length === 1 ? found[0] : undefined;
  return { ...UNKNOWN, kind, values: known.length === values.length ? known : undefined };
}

function kindOf(value: Scalar): ValueKind {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return /^[\d\s.,:+TZ-]*$/.test(value) ? "text" : "words";
}

/** What is written there, where it is no path. */
export function literalOf(token: unknown): Scalar | undefined {
  if (TypeGuards.isQuotedToken(token) || TypeGuards.isNumberToken(token)) return token.content;
  const literal = TypeGuards.isLiteralToken(token) ? token.content : undefined;
  return typeof literal === "boolean" ? literal : undefined;
}

export function pathOf(token: unknown): string | undefined {
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined) return undefined;
  const names = token.props.map((prop) => (TypeGuards.isWordToken(prop) ? prop.content : undefined));
  return names.includes(undefined) ? undefined : names.join(".");
}
