/**
 * What in a purchase is about a person, so that it can be taken out of sentences that are logged. A CRM quotes what it
 * was sent, in whole or in part, and sometimes what it knows besides.
 */
import type { CleanObject, PurchaseState } from "./types.ts";

/** Of the client and the member; the booking's own keys that begin in the same way are about staff, services, places. */
const PERSON_KEYS = /name|email|phone|mobile|address|postcode|country|reference|comp_ref|birth|dob|gender/;
const BOOKING_KEYS = /^(first_name|last_name|email|mobile|phone|client_\w+|notes?|private_notes?)$/;
const ANSWER_KEYS = new Set(["answer", "answers", "survey_answers", "value"]);

/** Single words of it are enough to know somebody by; of longer texts it takes a few in a row. */
const SHORT_TEXT_WORDS = 6;
const RUN = 3;
const MIN_LENGTH = 3;

/** @returns every text about a person, distinct */
export function personalTexts(state: PurchaseState): string[] {
  const people = [state.client, state.member].flatMap((person) => pick(person, PERSON_KEYS));
  const bookings = Object.values(state.bookings).flatMap(({ body }) => pick(body, BOOKING_KEYS));
  const purchase = pick(state.purchase, BOOKING_KEYS);
  return [...new Set([...people, ...bookings, ...purchase])];
}

/** @returns the sentence with what is about a person replaced by `‹personal›` */
export function withoutPersonal(sentence: string, texts: readonly string[]): string {
  const words = [...sentence.matchAll(WORD)];
  const hidden = hiddenWords(
    words.map(([word]) => word.toLowerCase()),
    texts,
  );
  let safe = "";
  let end = 0;
  for (const [index, match] of words.entries()) {
    if (!hidden.has(index)) continue;
    if (!hidden.has(index - 1) || index === 0) safe += `${sentence.slice(end, match.index)}‹personal›`;
    end = match.index + match[0].length;
  }
  return safe + sentence.slice(end);
}

const WORD = /[\p{L}\p{N}]+/gu;

/** Indexes of words that are part of a text about a person. */
function hiddenWords(words: readonly string[], texts: readonly string[]): Set<number> {
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
function runsOf(text: string): string[] {
  const words = (text.toLowerCase().match(WORD) ?? []).filter((word) => word !== "");
  if (words.length <= SHORT_TEXT_WORDS) return [words.slice(0, RUN).join(" "), ...words].filter(isTelling);
  return words
    .map((_, index) => words.slice(index, index + RUN))
    .flatMap((run) => (run.length < RUN ? [] : run.join(" ")));
}

/** Two letters, or the prefix of a telephone number, are in every other sentence. */
function isTelling(run: string): boolean {
  return run.length >= MIN_LENGTH;
}

/** Texts at keys that match, at any depth, and the values of answers wherever they are. */
function pick(from: CleanObject | undefined, keys: RegExp): string[] {
  return Object.entries(from ?? {}).flatMap(([key, value]) => {
    if (keys.test(key)) return textsIn(value);
    if (ANSWER_KEYS.has(key)) return answersIn(value);
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
