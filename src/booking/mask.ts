/** A payload without what names a person or opens a booking: what is not known to be harmless is masked. */

const HARMLESS = new Set([
  ...["id", "ids", "status", "state", "is_cancelled", "cancelled", "on_waitlist", "attended", "quantity", "duration"],
  ...["duration_span", "listed_duration", "datetime", "end_datetime", "booking_updated", "time_zone", "price", "paid"],
  ...["total_price", "due_now", "deposit", "min_cancellation_time", "service_name", "event", "triggerTime", "verdict"],
  ...["multi_status", "full_day", "settled", "client_type", "payment_type", "deleted"],
]);

function isHarmless(key: string): boolean {
  return HARMLESS.has(key) || /^(?!long_|obfuscated_)\w+_(id|ids|at)$/.test(key) || /^[a-z]+Id$/.test(key);
}

/** @returns the same shape; each masked value says what it is instead of what it holds */
export function maskPayload(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((entry) => maskPayload(entry, key));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, maskPayload(entry, name)]));
  }
  return isHarmless(key) ? value : maskValue(value);
}

/** @returns what kind of value it is; blanks and yes or no as they are */
export function maskValue<Value>(value: Value): Value | string {
  if (value === null || value === "" || typeof value === "boolean") return value;
  return typeof value === "string" ? `‹text of ${value.length}›` : `‹${typeof value}›`;
}
