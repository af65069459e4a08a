/** Filters for text and numbers. */
import { createHash } from "node:crypto";
import { cleanText } from "../../booking/clean.ts";

/** BookingBug's ways of saying nothing (`"null"`, `"."`, blanks, asterisks) become nothing; other text is tidied. */
export function clean(value: unknown): unknown {
  return typeof value === "string" ? (value.trim() === "-" ? undefined : cleanText(value)) : value;
}

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** At most `length` characters, the last one an ellipsis when something was cut; never a part of an emoji or accent. */
export function truncateTo(value: unknown, length: unknown): unknown {
  if (isNothing(value)) return undefined;
  const text = textOf(value);
  const most = Number(length);
  if (!(most >= 1)) throw new Error("truncate_to needs a length of at least 1");
  if (text.length <= most) return text;
  const cut = characters.segment(text).containing(Math.floor(most) - 1)?.index ?? 0;
  return `${text.slice(0, cut).trimEnd()}…`;
}

/** Address lines or other values joined, the blank ones left out: `a | join_filled: ", ", b, c`. */
export function joinFilled(first: unknown, separator: unknown, ...rest: readonly unknown[]): string | undefined {
  const filled = [first, ...rest].map(clean).filter((part) => !isNothing(part));
  return filled.length === 0 ? undefined : filled.map(textOf).join(String(separator ?? ", "));
}

/** The SHA-256 of the text, in hexadecimal, so that a person can be matched without being named. */
export function hash(value: unknown): string | undefined {
  return isNothing(value) ? undefined : createHash("sha256").update(String(value).trim().toLowerCase()).digest("hex");
}

export function toNumber(value: unknown): number | undefined {
  const text = typeof value === "string" ? value.trim() : value;
  if (isNothing(text) || text === "" || typeof text === "object") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

export function toText(value: unknown): string | undefined {
  return isNothing(value) ? undefined : textOf(value);
}

/** An object, or a list of them, stood where a text is meant. */
export class WholeObjectError extends Error {
  override readonly name = "WholeObjectError";

  constructor() {
    super("a whole object is no text");
  }
}

/** @throws WholeObjectError for an object, which is no text, and a list of them */
export function textOf(value: unknown): string {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (parts.some((part) => typeof part === "object" && String(part) === "[object Object]"))
    throw new WholeObjectError();
  return String(value);
}

/** BookingBug's yes and no: `"1"`, `"true"`, `"Yes"`, true and 1 are yes; another answer is no; none is nothing. */
export function truthy(value: unknown): boolean | undefined {
  if (isNothing(value) || value === "") return undefined;
  return value === true || value === 1 || /^(1|true|yes|y|on)$/i.test(String(value).trim());
}

export function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Nothing, an empty text or an empty list; neither a no nor a 0. */
export function isBlank(value: unknown): boolean {
  return isNothing(value) || ((typeof value === "string" || Array.isArray(value)) && value.length === 0);
}
