/**
 * What an admin copies out of JRNI's own Salesforce connector: for customers, appointments and events each an object's name,
 * one or two JSON templates of its fields, a unique field and a relationship key. How a file names them is nobody's rule,
 * so that the words count, not their order, case or depth; a template by itself will do as well.
 */
import { type ParseError, parse } from "jsonc-parser";

export type JrniPart = "client" | "booking" | "event";

export interface JrniObject {
  readonly object: string | undefined;
  /** Values as they stand there: Liquid templates, most of them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly unique: string | undefined;
  readonly relationship: string | undefined;
}

export interface JrniMapping {
  readonly parts: Readonly<Partial<Record<JrniPart, JrniObject>>>;
  /** What means nothing to us, by the name it has in the file. */
  readonly unknown: Readonly<Record<string, unknown>>;
}

/** The file is no mapping of JRNI's. */
class NoJrniMappingError extends Error {
  readonly kind = "no_jrni_mapping";
  override readonly name = "NoJrniMappingError";
}

/** @throws NoJrniMappingError saying what the file should hold */
export function readJrni(text: string): JrniMapping {
  const data = json(text) ?? json(text.replace(/[“”„]/g, '"'));
  if (!isObject(data)) {
    throw new NoJrniMappingError(
      "The file is not JSON. Copy the templates of JRNI's Salesforce integration into it, " +
        'as { "client": { …template… }, "booking": { …template… } }.',
    );
  }
  const parts: Partial<Record<JrniPart, JrniObject>> = {};
  const unknown: Record<string, unknown> = {};
  const add = (part: JrniPart, more: Partial<JrniObject>): void => {
    const known = parts[part] ?? { object: undefined, fields: {}, unique: undefined, relationship: undefined };
    for (const [name, value] of Object.entries(known.fields)) {
      const again = more.fields?.[name];
      if (again !== undefined && again !== value) unknown[`${name} (there twice)`] = value;
    }
    parts[part] = { ...known, ...more, fields: { ...known.fields, ...more.fields } };
  };
  if (isTemplate(data)) add(partOf(data), { fields: data });
  else gather(data, undefined, "", add, unknown);
  if (Object.keys(parts).length === 0) {
    throw new NoJrniMappingError(
      'Nothing in the file is a template of JRNI\'s, such as { "client": { "FirstName": "{{client.first_name}}" } }.',
    );
  }
  return { parts, unknown };
}

/** Comments and a comma too many are forgiven: JRNI's own examples have one. */
function json(text: string): unknown {
  const errors: ParseError[] = [];
  const data: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? data : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields and nothing else: their values are Liquid. */
function isTemplate(value: Record<string, unknown>): boolean {
  const values = Object.values(value);
  const plain = values.every((one) => !isObject(one) && !(typeof one === "string" && isObject(json(one))));
  return plain && values.some((one) => typeof one === "string" && /\{\{|\{%/.test(one));
}

function partOf(template: Record<string, unknown>): JrniPart {
  return /\{\{-?\s*(booking|appointment|item|service|staff|resource)\b/.test(JSON.stringify(template))
    ? "booking"
    : "client";
}

const PARTS: readonly (readonly [RegExp, JrniPart])[] = [
  [/client|customer|contact|lead|member/, "client"],
  [/booking|appointment/, "booking"],
  [/event/, "event"],
];

function gather(
  data: Record<string, unknown>,
  inside: JrniPart | undefined,
  path: string,
  add: (part: JrniPart, more: Partial<JrniObject>) => void,
  unknown: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries(data)) {
    const words = name.toLowerCase();
    const part = inside ?? PARTS.find(([pattern]) => pattern.test(words))?.[1];
    const where = path === "" ? name : `${path}.${name}`;
    const held = typeof value === "string" ? json(value) : value;
    const named = part !== undefined && typeof value === "string" ? settingOf(words, value.trim()) : undefined;
    if (isObject(held) && isTemplate(held)) add(part ?? partOf(held), { fields: held });
    else if (isObject(held) && Object.keys(held).length > 0) gather(held, part, where, add, unknown);
    else if (part !== undefined && named !== undefined) add(part, named);
    else unknown[where] = value;
  }
}

/** What is said of an object beside its fields. */
function settingOf(words: string, value: string): Partial<JrniObject> | undefined {
  if (words.includes("unique")) return { unique: value };
  if (words.includes("relation")) return { relationship: value };
  return words.includes("object") ? { object: value } : undefined;
}
