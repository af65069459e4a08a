/** CRMs give back what they were sent in words of their own: numbers as text, instants in another notation, e-mails in lower case. */
import type { FieldValue } from "../../connectors/connector.ts";
import { isEmpty, isSameText } from "./values.ts";

/** @param now as the CRM holds it */
export function isSameValue(written: FieldValue, now: FieldValue): boolean {
  if (isEmpty(written) || isEmpty(now)) return isEmpty(written) && isEmpty(now);
  if (typeof written === "number") return written === Number(now);
  const [a, b] = [normal(written), normal(now)];
  if (a === b || (isEmail(a) && isSameText(a, b)) || (a.includes(";") && sorted(a) === sorted(b))) return true;
  const [timeA, timeB] = [timeOf(a), timeOf(b)];
  return timeA !== undefined && timeA === timeB;
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
