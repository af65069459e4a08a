/** Filters for names and telephone numbers. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js";
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
  const text = clean(isNothing(value) ? undefined : String(value));
  if (typeof text !== "string") return undefined;
  if (text.length > MAX_NUMBER) return text;
  const plain = text.replace(/\(0\)/g, "");
  const digits = String(prefix ?? "").replace(/\D/g, "");
  const candidates = [
    ...(plain.startsWith("+") ? [plain] : []),
    ...(digits !== "" && !plain.startsWith("+") ? [`+${digits}${plain.replace(/\D/g, "").replace(/^0+/, "")}`] : []),
    ...(digits === "" && !plain.startsWith("+") ? [plain] : []),
  ];
  for (const candidate of candidates) {
    const number = parsePhoneNumberFromString(candidate, countryOf(defaultCountry));
    if (number !== undefined && (number.isValid() || FOR_TRIALS.test(number.number))) return number.number;
  }
  return text;
}

function countryOf(code: string | undefined): CountryCode | undefined {
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}
