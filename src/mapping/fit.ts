/** Whether what a mapping writes can go into a CRM's field, as far as that can be told before any booking is there. */
import { z } from "zod";
import type { FieldDescription, FieldKind } from "../../connectors/connector.ts";
import type { Scalar } from "./filters/index.ts";
import { clean, isBlank, toNumber } from "./filters/text.ts";
import type { Constant, Expression } from "./mapping.ts";
import { UNKNOWN, type ValueFacts, type ValueKind } from "./value-facts.ts";

/** @param strictText whether a text field refuses what is not text. @returns what is wrong, in words for an admin */
export function misfits(value: Expression | Constant, field: FieldDescription, strictText: boolean): string[] {
  if ("constant" in value) return constantMisfits(value.constant, field, strictText);
  const { facts } = value;
  if (strictText && field.kind === "number" && facts.kind === "text") {
    const how = value.source.expression.includes("{{") ? "write it without {{ }}" : "add `| to_number`";
    return [`\`${field.name}\` is a number, but this gives a text, which the CRM refuses; ${how}`];
  }
  const wrongKind = kindMisfit(facts.kind, field, strictText);
  if (wrongKind !== undefined) return [wrongKind];
  return [
    ...valueMisfits(facts.values ?? [], field),
    ...optionMisfits(facts.values ?? [], field),
    ...lengthMisfits(facts, field),
  ];
}

function constantMisfits(constant: Constant["constant"], field: FieldDescription, strictText: boolean): string[] {
  if (constant === null) return [];
  const expected = { number: "number", boolean: "boolean" }[field.kind as string];
  if (expected !== undefined && typeof constant !== expected) {
    const words = expected === "number" ? "a number" : "true or false";
    return [`\`${field.name}\` is ${KIND_WORDS[field.kind]}; write ${words}, without quotes`];
  }
  const example = noTime(constant, field.kind);
  if (example !== undefined) return [`\`${field.name}\` is ${KIND_WORDS[field.kind]}; write it as "${example}"`];
  if (strictText && isTextual(field.kind) && typeof constant !== "string") {
    return [`\`${field.name}\` is ${KIND_WORDS[field.kind]}; put quotes around ${constant}`];
  }
  const facts = { ...UNKNOWN, values: [constant] };
  return [...optionMisfits(facts.values, field), ...lengthMisfits(facts, field)];
}

const TIMES = {
  date: { example: "2026-11-24", format: z.iso.date() },
  datetime: { example: "2026-11-24T09:30:00Z", format: z.iso.datetime({ offset: true }) },
};

/** How to write it, where the field holds a time and this is none that every CRM reads alike. */
function noTime(value: Scalar, kind: FieldKind): string | undefined {
  if (kind !== "date" && kind !== "datetime") return undefined;
  const { example, format } = TIMES[kind];
  return format.safeParse(value).success ? undefined : example;
}

/** Of values that differ in kind, as those of a table may, each is looked at; what is blank leaves any field blank. */
function valueMisfits(values: readonly Scalar[], { name, kind }: FieldDescription): string[] {
  const isNoNumber = (value: Scalar): boolean => typeof value === "boolean" || toNumber(value) === undefined;
  const said = values.filter((value) => !isBlank(clean(value)));
  const wrong = said.find((value) => (kind === "number" && isNoNumber(value)) || noTime(value, kind) !== undefined);
  if (wrong === undefined) return [];
  const how = kind === "date" || kind === "datetime" ? TIMES[kind].example : "15";
  return [`\`${name}\` is ${KIND_WORDS[kind]}, but this can give "${wrong}"; write it as ${JSON.stringify(how)}`];
}

/** What each kind of field cannot take. A plain text may hold a number or a time, so it is given the benefit. */
const REFUSED: Readonly<Partial<Record<FieldKind, readonly ValueKind[]>>> = {
  number: ["words", "boolean", "date", "datetime"],
  boolean: ["words", "number", "id", "date", "datetime"],
  date: ["words", "number", "id", "boolean", "datetime"],
  datetime: ["words", "number", "id", "boolean", "date"],
};

function kindMisfit(kind: ValueKind | undefined, field: FieldDescription, strictText: boolean): string | undefined {
  if (kind === undefined) return undefined;
  const isNotText = kind === "number" || kind === "boolean" || kind === "id";
  if (strictText && isTextual(field.kind) && isNotText) {
    return `\`${field.name}\` is ${KIND_WORDS[field.kind]}, but this gives ${VALUE_WORDS[kind]}; add \`| to_text\``;
  }
  if (!REFUSED[field.kind]?.includes(kind)) return undefined;
  return `\`${field.name}\` is ${KIND_WORDS[field.kind]}, but this gives ${VALUE_WORDS[kind]}${remedy(kind, field.kind)}`;
}

function remedy(kind: ValueKind, field: FieldKind): string {
  if (field === "date" && kind === "datetime") return "; add `| date_in: booking.time_zone`";
  if (field === "datetime" && kind === "words") return "; use `booking.start_at` or another instant as it is";
  return "";
}

function isTextual(kind: FieldKind): boolean {
  return kind === "string" || kind === "enum" || kind === "reference";
}

export const KIND_WORDS: Readonly<Record<FieldKind, string>> = {
  string: "a text field",
  number: "a number",
  boolean: "a checkbox",
  date: "a date without a time",
  datetime: "a date with a time",
  enum: "a picklist",
  reference: "a lookup that takes a record's id",
  other: "a field of a special kind",
};

const VALUE_WORDS: Readonly<Record<ValueKind, string>> = {
  words: "a text for people to read",
  text: "a text",
  id: "a number",
  number: "a number",
  boolean: "yes or no",
  date: "a date without a time",
  datetime: "a date with a time",
};

/** A picklist of many values is not listed in full. */
const LISTED = 12;

function optionMisfits(values: readonly Scalar[], { name, options }: FieldDescription): string[] {
  if (options === undefined) return [];
  const unknown = values.map(String).flatMap((value) => value.split(";").filter((part) => !options.includes(part)));
  if (unknown.length === 0) return [];
  const shown = options.slice(0, LISTED).join(", ") + (options.length > LISTED ? ", …" : "");
  const quoted = [...new Set(unknown)].map((value) => `"${value}"`).join(", ");
  return [`\`${name}\` does not accept ${quoted}; it accepts ${shown}`];
}

function lengthMisfits({ values, maxLength }: ValueFacts, field: FieldDescription): string[] {
  const limit = field.maxLength;
  if (limit === undefined) return [];
  if (maxLength !== undefined && maxLength > limit) {
    return [
      `\`${field.name}\` holds ${limit} characters, but this cuts at ${maxLength}; use \`truncate_to: ${limit}\``,
    ];
  }
  const longest = Math.max(0, ...(values ?? []).map((value) => String(value).length));
  return longest > limit ? [`\`${field.name}\` holds ${limit} characters; this text has ${longest}`] : [];
}
