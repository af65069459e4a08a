/**
 * Makes a CRM's error words safe to log, to show and to keep: personal data in them is replaced by the field's name.
 */
import type { FieldValues } from "./connector.ts";

/** Begins where a word begins: looked for in the midst of a long word, it would cost the square of its length. */
const EMAIL = /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const PHONE = /\+?\d[\d ()-]{7,}\d/g;
const MAX_LENGTH = 500;

/**
 * @param words what the CRM said
 * @param values the values we had sent, which CRMs like to quote back
 * @returns the same sentence with each quoted value as `‹Field›`, e-mails as `‹e-mail›`, phone numbers as `‹number›`,
 *   cut to 500 characters. Record ids stay: they are needed to find the record.
 */
export function redactCrmWords(words: string, values: FieldValues = {}): string {
  let safe = words;
  const quoted = Object.entries(values)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].length >= 3)
    .sort((a, b) => b[1].length - a[1].length);
  for (const [field, value] of quoted) safe = safe.replaceAll(value, `‹${field}›`);
  safe = safe.replace(EMAIL, "‹e-mail›").replace(PHONE, (match) => (isRecordId(match) ? match : "‹number›"));
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH - 1)}…` : safe;
}

/** HubSpot ids are bare digits; people's numbers as CRMs quote them carry a plus sign, blanks or dashes. */
function isRecordId(match: string): boolean {
  return /^\d+$/.test(match) && !match.startsWith("0");
}
