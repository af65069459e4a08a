/** What is wrong with the shape of a mapping file, in the words of somebody who writes YAML. */
import type { z } from "zod";

/** The branch of a union that came furthest says best what is wrong. */
export function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const inner = issue.errors.flat().map((one) => deepest(one));
  const best = inner.toSorted((a, b) => b.path.length - a.path.length)[0];
  if (best === undefined || best.path.length === 0) return issue;
  return { ...best, path: [...issue.path, ...best.path] };
}

/** What a key looks like when it is right. */
const EXAMPLES: Readonly<Record<string, string>> = {
  object: "object: Contact",
  per: "per: booking",
  external_id: "external_id: { BB_Id__c: client.id }",
  match: "match: [Email]",
  links: "links: { contact: WhoId }",
  to: "{ to: contact, by: WhoId }",
  fields: "fields: { LastName: client.last_name }",
  on: "on: { cancelled: { Subject: booking.full_describe } }",
  companies: "companies: [37000]",
  options: "options: [Web, Telephone]",
  when: "when: booking.price > 0",
};

/** @param value what stands there */
export function wrongWords(issue: z.core.$ZodIssue, value: unknown): string {
  const { path, code } = issue;
  const name = nameOf(path);
  const last = String(path.at(-1) ?? "");
  if (value === null && path.length > 0) {
    return `${name} has nothing after its colon; write a value, or take the line out`;
  }
  if (path.at(-2) === "external_id" && last.includes(":")) {
    return `a colon needs a blank after it: \`${last.replace(":", ": ")}\``;
  }
  const example = code === "invalid_type" ? exampleOf(last) : undefined;
  return `${name}: ${wordsOf(issue, value)}${example === undefined ? "" : `, such as \`${example}\``}`;
}

export function missingWords(path: readonly PropertyKey[]): string {
  const example = exampleOf(String(path.at(-1) ?? ""));
  return `${nameOf(path)} is missing${example === undefined ? "" : `; add \`${example}\``}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length > 0 ? `\`${path.join(".")}\`` : "the file";
}

function exampleOf(key: string): string | undefined {
  return Object.hasOwn(EXAMPLES, key) ? EXAMPLES[key] : undefined;
}

/** What is wrong in the words of somebody who writes YAML. */
function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  // A message that is not zod's own was written for this place.
  if (!/^(?:Invalid|Too (?:small|big))/.test(issue.message)) return issue.message;
  if (issue.code === "invalid_value") return `expected ${either(issue.values.map(String))}`;
  if (issue.code === "invalid_type") {
    const isBare = issue.expected === "string" && (typeof value === "number" || typeof value === "boolean");
    if (isBare) return "expected a text; put quotes around it";
    if (issue.path.length === 0) return "a mapping begins with `crm: …` and has `objects:`";
    return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === "too_small") {
    const empty = issue.origin === "string" ? "a text" : issue.origin === "array" ? "a list of one or more" : undefined;
    return empty === undefined ? `expected ${issue.minimum} or more` : `expected ${empty}, but it is empty`;
  }
  if (issue.code === "too_big") return `expected ${issue.maximum} or less`;
  if (issue.code === "invalid_union") return "expected a text, a number, or true or false";
  return issue.message;
}

function either(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number, without quotes",
  array: "a list",
  object: "a block of keys and values",
  record: "a block of keys and values",
  int: "a whole number",
};
