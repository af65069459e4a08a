/** Codes of countries and currencies that there are. */
import { isSupportedCountry } from "libphonenumber-js";

const currencies: readonly string[] = Intl.supportedValuesOf("currency");

export function isCurrency(code: string): boolean {
  return currencies.includes(code);
}

export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}
