/**
 * Makes a CRM's error words safe to log, to show and to keep: personal data in them is replaced by the field's name.
 */
import type { FieldValues } from "./connector.ts";

/** Begins where a word begins: looked for in the midst of a long word, it would cost the square of its length. */
const EMAIL = /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const PHONE = /\+?\d[\d ()-]{7,}\d/g;
/** As people write them, whatever the groups. */
const NUMBER = /(?<![\d+])\+?\d[\d ()./-]{5,30}\d(?!\d)/g;
const MAX_LENGTH = 500;

/**
 * @param words what the CRM said
 * @param values the values we had sent, which CRMs like to quote back
 * @returns the same sentence with each quoted value as `‹Field›`, e-mails as `‹e-mail›`, phone numbers as `‹number›`,
 *   cut to 500 characters. Record ids stay: they are needed to find the record.
 */
export function redactCrmWords(words: string, values: FieldValues = {}): string {
  let safe = words.normalize("NFC");
  const quoted = Object.entries(values)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string" && isTelling(entry[1].trim()))
    .sort((a, b) => b[1].length - a[1].length);
  for (const [field, value] of quoted) safe = cutOut(safe, value.normalize("NFC"), `‹${field}›`);
  safe = safe.replace(NUMBER, (match) => fieldOfNumber(match, quoted) ?? match);
  safe = safe.replace(EMAIL, "‹e-mail›").replace(PHONE, (match) => (isRecordId(match) ? match : "‹number›"));
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH - 1)}…` : safe;
}

/** A name may be as short as a letter; two digits stand in many a sentence that speaks of nobody. */
function isTelling(value: string): boolean {
  return value.length > 2 || /\p{L}/u.test(value);
}

/** HubSpot ids are bare digits; people's numbers as CRMs quote them carry a plus sign, blanks or dashes. */
function isRecordId(match: string): boolean {
  return /^\d+$/.test(match) && !match.startsWith("0");
}

const IN_A_WORD = /[\p{L}\p{N}_]/u;
const QUOTE = /["'“”‘’«»‹›]/;
const WITHOUT_BLANKS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Whole words only, lest a name that is part of a property's changes it; scripts without blanks have no words to tell. */
function cutOut(text: string, value: string, instead: string): string {
  const [first = "", ...rest] = text.split(value);
  const anywhere = WITHOUT_BLANKS.test(value);
  let before = first;
  let safe = first;
  for (const after of rest) {
    const [left, right] = [before.slice(-1), after.slice(0, 1)];
    // A letter by itself is a word of the sentence, unless it is quoted.
    const isPart =
      value.length === 1 ? !(QUOTE.test(left) && QUOTE.test(right)) : IN_A_WORD.test(left) || IN_A_WORD.test(right);
    safe += (isPart && !anywhere ? value : instead) + after;
    before = after;
  }
  return safe;
}

/** The field whose number this is, written otherwise. */
function fieldOfNumber(
  match: string,
  quoted: readonly (readonly [field: string, value: string])[],
): string | undefined {
  const digits = match.replace(/\D/g, "");
  const found = quoted.find(([, value]) => /^[+\d ()./-]{7,40}$/.test(value) && value.replace(/\D/g, "") === digits);
  return found && `‹${found[0]}›`;
}
