/**
 * BookingBug's blanks and bearer secrets. A cleaned object has a key only where BookingBug said something, so that
 * "missing" and "blank" need not be told apart later, and nothing that opens or cancels a booking is ever stored or mapped.
 */
import type { CleanObject } from "./types.ts";

/** What BookingBug writes where it has no value; `***` comes from its data masking app. */
const BLANKS = new Set(["", "null", "."]);
const MASKED = /^[*\s]+$/;

/** Bearer capabilities, card data and links: never kept. */
const DROPPED = new Set([
  "_links",
  "long_id",
  "purchase_ref",
  "obfuscated_id",
  "last_payment_log",
  "payment_reference",
  "confirm_messages",
  "map_marker",
  "map_url",
]);

/** Keys with which a body could reach into JavaScript's own objects, or keep one from being turned into a text. */
const UNSAFE = new Set([...Object.getOwnPropertyNames(Object.prototype), "prototype"]);

/** @returns the text without surrounding and doubled blanks, or undefined when it says nothing */
export function cleanText(text: string): string | undefined {
  const tidy = text.replace(/[^\S\n]+/g, " ").trim();
  return BLANKS.has(tidy) || MASKED.test(tidy) ? undefined : tidy;
}

/** Cleans any JSON value; undefined when nothing is left of it. */
export function cleanValue(value: unknown): unknown {
  if (typeof value === "string") return cleanText(value);
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(cleanValue).filter((item) => item !== undefined);
  if (typeof value === "object") return cleanObject(value);
  return value;
}

/** Cleans an object's own values, at every depth. */
export function cleanObject(value: object): CleanObject {
  const clean: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (DROPPED.has(key) || UNSAFE.has(key)) continue;
    const kept = cleanValue(item);
    if (kept !== undefined) clean[key] = kept;
  }
  return clean;
}
