/** A payload without what names a person or opens a booking: what is not known to be harmless is masked. */

const HARMLESS = new Set([
  ...["status", "state", "is_cancelled", "cancelled", "on_waitlist", "attended", "quantity", "duration"],
  ...["duration_span", "listed_duration", "datetime", "end_datetime", "booking_updated", "time_zone", "price", "paid"],
  ...["total_price", "due_now", "deposit", "min_cancellation_time", "service_name", "event", "triggerTime", "verdict"],
  ...["multi_status", "full_day", "settled", "client_type", "payment_type", "deleted"],
]);

/** Opens something to whoever knows it. */
const SECRET_KEY = /^(?:long|obfuscated)_/;
const ID_KEY = /^\w+_ids?$|^[a-z]+Id$|^ids?$/;
const ID = /^(?=\D*\d)[\w:-]{1,64}$/;
const INSTANT_KEY = /^\w+_at$/;
const INSTANT = /^\d{4}-\d\d-\d\d/;
const KEY = /^[\w:.$-]{1,64}$/;

/** By its key, and by its look: what is called an id may be somebody's address all the same. */
export function isHarmless(key: string, value: unknown): boolean {
  if (SECRET_KEY.test(key)) return false;
  if (typeof value !== "string") return HARMLESS.has(key) || ID_KEY.test(key) || INSTANT_KEY.test(key);
  if (ID_KEY.test(key)) return ID.test(value);
  if (INSTANT_KEY.test(key)) return INSTANT.test(value);
  return HARMLESS.has(key) && !value.includes("@");
}

/** @returns the same shape; each masked value says what it is instead of what it holds */
export function maskPayload(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((entry) => maskPayload(entry, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, entry], index) => [
        KEY.test(name) ? name : `‹key ${index + 1}›`,
        maskPayload(entry, name),
      ]),
    );
  }
  return isHarmless(key, value) ? value : maskValue(value);
}

/** @returns what kind of value it is; blanks and yes or no as they are */
export function maskValue<Value>(value: Value): Value | string {
  if (value === null || value === "" || typeof value === "boolean") return value;
  return typeof value === "string" ? `‹text of ${value.length}›` : `‹${typeof value}›`;
}
