/** What a purchase can be found by, beside its ids: written the same way when it is stored and when it is searched. */

export interface Trait {
  readonly kind: "email" | "name" | "phone" | "record" | "delivery" | "service" | "company";
  /** Normalised by the functions below. */
  readonly value: string;
}

/** Characters of a name, and words: each word is a key of its own. */
const MAX_NAME = 500;
const MAX_WORDS = 50;
/** Of a service's or a company's name. */
const MAX_TITLE = 100;
/** How a number ends tells it apart, with its country's prefix or without. */
const TELLING_DIGITS = 8;
const FEWEST_DIGITS = 6;
const MAX_PHONE = 40;
/** Salesforce's ids are written with 15 characters or with 18, the last three of which follow from the others. */
const SALESFORCE_ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;
const SHORT_ID = 15;
const MAX_ID = 100;
const MAX_URL = 1_000;

export function emailTrait(email: string): Trait[] {
  const value = email.trim().toLowerCase();
  return value === "" ? [] : [{ kind: "email", value }];
}

/** The words of a name: "José-Maria O'Brien" is found as jose, maria and o'brien. */
export function nameTraits(name: string): Trait[] {
  return [...new Set(wordsOf(name))].map((value) => ({ kind: "name", value }));
}

/** @param number as people write it, with its country's prefix or without */
export function phoneTrait(number: string): Trait[] {
  if (number.length > MAX_PHONE || !/^[+\d ()./-]+$/.test(number.trim())) return [];
  const digits = number.replace(/\D/g, "");
  return digits.length < FEWEST_DIGITS ? [] : [{ kind: "phone", value: digits.slice(-TELLING_DIGITS) }];
}

/** @param id a CRM record's, or the address of its page in the CRM */
export function recordTraits(id: string): Trait[] {
  const parts = id.includes("://") ? id.slice(0, MAX_URL).split(/[/?#&=]/) : [id];
  return parts
    .filter((part) => part.length <= MAX_ID && (SALESFORCE_ID.test(part) || /^\d+$/.test(part)))
    .map((part) => ({ kind: "record", value: SALESFORCE_ID.test(part) ? part.slice(0, SHORT_ID) : part }));
}

export function deliveryTrait(id: string): Trait[] {
  return id.length > MAX_ID ? [] : [{ kind: "delivery", value: id.toLowerCase() }];
}

/** The name of a service or a company as a whole: thousands share it. */
export function titleTrait(kind: "service" | "company", title: string): Trait[] {
  const value = wordsOf(title.slice(0, MAX_TITLE)).join(" ");
  return value === "" ? [] : [{ kind, value }];
}

/** Without case and accents. */
export function wordsOf(text: string): string[] {
  const plain = text.slice(0, MAX_NAME).normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘`]/g, "'").toLowerCase();
  return plain
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word.replaceAll("'", "") !== "")
    .slice(0, MAX_WORDS);
}
