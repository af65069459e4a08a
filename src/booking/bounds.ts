/**
 * How deep, how wide and how long a body may be. Looked at first of all, so that no pattern, parser or library ever sees a text
 * that is longer than what BookingBug could mean by it; what exceeds a bound is a problem with a place, not a delay.
 */
import type { Problem } from "./problems.ts";

export const MAX_DEPTH = 100;
export const MAX_VALUES = 50_000;
const MAX_NAME = 200;
const MAX_SHOWN_PATH = 200;

export const TOO_DEEP = `nested deeper than ${MAX_DEPTH} levels`;
export const TOO_MANY = `more than ${MAX_VALUES} values`;

/**
 * By name, in lower case, what is looked through by a pattern or a parser. Any other field, a tenant's own among them, may hold
 * whatever somebody wrote.
 */
const LIMITS: ReadonlyMap<string, number> = new Map(
  (
    [
      [64, "datetime end_datetime created_at updated_at booking_updated triggertime"],
      [64, "companystarttime companyendtime customerstarttime customerendtime"],
      [1_000, "href"],
      [200, "id purchase_id booking_id client_id member_id company_id service_id person_id resource_id event_id"],
      [200, "bookingid longid jrniid purchase_ref phone mobile homephone phone_prefix mobile_prefix"],
      [320, "email client_email booked_by_email"],
      [500, "first_name last_name firstname lastname client_name"],
    ] as const
  ).flatMap(([limit, names]) => names.split(" ").map((name): [string, number] => [name, limit])),
);
const SHORTEST_LIMIT = 64;
/** Notes, answers, descriptions: Salesforce's longest text. */
const FREE_TEXT = 131_072;

/** @returns the first thing in a JSON value that is beyond what we look into */
export function beyondBounds(root: unknown): Problem | undefined {
  const found = look(root, "", 0, { values: 0 });
  return found && { path: pathOf(found.keys), message: found.message };
}

interface Found {
  /** What leads to it, the innermost first; none where the body as a whole is at fault. */
  readonly keys: (string | number)[] | "body";
  readonly message: string;
}

interface Count {
  values: number;
}

function look(value: unknown, name: string, depth: number, count: Count): Found | undefined {
  if (typeof value === "string") return lookAtText(value, name);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { keys: "body", message: TOO_DEEP };
  return Array.isArray(value)
    ? lookAtList(value, name, depth, count)
    : lookAtObject(value as Readonly<Record<string, unknown>>, depth, count);
}

function lookAtText(text: string, name: string): Found | undefined {
  if (text.length <= SHORTEST_LIMIT) return undefined;
  const limit = limitOf(name);
  return text.length > limit ? { keys: [], message: `longer than ${limit} characters` } : undefined;
}

/** A list's values are what the list is called. */
function lookAtList(list: readonly unknown[], name: string, depth: number, count: Count): Found | undefined {
  const tooMany = counted(list.length, count);
  if (tooMany !== undefined) return tooMany;
  for (const [index, item] of list.entries()) {
    const found = look(item, name, depth + 1, count);
    if (found !== undefined) return within(index, found);
  }
  return undefined;
}

function lookAtObject(object: Readonly<Record<string, unknown>>, depth: number, count: Count): Found | undefined {
  const names = Object.keys(object);
  const tooMany = counted(names.length, count);
  if (tooMany !== undefined) return tooMany;
  for (const name of names) {
    if (name.length > MAX_NAME) return { keys: [name], message: `a name longer than ${MAX_NAME} characters` };
    const found = look(object[name], name, depth + 1, count);
    if (found !== undefined) return within(name, found);
  }
  return undefined;
}

function counted(more: number, count: Count): Found | undefined {
  count.values += more;
  return count.values > MAX_VALUES ? { keys: "body", message: TOO_MANY } : undefined;
}

function within(key: string | number, found: Found): Found {
  if (found.keys !== "body") found.keys.push(key);
  return found;
}

function limitOf(name: string): number {
  return LIMITS.get(name.toLowerCase()) ?? FREE_TEXT;
}

function pathOf(keys: Found["keys"]): string {
  if (keys === "body") return "";
  const path = keys.toReversed().reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? said(key) : `${text}.${said(key)}`;
  }, "");
  return path.length > MAX_SHOWN_PATH ? `${path.slice(0, MAX_SHOWN_PATH)}…` : path;
}

/** A name that a field may have; any other may be somebody's name or address, and is not repeated. */
function said(key: string): string {
  return key.length <= 40 && /^\w+$/.test(key) ? key : "…";
}
