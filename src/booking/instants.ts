/** Times as BookingBug and JRNI write them. */

const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/i;

/** @returns milliseconds; what names no offset is UTC, wherever this runs; NaN where it is no time */
export function millisecondsOf(time: string): number {
  const text = time.trim();
  return Date.parse(WITHOUT_OFFSET.test(text) ? `${text.replace(" ", "T")}Z` : text);
}
