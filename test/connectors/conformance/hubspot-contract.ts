/**
 * The requests HubSpot takes, as its published contract describes them ("CRM objects", "Associations", "Properties" in
 * the API reference): method, path, and a body that has these keys and no others.
 */
import { z } from "zod";
import type { SandboxRequest } from "../../../sandbox/crm.ts";

const id = z.string().min(1);
/** A property's value is a string, whatever the property's type. */
const properties = z.record(z.string().min(1), z.string());
const association = z.strictObject({
  to: z.strictObject({ id }),
  types: z
    .array(
      z.strictObject({
        associationCategory: z.enum(["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"]),
        associationTypeId: z.int().positive(),
      }),
    )
    .min(1),
});
const objectWriteTraceId = z.string().min(1);

/** Up to 100 inputs, each with a trace id of its own. */
function writes<Input extends z.ZodType<{ objectWriteTraceId: string }>>(input: Input) {
  const inputs = z.array(input).min(1).max(100);
  const distinct = inputs.refine((all) => new Set(all.map((one) => one.objectWriteTraceId)).size === all.length);
  return z.strictObject({ inputs: distinct });
}

const pair = { from: z.strictObject({ id }), to: z.strictObject({ id }) };

const BODIES = {
  "POST objects /batch/read": z.strictObject({
    idProperty: z.string().min(1).optional(),
    properties: z.array(z.string()),
    propertiesWithHistory: z.array(z.string()),
    inputs: z.array(z.strictObject({ id })).min(1).max(100),
  }),
  "POST objects /batch/create": writes(
    z.strictObject({ objectWriteTraceId, properties, associations: z.array(association) }),
  ),
  "POST objects /batch/update": writes(z.strictObject({ objectWriteTraceId, id, properties })),
  // No associations here, and never by e-mail: "Partial upserts are not supported when using email as idProperty".
  "POST objects /batch/upsert": writes(
    z.strictObject({
      objectWriteTraceId,
      id,
      idProperty: z.string().refine((property) => property !== "email"),
      properties,
    }),
  ),
  "POST objects /search": z.strictObject({
    filterGroups: z
      .array(
        z.strictObject({
          filters: z
            .array(
              z.strictObject({
                propertyName: z.string().min(1),
                operator: z.literal("IN"),
                // Of text, a search takes values in lower case only.
                values: z
                  .array(z.string().refine((value) => value === value.toLowerCase()))
                  .min(1)
                  .max(100),
              }),
            )
            .min(1)
            .max(6),
        }),
      )
      .min(1)
      .max(5),
    properties: z.array(z.string()),
    limit: z.int().min(1).max(200),
    after: z.string(),
    sorts: z.array(z.string()),
  }),
  "POST associations /batch/associate/default": z.strictObject({
    inputs: z.array(z.strictObject(pair)).min(1).max(2_000),
  }),
  "POST associations /batch/create": z.strictObject({
    inputs: z
      .array(z.strictObject({ ...pair, types: association.shape.types }))
      .min(1)
      .max(2_000),
  }),
  "POST associations /batch/labels/archive": z.strictObject({
    inputs: z
      .array(z.strictObject({ ...pair, types: association.shape.types }))
      .min(1)
      .max(2_000),
  }),
  "POST associations /batch/read": z.strictObject({
    inputs: z
      .array(z.strictObject({ id, after: z.string().optional() }))
      .min(1)
      .max(1_000),
  }),
} as const satisfies Record<string, z.ZodType>;

const NO_BODY = new Set(["GET objects ", "GET objects /{id}", "GET properties ", "DELETE objects /{id}"]);

const PATHS: readonly (readonly [kind: string, path: RegExp])[] = [
  ["objects", /^\/crm\/objects\/2026-09\/[^/]+(\/.*)?$/],
  ["objects", /^\/crm\/v3\/objects\/[^/]+(\/.*)?$/],
  ["properties", /^\/crm\/properties\/2026-09\/[^/]+()$/],
  ["properties", /^\/crm\/v3\/properties\/[^/]+()$/],
  ["associations", /^\/crm\/associations\/2026-09\/[^/]+\/[^/]+(\/.*)$/],
  ["associations", /^\/crm\/v4\/associations\/[^/]+\/[^/]+(\/.*)$/],
];

/** @returns what is wrong with a request, if anything */
export function contractProblem(request: SandboxRequest): string | undefined {
  const { method, path, body, headers } = request;
  const call = callOf(request);
  if (!/^Bearer \S+$/.test(String(headers.authorization))) return `${call}: no bearer token`;
  if (NO_BODY.has(call)) return body === "" ? undefined : `${call}: has a body`;
  const schema = Object.entries(BODIES).find(([name]) => name === call)?.[1];
  if (schema === undefined) return `${method} ${path}: no such call`;
  if (!/^application\/json/.test(String(headers["content-type"]))) return `${call}: is not sent as JSON`;
  const parsed = schema.safeParse(JSON.parse(body));
  return parsed.success ? undefined : `${call}: ${z.prettifyError(parsed.error)}`;
}

/** Every call that the contract knows. */
export const CALLS: readonly string[] = [...Object.keys(BODIES), ...NO_BODY];

/** The call that a request is, as the contract names it. */
export function callOf({ method, path }: SandboxRequest): string {
  const found = PATHS.find(([, pattern]) => pattern.test(path));
  const rest = found?.[1].exec(path)?.[1] ?? "";
  return `${method} ${found?.[0]} ${rest.replace(/^\/\d+$/, "/{id}")}`;
}
