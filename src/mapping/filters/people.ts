/** Filters for names and telephone numbers. */
import { type CountryCode, isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js";
import { clean, isNothing } from "./text.ts";

/** All names but the last word: "Ana Maria Silva" gives "Ana Maria"; a single word gives nothing. */
export function givenNames(value: unknown): string | undefined {
  const words = wordsOf(value);
  return words.length < 2 ? undefined : words.slice(0, -1).join(" ");
}

/** The last word of a name: "Ana Maria Silva" gives "Silva", "Madonna" gives "Madonna". */
export function familyName(value: unknown): string | undefined {
  return wordsOf(value).at(-1);
}

function wordsOf(value: unknown): string[] {
  const text = clean(value);
  return typeof text === "string" ? text.split(" ") : [];
}

/** Ofcom keeps these mobile numbers free for fiction, so people try things out with them; no validator knows them. */
const FOR_TRIALS = /^\+447700900\d{3}$/;

/** Longer than any number with its remarks. */
const MAX_NUMBER = 200;

/**
 * A number in E.164, when number and prefix make a valid one; else as given. BookingBug sends the national number
 * without its leading zero and the prefix, without a plus sign, beside it; the prefix can be wrong for the number.
 */
export function e164(value: unknown, prefix: unknown, defaultCountry: string | undefined): string | undefined {
  return numberIn(value, prefix, defaultCountry, ({ number }) => number);
}

/** How a number can be written for people to read. */
const PHONE_FORMATS: Readonly<Record<string, (number: PhoneNumber) => string>> = {
  national: (number) => number.formatNational(),
  international: (number) => number.formatInternational(),
};
export const PHONE_FORMAT_NAMES: readonly string[] = Object.keys(PHONE_FORMATS);

/** A number as people write it in its country, or abroad; as given when it is not a valid one. */
export function phone(
  value: unknown,
  format: unknown,
  prefix: unknown,
  defaultCountry: string | undefined,
): string | undefined {
  const write = typeof format === "string" && Object.hasOwn(PHONE_FORMATS, format) ? PHONE_FORMATS[format] : undefined;
  if (write === undefined) throw new Error(`phone needs one of "${PHONE_FORMAT_NAMES.join('", "')}"`);
  return numberIn(value, prefix, defaultCountry, write);
}

function numberIn(
  value: unknown,
  prefix: unknown,
  defaultCountry: string | undefined,
  write: (number: PhoneNumber) => string,
): string | undefined {
  const text = clean(isNothing(value) ? undefined : String(value));
  if (typeof text !== "string") return undefined;
  if (text.length > MAX_NUMBER) return text;
  const plain = text.replace(/\(0\)/g, "");
  const prefixed = String(prefix ?? "").replace(/\D/g, "");
  for (const candidate of candidatesOf(plain, prefixed)) {
    const number = parsePhoneNumberFromString(candidate, countryOf(defaultCountry));
    if (number !== undefined && (number.isValid() || FOR_TRIALS.test(number.number))) return write(number);
  }
  return text;
}

/** What the number may be, the likeliest first. */
function candidatesOf(plain: string, prefix: string): string[] {
  if (plain.startsWith("+") || prefix === "") return [plain];
  const digits = plain.replace(/\D/g, "");
  // In Italy and elsewhere the first zero is of the number; where it is not, no number is valid with it.
  const national = [digits, digits.replace(/^0+/, "")].map((one) => `+${prefix}${one}`);
  const whole = digits.replace(/^00/, "");
  if (!whole.startsWith(prefix)) return national;
  // Japan has numbers of its own that begin with 00.
  return whole === digits ? [...national, `+${whole}`] : [`+${whole}`, ...national];
}

function countryOf(code: string | undefined): CountryCode | undefined {
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}
