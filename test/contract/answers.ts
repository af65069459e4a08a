/**
 * HubSpot's answers, as its published contract describes them: what it requires is there, and nothing that it does not
 * know. The sandbox's are held to them, so that a connector which works with the sandbox has met HubSpot's shapes.
 */
import { z } from "zod";
import type { SandboxAnswer, SandboxRequest } from "../../sandbox/crm.ts";
import { callOf } from "./calls.ts";

const time = z.iso.datetime();
const texts = z.record(z.string(), z.array(z.string()));
const links = z.record(z.string(), z.string());

const detail = z.strictObject({
  message: z.string(),
  code: z.string().optional(),
  in: z.string().optional(),
  subCategory: z.string().optional(),
  context: texts.optional(),
});

/** One error among a batch's results. */
const itemError = z.strictObject({
  status: z.literal("error"),
  category: z.string(),
  message: z.string(),
  context: texts,
  links,
  errors: z.array(detail),
  id: z.string().optional(),
  subCategory: z.unknown().optional(),
});

function batch<Result extends z.ZodType>(result: Result) {
  return z.strictObject({
    status: z.enum(["CANCELED", "COMPLETE", "PENDING", "PROCESSING"]),
    startedAt: time,
    completedAt: time,
    requestedAt: time.optional(),
    links: links.optional(),
    results: z.array(result),
    numErrors: z.int().positive().optional(),
    errors: z.array(itemError).optional(),
  });
}

const ids = z.string().regex(/^\d+$/);
/** "ValueWithTimestamp". */
const past = z.strictObject({
  value: z.string(),
  timestamp: time,
  sourceType: z.string(),
  sourceId: z.string().optional(),
  sourceLabel: z.string().optional(),
  updatedByUserId: z.int().optional(),
});
const record = z.strictObject({
  id: ids,
  propertiesWithHistory: z.record(z.string(), z.array(past)).optional(),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: time,
  updatedAt: time,
  archived: z.boolean().optional(),
  archivedAt: time.optional(),
  objectWriteTraceId: z.string().optional(),
});
const upserted = record.extend({ new: z.boolean() });

const next = z.strictObject({ after: z.string(), link: z.string().optional() });
const paging = z.strictObject({ next: next.optional() }).optional();
const category = z.enum(["HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"]);

/** The contract says text, and HubSpot answers numbers. */
const eitherId = z.union([ids, z.int()]);
const end = z.strictObject({ id: ids });
const associated = z.strictObject({
  toObjectId: eitherId,
  associationTypes: z
    .array(z.strictObject({ category, typeId: z.int(), label: z.string().nullable().optional() }))
    .min(1),
});
const labelled = z.strictObject({
  fromObjectTypeId: z.string(),
  fromObjectId: eitherId,
  toObjectTypeId: z.string(),
  toObjectId: eitherId,
  labels: z.array(z.string()),
});

const property = z.strictObject({
  name: z.string(),
  label: z.string(),
  type: z.enum(["string", "number", "date", "datetime", "enumeration", "bool"]),
  fieldType: z.string(),
  description: z.string(),
  groupName: z.string(),
  options: z.array(
    z.strictObject({
      label: z.string(),
      value: z.string(),
      hidden: z.boolean(),
      displayOrder: z.int().optional(),
      description: z.string().optional(),
    }),
  ),
  hasUniqueValue: z.boolean().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
  displayOrder: z.int().optional(),
  archived: z.boolean().optional(),
  calculated: z.boolean().optional(),
  externalOptions: z.boolean().optional(),
  hubspotDefined: z.boolean().optional(),
  createdAt: time.optional(),
  updatedAt: time.optional(),
  modificationMetadata: z
    .strictObject({
      archivable: z.boolean(),
      readOnlyDefinition: z.boolean(),
      readOnlyValue: z.boolean(),
      readOnlyOptions: z.boolean().optional(),
    })
    .optional(),
});
const group = z.strictObject({
  name: z.string(),
  label: z.string(),
  displayOrder: z.int(),
  archived: z.boolean(),
});

