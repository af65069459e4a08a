/**
 * What in a purchase is about a person, so that it can be taken out of sentences that are logged. A CRM quotes what it
 * was sent, in whole or in part, and sometimes what it knows besides.
 */
import { listedIn } from "./attendees.ts";
import type { CleanObject, PurchaseState } from "./types.ts";

/** Of the client and the member; the booking's own keys that begin in the same way are about staff, services, places. */
const PERSON_KEYS = /name|email|phone|mobile|address|postcode|country|reference|comp_ref|birth|dob|gender/;
const BOOKING_KEYS = /^(first_name|last_name|email|mobile|phone|client_\w+|notes?|private_notes?)$/;
const ANSWER_KEYS = new Set(["answer", "answers", "survey_answers", "value"]);
const NAME_KEY = /name/;

/** Single words of it are enough to know somebody by; of longer texts it takes a few in a row. */
const SHORT_TEXT_WORDS = 6;
const RUN = 3;
const MIN_LENGTH = 3;

/** A text about a person. */
export interface PersonalText {
  readonly text: string;
  /** A name is telling however short: 王伟, Xu. An answer is not: no, at. */
  readonly isName: boolean;
}

/** @returns every text about a person, distinct */
export function personalTexts(state: PurchaseState): PersonalText[] {
  const people = [state.client, state.member].flatMap((person) => pick(person, PERSON_KEYS));
  const bodies = Object.values(state.bookings).map(({ body }) => body);
  const bookings = bodies.flatMap((body) => pick(body, BOOKING_KEYS));
  const attendees = bodies.flatMap(listedIn).flatMap((person) => pick(person, PERSON_KEYS));
  const purchase = pick(state.purchase, BOOKING_KEYS);
  const byText = Map.groupBy([...people, ...bookings, ...attendees, ...purchase], ({ text }) => text);
  return [...byText].map(([text, same]) => ({ text, isName: same.some(({ isName }) => isName) }));
}

/** @returns the sentence with what is about a person replaced by `‹personal›` */
export function withoutPersonal(sentence: string, texts: readonly PersonalText[]): string {
  const theirNumbers = texts.map(({ text }) => text).flatMap(numberOf);
  const numberless = sentence
    .normalize("NFC")
    .replace(NUMBER, (match) => (theirNumbers.some((number) => isSame(number, match)) ? "‹personal›" : match));
  const words = [...numberless.matchAll(WORD)];
  const hidden = hiddenWords(
    words.map(([word]) => word.toLowerCase()),
    texts,
  );
  let safe = "";
  let end = 0;
  for (const [index, match] of words.entries()) {
    if (!hidden.has(index)) continue;
    if (!hidden.has(index - 1) || index === 0) safe += `${numberless.slice(end, match.index)}‹personal›`;
    end = match.index + match[0].length;
  }
  return safe + numberless.slice(end);
}

/** Each character is a word of its own where a script has no blanks to tell words by. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}\p{M}])+/gu;

/** Telephone numbers as people and CRMs write them, whatever the groups. */
const NUMBER = /(?<![\d+])\+?\d[\d ()./-]{5,30}\d(?!\d)/g;
const IS_NUMBER = /^[+\d ()./-]{7,40}$/;
const MIN_DIGITS = 7;

/** @returns its digits without what comes before the number itself: a plus, zeros */
function numberOf(text: string): string[] {
  const digits = IS_NUMBER.test(text) ? digitsOf(text) : "";
  return digits.length >= MIN_DIGITS ? [digits] : [];
}

/** With its country's prefix or without. */
function isSame(number: string, match: string): boolean {
  const digits = digitsOf(match);
  return digits.length >= MIN_DIGITS && (digits.endsWith(number) || number.endsWith(digits));
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "").replace(/^0+/, "");
}

/** Indexes of words that are part of a text about a person. */
function hiddenWords(words: readonly string[], texts: readonly PersonalText[]): Set<number> {
  const runs = new Set(texts.flatMap(runsOf));
  const hidden = new Set<number>();
  for (let start = 0; start < words.length; start += 1) {
    for (let length = 1; length <= RUN; length += 1) {
      if (!runs.has(words.slice(start, start + length).join(" "))) continue;
      for (let index = start; index < start + length; index += 1) hidden.add(index);
    }
  }
  return hidden;
}

/** What of a text betrays it: each word of a short one; of a long one, words in a row. */
function runsOf({ text, isName }: PersonalText): string[] {
  const words = (text.normalize("NFC").match(WORD) ?? []).map((word) => word.toLowerCase());
  const rows = words.map((_, index) => words.slice(index, index + RUN));
  const runs = rows.filter((run) => run.length === Math.min(RUN, words.length)).map((run) => run.join(" "));
  if (words.length > SHORT_TEXT_WORDS) return runs;
  return [...runs, ...words].filter((run) => run.length >= MIN_LENGTH || (isName && HAS_LETTER.test(run)));
}

/** Two digits, as of a telephone number's prefix, are in every other sentence. */
const HAS_LETTER = /\p{L}/u;

/** Texts at keys that match, at any depth, and the values of answers wherever they are. */
function pick(from: CleanObject | undefined, keys: RegExp): PersonalText[] {
  return Object.entries(from ?? {}).flatMap(([key, value]) => {
    const isName = NAME_KEY.test(key);
    if (keys.test(key)) return textsIn(value).map((text) => ({ text, isName }));
    if (ANSWER_KEYS.has(key)) return answersIn(value).map((text) => ({ text, isName: false }));
    return [];
  });
}

function answersIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(answersIn);
  if (typeof value !== "object" || value === null) return textsIn(value);
  return Object.entries(value).flatMap(([key, child]) => (ANSWER_KEYS.has(key) ? textsIn(child) : []));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
