/** The fields that a mapping needs and the CRM lacks, as they are to be created. Pure. */
import type { WantedField, WantedType } from "../../connectors/connector.ts";
import { type CrmMetadata, mayBeLoose } from "./check.ts";
import type { CreateAs } from "./field-schema.ts";
import type { FieldRule, Mapping, Section } from "./mapping.ts";
import type { ValueKind } from "./value-facts.ts";

/** @returns each missing field once, in the order of the file, the external id of a section first */
export function wantedFields(mappings: readonly Mapping[], { objects }: CrmMetadata): WantedField[] {
  const wanted = new Map<string, WantedField>();
  for (const section of mappings.flatMap(({ sections }) => sections)) {
    const description = objects.get(section.object);
    if (description === undefined || "refusal" in description) continue;
    const missing = needs(section).filter(({ name }) => !description.fields.has(name));
    for (const field of missing) {
      const key = `${field.object}.${field.name}`;
      if (!wanted.has(key)) wanted.set(key, field);
    }
  }
  return [...wanted.values()];
}

/** Objects that sections name and the CRM has not; nothing creates those. */
export function missingObjects(mappings: readonly Mapping[], { objects }: CrmMetadata): string[] {
  const named = mappings.flatMap(({ sections }) => sections.map(({ object }) => object));
  return [...new Set(named)].filter((object) => "refusal" in (objects.get(object) ?? { refusal: "" }));
}

/** External ids that exist and that the CRM does not keep unique, as `Contact.BB_Id__c`. */
export function looseKeys(mappings: readonly Mapping[], { objects }: CrmMetadata): string[] {
  const sections = mappings.flatMap((mapping) => mapping.sections);
  const loose = sections.filter((section) => {
    const description = objects.get(section.object);
    if (description === undefined || "refusal" in description || mayBeLoose(section, description)) return false;
    return description.fields.get(section.identity.field)?.unique === false;
  });
  return [...new Set(loose.map(({ object, identity }) => `${object}.${identity.field}`))];
}

const TEXT_LENGTH = 255;
const KEY_LENGTH = 64;
const DECIMALS = 2;

function needs(section: Section): WantedField[] {
  const { object, identity } = section;
  const key: WantedField = {
    object,
    name: identity.field,
    label: labelOf(identity.field),
    type: "text",
    length: KEY_LENGTH,
    decimals: 0,
    options: [],
    unique: true,
  };
  const rules = [...section.fields, ...Object.values(section.on).flat()];
  return [key, ...rules.map((rule) => toWanted(object, rule))];
}

function toWanted(object: string, rule: FieldRule): WantedField {
  const { field, createAs } = rule;
  const type = createAs.type ?? (createAs.options === undefined ? typeOf(rule) : "picklist");
  return {
    object,
    name: field,
    label: createAs.label ?? labelOf(field),
    type,
    length: lengthOf(rule, createAs),
    decimals: createAs.decimals ?? DECIMALS,
    options: createAs.options ?? valuesOf(rule),
    unique: false,
  };
}

const TYPES: Readonly<Partial<Record<ValueKind, WantedType>>> = {
  number: "number",
  boolean: "checkbox",
  date: "date",
  datetime: "datetime",
};

/** Text holds anything, so it is what a value becomes that nothing else is known of. */
function typeOf({ value }: FieldRule): WantedType {
  if ("constant" in value) {
    if (typeof value.constant === "number") return "number";
    return typeof value.constant === "boolean" ? "checkbox" : "text";
  }
  const { kind } = value.facts;
  return (kind && TYPES[kind]) ?? "text";
}

function lengthOf({ value }: FieldRule, createAs: CreateAs): number {
  const cut = "facts" in value ? value.facts.maxLength : undefined;
  return createAs.length ?? cut ?? TEXT_LENGTH;
}

function valuesOf({ value }: FieldRule): string[] {
  return "facts" in value ? [...new Set((value.facts.values ?? []).map(String))] : [];
}

/** `BB_Previous_Start__c` is labelled "BB Previous Start", `bookingbug_price` "Bookingbug price". */
function labelOf(name: string): string {
  const words = name.replace(/__c$/, "").replace(/_+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
