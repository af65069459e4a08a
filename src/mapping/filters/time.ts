/** Filters for instants and money. */
import { DateTime } from "luxon";
import { isNothing, toNumber } from "./text.ts";

/** An instant as local text in a time zone: `booking.start_at | in_zone: booking.time_zone, "d LLL yyyy HH:mm"`. */
export function inZone(value: unknown, zone: unknown, format: unknown): string | undefined {
  const time = instant(value);
  if (time === undefined) return undefined;
  const local = time.setZone(typeof zone === "string" && zone !== "" ? zone : "UTC");
  const shown = local.isValid ? local : time.setZone("UTC");
  return shown.toFormat(typeof format === "string" ? format : "d LLL yyyy HH:mm ZZZZ", { locale: "en-GB" });
}

/** The calendar date of an instant in a time zone, `YYYY-MM-DD`. */
export function dateIn(value: unknown, zone: unknown): string | undefined {
  return inZone(value, zone, "yyyy-MM-dd");
}

/** The instant in UTC with whole seconds, as CRMs want it: `2017-03-10T11:30:00Z`. */
export function utc(value: unknown): string | undefined {
  const time = instant(value);
  return time && `${time.toUTC().toISO({ suppressMilliseconds: true, includeOffset: false })?.slice(0, 19)}Z`;
}

function instant(value: unknown): DateTime | undefined {
  if (isNothing(value)) return undefined;
  const time = DateTime.fromISO(String(value), { setZone: true });
  return time.isValid ? time : undefined;
}

/** Minor units as an amount of the currency: 1500 in GBP is 15, in JPY 1500, in KWD 1.5. */
export function money(value: unknown, currency: unknown, defaultCurrency: string | undefined): number | undefined {
  const minor = toNumber(value);
  if (minor === undefined) return undefined;
  return minor / 10 ** digitsOf(typeof currency === "string" ? currency : defaultCurrency);
}

function digitsOf(currency: string | undefined): number {
  if (currency === undefined) return 2;
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
