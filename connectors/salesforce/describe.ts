/** An object's fields, as "sObject Describe" of the REST API gives them. */
import { z } from "zod";
import type { FieldDescription, FieldKind, ObjectDescription } from "../connector.ts";
import { UnavailableError } from "../errors.ts";
import { hasAssignmentRules } from "./assignment.ts";
import { manyLinksOf } from "./guests.ts";
import { isLead } from "./living-on.ts";

const picklistValue = z.looseObject({
  value: z.string(),
  label: z.string().nullish(),
  active: z.boolean().optional(),
});

const describeAnswer = z.looseObject({
  name: z.string(),
  createable: z.boolean().optional(),
  updateable: z.boolean().optional(),
  deletable: z.boolean().optional(),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      label: z.string().optional(),
      type: z.string(),
      length: z.number().optional(),
      picklistValues: z.array(picklistValue).optional(),
      restrictedPicklist: z.boolean().optional(),
      createable: z.boolean().optional(),
      updateable: z.boolean().optional(),
      nillable: z.boolean().optional(),
      defaultedOnCreate: z.boolean().optional(),
      unique: z.boolean().optional(),
      externalId: z.boolean().optional(),
      referenceTo: z.array(z.string()).nullish(),
      idLookup: z.boolean().optional(),
    }),
  ),
});
type RawField = z.infer<typeof describeAnswer>["fields"][number];

const KINDS: Readonly<Record<string, FieldKind>> = {
  id: "string",
  string: "string",
  textarea: "string",
  email: "string",
  phone: "string",
  url: "string",
  combobox: "string",
  encryptedstring: "string",
  picklist: "enum",
  multipicklist: "enum",
  int: "number",
  long: "number",
  double: "number",
  currency: "number",
  percent: "number",
  boolean: "boolean",
  date: "date",
  datetime: "datetime",
  reference: "reference",
};

/** @throws UnavailableError when the answer is not a description */
export function toDescription(answer: unknown): ObjectDescription {
  const parsed = describeAnswer.safeParse(answer);
  if (!parsed.success) throw new UnavailableError("Salesforce's description of the object cannot be read.");
  const { name, fields, createable, updateable, deletable } = parsed.data;
  return {
    name,
    fields: new Map(fields.map((field) => [field.name, { ...toField(field), ...codedBy(field, fields) }])),
    ...(createable !== undefined && { createable }),
    ...(deletable !== undefined && { deletable }),
    ...(updateable !== undefined && { updateable }),
    strictText: true,
    linksAreFields: true,
    manyLinks: manyLinksOf(name),
    hasDuplicateRules: true,
    hasAssignmentRules: hasAssignmentRules(name),
    canBeConverted: isLead(name),
  };
}

const globalAnswer = z.looseObject({ sobjects: z.array(z.looseObject({ name: z.string() })) });

/** Names of the org's objects, of "Describe Global". @throws UnavailableError when the answer is not such a list */
export function toObjectNames(answer: unknown): string[] {
  const parsed = globalAnswer.safeParse(answer);
  if (!parsed.success) throw new UnavailableError("Salesforce's list of objects cannot be read.");
  return parsed.data.sobjects.map(({ name }) => name);
}

/** With "State and Country/Territory Picklists" on, an address has `MailingCountryCode` beside `MailingCountry`. */
function codedBy({ name }: RawField, fields: readonly RawField[]): Pick<FieldDescription, "coded"> {
  if (!/(?:Country|State)$/.test(name)) return {};
  const codes = fields.find((field) => field.name === `${name}Code` && KINDS[field.type] === "enum");
  if (codes === undefined) return {};
  return { coded: { by: codes.name, names: activeOf(codes).map(({ value, label }) => label ?? value) } };
}

function activeOf({ picklistValues = [] }: RawField): z.infer<typeof picklistValue>[] {
  return picklistValues.filter(({ active }) => active !== false);
}

function toField(raw: RawField): FieldDescription {
  const kind = KINDS[raw.type] ?? "other";
  const binding = kind === "enum" && raw.restrictedPicklist === true;
  return {
    name: raw.name,
    label: raw.label ?? raw.name,
    kind,
    ...(raw.length !== undefined && raw.length > 0 && kind === "string" && { maxLength: raw.length }),
    ...(binding && { options: activeOf(raw).map((option) => option.value) }),
    ...(kind === "reference" && { refersTo: raw.referenceTo ?? [] }),
    createable: raw.createable ?? false,
    updateable: raw.updateable ?? false,
    required:
      raw.createable === true && raw.nillable === false && raw.defaultedOnCreate !== true && raw.type !== "boolean",
    unique: raw.type === "id" || (raw.unique === true && (raw.externalId === true || raw.idLookup === true)),
  };
}
