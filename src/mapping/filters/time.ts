/** Filters for instants and money. */
import { DateTime } from "luxon";
import { isNothing, toNumber } from "./text.ts";

/** Longer than any instant; what a mapping hands to a filter may be any text of a notification. */
const MAX_INSTANT = 64;

/** People's own language unless a mapping names another. */
const LOCALE = "en-GB";

/**
 * An instant as local text in a time zone: `booking.start_at | in_zone: booking.time_zone, "d LLL yyyy HH:mm"`.
 *
 * @param locale of the names of months and days; one that nobody knows, or none, is English
 */
export function inZone(value: unknown, zone: unknown, format: unknown, locale?: unknown): string | undefined {
  const time = instant(value);
  if (time === undefined) return undefined;
  const local = inZoneOf(time, zone);
  const pattern = typeof format === "string" ? format : "d LLL yyyy HH:mm ZZZZ";
  const language = typeof locale === "string" && isLocale(locale) ? locale : LOCALE;
  return local.toFormat(withZoneName(local, pattern, language), { locale: language });
}

/** Luxon takes these for the zone of the machine that it runs on. */
const OF_THE_MACHINE = /^(?:local|system|default)$/i;

function inZoneOf(time: DateTime, zone: unknown): DateTime {
  const isNamed = typeof zone === "string" && zone !== "" && !OF_THE_MACHINE.test(zone);
  const local = time.setZone(isNamed ? zone : "UTC");
  return local.isValid ? local : time.setZone("UTC");
}

const locales = createCache<boolean>();

/** Whether the names of months and days are known in it: `de`, `pt-BR`. */
export function isLocale(name: string): boolean {
  return locales(name, () => {
    try {
      return Intl.DateTimeFormat.supportedLocalesOf(name).length > 0;
    } catch {
      return false;
    }
  });
}

const zoneNames = createCache<string>();

/** Luxon makes a formatter of its own each time a zone's name (`ZZZZ`) is asked for, which costs more than all the rest. */
function withZoneName(time: DateTime, format: string, locale: string): string {
  if (!format.includes("ZZZZ") || format.includes("'")) return format;
  const name = zoneNames(`${locale} ${time.zoneName} ${time.offset} ${time.year}`, () =>
    time.toFormat("ZZZZ", { locale }),
  );
  return format.replace(/Z{4,}/g, (token) => (token.length === 4 ? `'${name}'` : token));
}

/** What `since` counts in. */
const UNITS: Readonly<Record<string, number>> = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 };
export const UNIT_NAMES: readonly string[] = Object.keys(UNITS);

/**
 * How long after the earlier time a time is; below zero when it comes before it. By the clock, to two decimals, so that a
 * day and a half are 1.5 days; in a zone, days are those of the calendar there, so that tomorrow morning is one day after
 * tonight.
 */
export function since(value: unknown, earlier: unknown, unit: unknown, zone: unknown): number | undefined {
  const length = typeof unit === "string" && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (length === undefined) throw new Error(`since needs one of "${UNIT_NAMES.join('", "')}"`);
  const [to, from] = [instant(value), instant(earlier)];
  if (to === undefined || from === undefined) return undefined;
  if (unit !== "days" || isNothing(zone)) return Math.round(((to.toMillis() - from.toMillis()) / length) * 100) / 100;
  const [toDay, fromDay] = [to, from].map((time) => inZoneOf(time, zone).setZone("UTC", { keepLocalTime: true }));
  if (toDay === undefined || fromDay === undefined) return undefined;
  return Math.round((toDay.startOf("day").toMillis() - fromDay.startOf("day").toMillis()) / length);
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

/** What has a date: of a time alone Luxon makes that time today, whenever that is. */
const DATED = /^\d{4}-(?:\d\d|W\d)|^\d{8}(?:T|$)/;

function instant(value: unknown): DateTime | undefined {
  const text = isNothing(value) ? "" : String(value);
  if (text.length > MAX_INSTANT || !DATED.test(text)) return undefined;
  // What names no offset is UTC, wherever this runs.
  const time = DateTime.fromISO(text, { zone: "utc", setZone: true });
  return time.isValid ? time : undefined;
}

/**
 * What a number of minor units means. By the currency: 1500 is 15 pounds, 1500 yen, 1.5 dinars. Always hundredths: 1500
 * is 15 of each, which is how BookingBug's own pages show it; what it sends for a yen is documented nowhere.
 */
export type MinorUnits = "by_currency" | "hundredths";

/** Minor units as an amount of the currency. */
export function money(
  value: unknown,
  currency: unknown,
  defaults: { readonly currency: string | undefined; readonly minorUnits: MinorUnits },
): number | undefined {
  const minor = toNumber(value);
  if (minor === undefined) return undefined;
  const places =
    defaults.minorUnits === "hundredths" ? 2 : digitsOf(typeof currency === "string" ? currency : defaults.currency);
  return minor / 10 ** places;
}

const digits = createCache<number>();

function digitsOf(currency: string | undefined): number {
  return currency === undefined ? 2 : digits(currency, () => countDigits(currency));
}

function countDigits(currency: string): number {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

const CACHED = 500;

/** Remembers what is dear to find out and asked for again and again; forgets all when it grows too large. */
function createCache<T>(): (key: string, find: () => T) => T {
  const known = new Map<string, T>();
  return (key, find) => {
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    if (known.size >= CACHED) known.clear();
    const found = find();
    known.set(key, found);
    return found;
  };
}
