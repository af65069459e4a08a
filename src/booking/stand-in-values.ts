/** Plausible values in the place of personal ones: of the same shape, the same for the same, and nobody's. */

/** Of names, each word has its own, so that "Ana Silva" and the first name "Ana" stay one person. */
const NAMES = [
  ...["Ada", "Archer", "Ben", "Baker", "Cleo", "Carter", "Dan", "Draper", "Eva", "Fisher", "Finn", "Glover"],
  ...["Gia", "Harper", "Hugo", "Mason", "Ida", "Porter", "Jon", "Sawyer", "Kai", "Turner", "Lea", "Weaver"],
];
const WORDS = ["alpha", "bravo", "delta", "kilo", "lima", "oscar", "quebec", "sierra", "tango", "uniform", "yankee"];
const STREETS = ["Example Street", "Sample Road", "Model Lane", "Pattern Avenue"];
const PLACES = ["Exampleton", "Sampleford", "Modelbury", "Patternham"];
const COUNTRIES = ["Ireland", "France", "Portugal"];

export type StandInKind = "name" | "street" | "place" | "country" | "text";

export interface StandIns {
  /** For a text at a key that says what it is; e-mails, numbers, dates and addresses of pages are told by their look. */
  text(kind: StandInKind, text: string): string;
  /** For the number of a record that belongs to somebody. */
  id(text: string): string;
  /** As many digits. */
  number(value: number): number;
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PHONE = /^\+?[\d ()./-]{6,40}$/;
const DATE = /^\d{4}-\d\d-\d\d(?=$|[T ])/;
const URL = /^[a-z]+:\/\//i;
const WORD = /[\p{L}\p{N}\p{M}_'’-]+/gu;
/** Of a telephone number: where it belongs to, which decides how it is written. */
const KEPT_DIGITS = 3;
const FIRST_ID = 1001;

export function createStandIns(): StandIns {
  const given = new Map<string, string>();
  const counts = new Map<string, number>();

  /** The same for the same, whatever its case: an e-mail is one in two spellings. */
  function once(kind: string, text: string, make: (count: number) => string): string {
    const key = `${kind}\n${text.toLowerCase()}`;
    const known = given.get(key);
    if (known !== undefined) return known;
    let count = counts.get(kind) ?? 0;
    let made = make(count);
    // A list may hold the very value that it is to stand for.
    for (; made.toLowerCase() === text.toLowerCase(); made = make(count)) count += 1;
    counts.set(kind, count + 1);
    given.set(key, made);
    return made;
  }

  function text(kind: StandInKind, value: string): string {
    const trimmed = value.trim();
    if (EMAIL.test(trimmed))
      return inCaseOf(
        trimmed,
        once("email", trimmed, (n) => `person${n + 1}@example.com`),
      );
    if (URL.test(trimmed)) return once("url", trimmed, (n) => `https://example.com/${n + 1}`);
    if (DATE.test(trimmed))
      return once(
        "date",
        trimmed,
        (n) => `2001-01-${String((n % 27) + 2).padStart(2, "0")}${trimmed.slice(10) && "T09:00:00Z"}`,
      );
    if (PHONE.test(trimmed) && digitsIn(trimmed) > KEPT_DIGITS)
      return once("phone", trimmed, (n) => digitsLike(trimmed, KEPT_DIGITS, n));
    if (kind === "name")
      return trimmed.replace(WORD, (word) =>
        inCaseOf(
          word,
          once("name", word, (n) => pick(NAMES, n)),
        ),
      );
    return inCaseOf(
      trimmed,
      once(kind, trimmed, (n) => made(kind, trimmed, n)),
    );
  }

  return {
    text,
    id: (value) => once("id", value, (n) => String(FIRST_ID + n)),
    number: (value) => Number(once("number", String(value), (n) => digitsLike(String(value), 0, n))),
  };
}

function made(kind: Exclude<StandInKind, "name">, text: string, count: number): string {
  switch (kind) {
    case "street":
      return `${count + 1} ${pick(STREETS, count)}`;
    case "place":
      return pick(PLACES, count);
    case "country":
      return pick(COUNTRIES, count);
    case "text":
      return text.replace(WORD, (word, at: number) =>
        /\d/.test(word)
          ? digitsLike(word, 0, count).replace(/\p{L}/gu, (letter) => inCaseOf(letter, "x"))
          : inCaseOf(word, pick(WORDS, count + at)),
      );
  }
}

/** Past the end of a list the words are numbered, so that two people stay two. */
function pick(list: readonly string[], index: number): string {
  const round = Math.floor(index / list.length);
  return `${list[index % list.length]}${round === 0 ? "" : String.fromCharCode(97 + (round % 26))}`;
}

function inCaseOf(text: string, instead: string): string {
  if (!/\p{L}/u.test(text)) return instead;
  if (text === text.toLowerCase()) return instead.toLowerCase();
  if (text === text.toUpperCase() && (text.length > 1 || instead.length === 1)) return instead.toUpperCase();
  return instead.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, "").length;
}

/** The same groups and signs; the last digits count, so that no two are the same. */
function digitsLike(text: string, kept: number, count: number): string {
  const digits = digitsIn(text);
  const fresh = String(count + 1).padStart(Math.max(0, digits - kept), "1234567890".repeat(3));
  const next = fresh.slice(-Math.max(1, digits - kept));
  let index = -1;
  return text.replace(/\d/g, (digit) => {
    index += 1;
    return index < kept ? digit : (next[index - kept] ?? "0");
  });
}
