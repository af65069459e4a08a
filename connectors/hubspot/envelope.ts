/**
 * What HubSpot says in a refusal. Envelope: `{status, message, correlationId, category, subCategory?, errors[], context}`,
 * of which every field is optional ("Error handling"); 429 has one of its own.
 */
import { z } from "zod";

/** More than a sentence needs; of what is longer the midst is not looked through: HubSpot lists a property's options before its name. */
const MAX_SENTENCE = 5_000;
const sentence = z.string().transform((text) => (text.length > MAX_SENTENCE ? endsOf(text) : text));

function endsOf(text: string): string {
  const half = MAX_SENTENCE / 2;
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

const detail = z.looseObject({
  message: sentence.optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  in: z.string().optional().catch(undefined),
  context: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export const envelope = z.looseObject({
  message: sentence.optional().catch(undefined),
  category: z.string().optional().catch(undefined),
  subCategory: sentence.optional().catch(undefined),
  errorType: z.string().optional().catch(undefined),
  policyName: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  errors: z.array(detail).optional().catch(undefined),
  context: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
export type Envelope = z.infer<typeof envelope>;

/** All that may tell what is the matter. */
export function allWords(fault: Envelope, words: string): string {
  const details = (fault.errors ?? []).flatMap((one) => [one.code ?? "", one.message ?? ""]);
  return [words, fault.subCategory ?? "", ...details].join("\n").slice(0, 4 * MAX_SENTENCE);
}

/** The envelope's sentence, and those of its details where they say more; scopes that are missing, by name. */
export function explanation(fault: Envelope, words: string): string {
  const more = (fault.errors ?? [])
    .map((one) => one.message)
    .filter((one) => one !== undefined && !words.includes(one));
  const scopes = new Set(contextsOf(fault).flatMap((one) => namesIn(one.requiredGranularScopes)));
  return [words, ...more, ...(scopes.size > 0 ? [`Scopes: ${[...scopes].join(", ")}.`] : [])].join(" ");
}

/** The record that is in the way of a write, where HubSpot says it beside its sentence. */
export function existingIdOf(fault: Envelope): string | undefined {
  const told = contextsOf(fault).flatMap(({ existingId }) => existingId);
  const ids = told.filter((id) => typeof id === "string" || typeof id === "number").map(String);
  const [only, ...others] = new Set(ids.filter((id) => /^\d+$/.test(id)));
  return others.length === 0 ? only : undefined;
}

function contextsOf(fault: Envelope): Readonly<Record<string, unknown>>[] {
  return [fault.context, ...(fault.errors ?? []).map(({ context }) => context)].filter((one) => one !== undefined);
}

/** Property names hide in three places: `errors[].context.propertyName`, `errors[].in`, and JSON inside the sentence. */
export function fieldsOf(fault: Envelope, words: string): string[] {
  const names = (fault.errors ?? []).flatMap((one) => [
    ...namesIn(one.context?.propertyName),
    ...namesIn(one.context?.property),
    ...(one.in === undefined ? [] : [one.in]),
    ...embeddedNames(one.message ?? ""),
  ]);
  return [...new Set([...names, ...namesIn(fault.context?.propertyName), ...embeddedNames(words)])];
}

function namesIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

const PROPERTY_WORDS = [
  /[Pp]roperty "?([a-z][a-z0-9_]*)"? (?:does not exist|is read.?only)/,
  /\bpropertyName=([a-z][a-z0-9_]*)/,
];

/** `Property values were not valid: [{"isValid":false,"message":"…","error":"INVALID_OPTION","name":"…"}]` */
function embeddedNames(words: string): string[] {
  const quoted = [...words.matchAll(/"name":\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  const property = PROPERTY_WORDS.map((pattern) => pattern.exec(words)?.[1]).find((name) => name !== undefined);
  return property === undefined ? quoted : [...quoted, property];
}