const owner = z.strictObject({
  id: ids,
  type: z.enum(["PERSON", "QUEUE"]),
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  userId: z.int().optional(),
  createdAt: time,
  updatedAt: time,
  archived: z.boolean(),
});

const NOTHING = z.undefined();

/** By call, what each status comes with. */
const ANSWERS: Readonly<Record<string, Readonly<Record<number, z.ZodType>>>> = {
  "POST objects /batch/read": { 200: batch(record), 207: batch(record) },
  "POST objects /batch/create": { 201: batch(record), 207: batch(record) },
  "POST objects /batch/update": { 200: batch(record), 207: batch(record) },
  "POST objects /batch/upsert": { 200: batch(upserted), 207: batch(upserted) },
  "POST objects /search": { 200: z.strictObject({ total: z.int(), results: z.array(record), paging }) },
  "POST objects /merge": { 200: record },
  "GET objects": { 200: z.strictObject({ results: z.array(record), paging }) },
  "POST objects": { 201: record },
  "GET objects /{id}": { 200: record },
  "PATCH objects /{id}": { 200: record },
  "DELETE objects /{id}": { 204: NOTHING },
  "POST associations /batch/associate/default": {
    200: batch(
      z.strictObject({
        from: end,
        to: end,
        associationSpec: z.strictObject({ associationCategory: category, associationTypeId: z.int() }),
      }),
    ),
  },
  "POST associations /batch/create": { 201: batch(labelled), 207: batch(labelled) },
  "POST associations /batch/labels/archive": { 204: NOTHING },
  "POST associations /batch/archive": { 204: NOTHING },
  "POST associations /batch/read": {
    200: batch(z.strictObject({ from: end, to: z.array(associated), paging })),
    207: batch(z.strictObject({ from: end, to: z.array(associated), paging })),
  },
  "GET associations /labels": {
    200: z.strictObject({
      results: z.array(z.strictObject({ category, typeId: z.int(), label: z.string().nullable().optional() })),
      paging,
    }),
  },
  "GET owners": { 200: z.strictObject({ results: z.array(owner), paging }) },
  "GET owners /{id}": { 200: owner },
  "GET properties": { 200: z.strictObject({ results: z.array(property) }) },
  "POST properties": { 201: property },
  "GET properties /groups": { 200: z.strictObject({ results: z.array(group) }) },
  "POST properties /groups": { 201: group },
};

const correlationId = z.uuid();
const sentence = { status: z.literal("error"), message: z.string(), correlationId };

/** "Error handling". */
const refusal = z.strictObject({
  ...sentence,
  category: z.string(),
  subCategory: z.string().optional(),
  errors: z.array(detail).optional(),
  context: texts.optional(),
  links: links.optional(),
});
/** Of the gateway, which knows no categories. */
const ofGateway = z.strictObject(sentence);
const limited = z.strictObject({
  ...sentence,
  errorType: z.literal("RATE_LIMIT"),
  policyName: z.enum(["DAILY", "SECONDLY", "TEN_SECONDLY_ROLLING"]),
  requestId: z.uuid(),
});

function schemaOf(call: string, status: number): z.ZodType | undefined {
  if (status < 400) return ANSWERS[call]?.[status];
  if (status === 429) return limited;
  return status === 404 || status === 405 || status === 415 ? z.union([refusal, ofGateway]) : refusal;
}

/** A list of a hundred records that lack the same says it once or twice. */
const MOST_WORDS = 400;

/** @returns what is wrong with an answer, if anything */
export function answerProblem(request: SandboxRequest, { status, body }: SandboxAnswer): string | undefined {
  const call = callOf(request);
  const schema = schemaOf(call, status);
  if (schema === undefined) return `${call}: no such answer as ${status}`;
  // What is sent is the text: what JSON drops or changes counts as it arrives.
  const parsed = schema.safeParse(body === undefined ? undefined : JSON.parse(JSON.stringify(body)));
  return parsed.success
    ? undefined
    : `${call}, answer ${status}: ${z.prettifyError(parsed.error).slice(0, MOST_WORDS)}`;
}
