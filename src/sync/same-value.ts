/**
 * CRMs give back what they were sent in words of their own: numbers as text, instants in another notation, e-mails in lower case,
 * texts with their markup put in order or cut off where a field ends.
 */
import type { FieldValue } from "../../connectors/connector.ts";
import { hasMarkup, withoutMarkup } from "./markup.ts";
import { isEmpty, isSameText } from "./values.ts";

/** @param now as the CRM holds it */
export function isSameValue(written: FieldValue, now: FieldValue): boolean {
  if (isEmpty(written) || isEmpty(now)) return isEmpty(written) && isEmpty(now);
  if (typeof written === "number") return written === Number(now);
  const [a, b] = [normal(written), normal(now)];
  if (a === b || (isEmail(a) && isSameText(a, b)) || (a.includes(";") && sorted(a) === sorted(b))) return true;
  const [timeA, timeB] = [timeOf(a), timeOf(b)];
  if (timeA !== undefined && timeA === timeB) return true;
  return isSameDecimal(a, b) || isCut(a, b) || isSameBesidesMarkup(a, b);
}

/** `12.50` comes back as `12.5`. Without a point it may be a telephone number or a postcode, whose noughts count. */
function isSameDecimal(a: string, b: string): boolean {
  return [a, b].every((one) => DECIMAL.test(one)) && [a, b].some((one) => one.includes(".")) && Number(a) === Number(b);
}

const DECIMAL = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

/** Where fields of the CRMs end. Whoever shortens a text by hand does not stop just there. */
const ENDS: ReadonlySet<number> = new Set([
  ...[40, 80, 100, 120, 128, 255, 256, 500, 1_000, 1_024, 1_300, 2_000, 4_000, 32_000, 32_768, 65_535, 65_536, 131_072],
]);

function isCut(written: string, now: string): boolean {
  return ENDS.has(now.length) && written.length > now.length && written.startsWith(now);
}

/** Who changed nothing but how a text looks has said nothing else. */
function isSameBesidesMarkup(a: string, b: string): boolean {
  return [a, b].some(hasMarkup) && withoutMarkup(a) === withoutMarkup(b);
}

function normal(value: FieldValue): string {
  return String(value).replace(/\r\n?/g, "\n").trim();
}

/** The values of a multi-select, which a CRM gives back in an order of its own. */
function sorted(text: string): string {
  return text
    .split(";")
    .map((one) => one.trim())
    .toSorted()
    .join(";");
}

function isEmail(text: string): boolean {
  return text.includes("@") && !/\s/.test(text);
}

function timeOf(text: string): number | undefined {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  // Salesforce writes `+0000`, which ISO 8601 wants with a colon.
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(time) ? undefined : time;
}
