/**
 * The requests HubSpot takes, as its published contract describes them: a body that has these keys and no others, and of a
 * query only what the call knows.
 */
import { z } from "zod";
import type { SandboxRequest } from "../../sandbox/crm.ts";
import { callOf } from "./calls.ts";

const id = z.string().min(1);
const name = z.string().min(1);
/** A property's value is a string, whatever the property's type. */
const properties = z.record(name, z.string());
const objectWriteTraceId = z.string().min(1);
const types = z
  .array(
    z.strictObject({
      associationCategory: z.enum(["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"]),
      associationTypeId: z.int().positive(),
    }),
  )
  .min(1);

function inputs<Input extends z.ZodType>(input: Input, most: number) {
  return z.strictObject({ inputs: z.array(input).min(1).max(most) });
}

/** Up to 100 inputs, each with a trace id of its own. */
function writes<Input extends z.ZodType<{ objectWriteTraceId: string }>>(input: Input) {
  return inputs(input, 100).refine(
    ({ inputs: all }) => new Set(all.map((one) => one.objectWriteTraceId)).size === all.length,
    "trace ids are not distinct",
  );
}

const ends = { from: z.strictObject({ id }), to: z.strictObject({ id }) };

const among = z.strictObject({
  propertyName: name,
  operator: z.literal("IN"),
  // Of text, a search takes values in lower case only.
  values: z
    .array(z.string().refine((value) => value === value.toLowerCase()))
    .min(1)
    .max(100),
});

const filter = z.discriminatedUnion("operator", [
  among,
  z.strictObject({ propertyName: name, operator: z.literal("GTE"), value: z.string().min(1) }),
  z.strictObject({ propertyName: name, operator: z.literal("HAS_PROPERTY") }),
]);

/** Which field types a type can have ("Properties: type and fieldType"). */
const FIELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  bool: ["booleancheckbox", "calculation_equation"],
  enumeration: ["booleancheckbox", "checkbox", "radio", "select", "calculation_equation"],
  date: ["date"],
  datetime: ["date"],
  string: ["file", "text", "textarea", "calculation_equation", "html", "phonenumber"],
  number: ["number", "calculation_equation"],
};

const option = z.strictObject({
  label: name,
  value: name,
  hidden: z.boolean(),
  displayOrder: z.int(),
  description: z.string().optional(),
});

const property = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/),
    label: name,
    type: z.enum(["string", "number", "date", "datetime", "enumeration", "bool"]),
    fieldType: name,
    groupName: name,
    description: z.string().optional(),
    displayOrder: z.int().optional(),
    hidden: z.boolean().optional(),
    formField: z.boolean().optional(),
    hasUniqueValue: z.boolean().optional(),
    externalOptions: z.boolean().optional(),
    calculationFormula: z.string().optional(),
    referencedObjectType: z.string().optional(),
    options: z.array(option).optional(),
  })
  .refine(({ type, fieldType }) => FIELD_TYPES[type]?.includes(fieldType), "the type has no such fieldType");

/** A search's body is at most this long ("Search: Limits"). */
const MAX_SEARCH = 3_000;

const BODIES: Readonly<Record<string, z.ZodType>> = {
  "POST objects /batch/read": z
    .strictObject({
      idProperty: name.optional(),
      properties: z.array(z.string()),
      propertiesWithHistory: z.array(z.string()),
      inputs: z.array(z.strictObject({ id })).min(1).max(100),
    })
    .refine(
      ({ propertiesWithHistory, inputs: { length } }) => propertiesWithHistory.length === 0 || length <= 50,
      "more than 50 inputs with history",
    ),
  "POST objects /batch/create": writes(
    z.strictObject({
      objectWriteTraceId,
      properties,
      associations: z.array(z.strictObject({ to: z.strictObject({ id }), types })),
    }),
  ),
  "POST objects /batch/update": writes(z.strictObject({ objectWriteTraceId, id, properties })),
  // No associations here, and never by e-mail: "Partial upserts are not supported when using email as idProperty".
  "POST objects /batch/upsert": writes(
    z.strictObject({
      objectWriteTraceId,
      id,
      idProperty: z.string().refine((key) => key !== "email"),
      properties,
    }),
  ),
  "POST objects /search": z
    .strictObject({
      filterGroups: z
        .array(z.strictObject({ filters: z.array(filter).min(1).max(6) }))
        .min(1)
        .max(5),
      properties: z.array(z.string()),
      limit: z.int().min(1).max(200),
      after: z.string(),
      sorts: z.array(z.string()),
    })
    .refine((body) => JSON.stringify(body).length <= MAX_SEARCH, `more than ${MAX_SEARCH} characters`),
  "POST objects /merge": z.strictObject({ primaryObjectId: id, objectIdToMerge: id }),
  "POST associations /batch/associate/default": inputs(z.strictObject(ends), 2_000),
  "POST associations /batch/create": inputs(z.strictObject({ ...ends, types }), 2_000),
  "POST associations /batch/labels/archive": inputs(z.strictObject({ ...ends, types }), 2_000),
  "POST associations /batch/archive": inputs(
    z.strictObject({ from: ends.from, to: z.array(z.strictObject({ id })).min(1) }),
    2_000,
  ),
  "POST associations /batch/read": inputs(z.strictObject({ id, after: z.string().optional() }), 1_000),
  "POST properties": property,
  "POST properties /groups": z.strictObject({ name, label: name, displayOrder: z.int().optional() }),
};

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  "GET objects": ["limit", "after", "properties", "propertiesWithHistory", "associations", "archived"],
  "GET objects /{id}": ["properties", "propertiesWithHistory", "associations", "archived", "idProperty"],
  "GET properties": ["archived", "dataSensitivity", "locale", "properties"],
  "GET properties /groups": ["locale"],
  "GET associations /labels": [],
  "GET owners": ["email", "after", "limit", "archived"],
  "GET owners /{id}": ["idProperty", "archived"],
  "DELETE objects /{id}": [],
};

/** Every call that the contract knows and the connector may make. */
export const CALLS: readonly string[] = [...Object.keys(BODIES), ...Object.keys(QUERIES)];

/** @returns what is wrong with a request, if anything */
export function requestProblem(request: SandboxRequest): string | undefined {
  const { body, headers, query } = request;
  const call = callOf(request);
  if (!CALLS.includes(call)) return `${call}: no such call`;
  if (!/^Bearer \S+$/.test(String(headers.authorization))) return `${call}: no bearer token`;
  const stranger = [...query.keys()].find((key) => !QUERIES[call]?.includes(key));
  if (stranger !== undefined) return `${call}: no such parameter: ${stranger}`;
  const schema = BODIES[call];
  if (schema === undefined) return body === "" ? undefined : `${call}: has a body`;
  if (!/^application\/json\b/.test(String(headers["content-type"]))) return `${call}: is not sent as JSON`;
  const parsed = schema.safeParse(JSON.parse(body));
  return parsed.success ? undefined : `${call}: ${z.prettifyError(parsed.error)}`;
}
