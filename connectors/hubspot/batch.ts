/**
 * One batch call, answered for each input. HubSpot has two ways to say that some inputs are bad: 207 with `results` and
 * `errors`, or a 4xx for the whole batch; the second is narrowed down by halving.
 */
import { z } from "zod";
import type { FieldValue, FieldValues } from "../connector.ts";
import {
  type CrmError,
  DuplicateError,
  MisconfiguredError,
  NotFoundError,
  RejectedError,
  UnavailableError,
} from "../errors.ts";
import type { Permit } from "../lane.ts";
import { envelope, toCrmError } from "./errors.ts";
import type { HubspotHttp } from "./http.ts";

const resultItem = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  properties: z.record(z.string(), z.string().nullish()).optional(),
  new: z.boolean().optional(),
  objectWriteTraceId: z.string().nullish(),
});
export type ResultItem = z.infer<typeof resultItem>;

const batchAnswer = z.looseObject({
  results: z.array(resultItem).optional(),
  errors: z.array(envelope).optional(),
});

/** One record of a batch call. */
export interface BatchInput {
  /** What is sent, without the trace id. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether a result is this input's. */
  readonly owns: (result: ResultItem) => boolean;
  readonly target: "id" | "external_id";
  /** The values that were sent, to be taken out of the CRM's words. */
  readonly values: FieldValues;
}

export interface BatchCall {
  readonly path: string;
  readonly operation: string;
  readonly object: string;
}

export type BatchResult = ResultItem | CrmError | undefined;

/** @returns a result, an error or, where HubSpot said nothing, undefined for each input, in order */
export async function sendBatch(
  http: HubspotHttp,
  call: BatchCall,
  inputs: readonly BatchInput[],
  permit?: Permit,
): Promise<BatchResult[]> {
  try {
    const { results, unclear } = await sendOnce(http, call, inputs, permit);
    return unclear.length === 0 ? results : await clearUp(http, call, inputs, results, unclear);
  } catch (error) {
    if (!isAboutSomeRecord(error)) throw error;
    return inputs.length === 1 ? [error] : await sendHalves(http, call, inputs);
  }
}

async function sendHalves(http: HubspotHttp, call: BatchCall, inputs: readonly BatchInput[]): Promise<BatchResult[]> {
  const middle = Math.ceil(inputs.length / 2);
  const left = await settled(sendBatch(http, call, inputs.slice(0, middle)), middle);
  const right = await settled(sendBatch(http, call, inputs.slice(middle)), inputs.length - middle);
  return [...left, ...right];
}

/** Errors that name no input, with several inputs unanswered: those are sent again until each error has its own. */
async function clearUp(
  http: HubspotHttp,
  call: BatchCall,
  inputs: readonly BatchInput[],
  results: readonly BatchResult[],
  unclear: readonly number[],
): Promise<BatchResult[]> {
  const again = await sendHalves(
    http,
    call,
    unclear.map((index) => inputs[index]).filter((input) => input !== undefined),
  );
  return results.map((result, index) => (unclear.includes(index) ? again[unclear.indexOf(index)] : result));
}

async function settled(results: Promise<BatchResult[]>, count: number): Promise<BatchResult[]> {
  try {
    return await results;
  } catch (error) {
    return Array.from({ length: count }, () => error as CrmError);
  }
}

/** Refused data of one input can fail the whole call; an outage, a limit or refused credentials are everybody's. */
function isAboutSomeRecord(error: unknown): error is CrmError {
  return (
    error instanceof RejectedError ||
    error instanceof DuplicateError ||
    error instanceof NotFoundError ||
    // A property is one record's matter; an object or an id property that cannot be used is everybody's.
    (error instanceof MisconfiguredError && error.status === 400 && error.fields.length > 0)
  );
}

interface Distributed {
  readonly results: BatchResult[];
  /** Inputs that one of several unattributed errors may be about. */
  readonly unclear: readonly number[];
}

async function sendOnce(
  http: HubspotHttp,
  call: BatchCall,
  inputs: readonly BatchInput[],
  permit: Permit | undefined,
): Promise<Distributed> {
  const [first] = inputs;
  if (first === undefined) return { results: [], unclear: [] };
  const { body } = await http.send({
    method: "POST",
    path: call.path,
    body: { inputs: inputs.map(({ input }, index) => ({ ...input, objectWriteTraceId: String(index) })) },
    operation: call.operation,
    object: call.object,
    records: inputs.length,
    ...(permit && { permit }),
    context: { target: first.target, values: inputs.length === 1 ? first.values : mergedValues(inputs) },
  });
  const parsed = batchAnswer.safeParse(body);
  if (!parsed.success)
    throw new UnavailableError("HubSpot's answer to a batch cannot be read.", { object: call.object });
  return distribute(call, inputs, parsed.data);
}

function distribute(call: BatchCall, inputs: readonly BatchInput[], answer: z.infer<typeof batchAnswer>): Distributed {
  const items = answer.results ?? [];
  const errors = answer.errors ?? [];
  const results = inputs.map((input, index): BatchResult => {
    const item = items.find((one) => one.objectWriteTraceId === String(index)) ?? items.find(input.owns);
    if (item !== undefined) return item;
    const fault = errors.find((error) => isFor(error, input, index));
    return fault && faultOf(call, fault, input);
  });
  const open = results.flatMap((result, index) => (result === undefined ? [index] : []));
  const [fault] = errors;
  // Results that echo neither trace id nor key still belong to their inputs when nothing failed.
  if (fault === undefined) {
    const inOrder = items.length === inputs.length && open.length === inputs.length;
    return { results: inOrder ? [...items] : results, unclear: [] };
  }
  const [only] = open;
  const input = only === undefined ? undefined : inputs[only];
  if (open.length !== 1 || input === undefined) return { results, unclear: open };
  return { results: results.map((result) => result ?? faultOf(call, fault, input)), unclear: [] };
}

function faultOf(call: BatchCall, fault: z.infer<typeof envelope>, input: BatchInput): CrmError {
  return toCrmError(fault, {
    status: statusOf(fault),
    object: call.object,
    target: input.target,
    values: input.values,
  });
}

/** An error names its inputs by trace id or by id, somewhere in its context. */
function isFor(error: z.infer<typeof envelope>, { input }: BatchInput, index: number): boolean {
  const context = { ...error.errors?.[0]?.context, ...error.context };
  const traces = [context.objectWriteTraceId, error.objectWriteTraceId].flat().map(String);
  if (traces.includes(String(index))) return true;
  const ids = [context.ids, context.id, context.objectId].flat().map(String);
  return typeof input.id === "string" && ids.includes(input.id);
}

/** An item's error has a category and no status of its own. */
function statusOf(fault: z.infer<typeof envelope>): number {
  switch (fault.category) {
    case "CONFLICT":
    case "OBJECT_ALREADY_EXISTS":
      return 409;
    case "OBJECT_NOT_FOUND":
      return 404;
    case "RATE_LIMITS":
      return 429;
    case "INVALID_AUTHENTICATION":
    case "EXPIRED_AUTHENTICATION":
      return 401;
    case "MISSING_SCOPES":
      return 403;
    case "INTERNAL_ERROR":
      return 500;
    default:
      return 400;
  }
}

function mergedValues(inputs: readonly BatchInput[]): FieldValues {
  const merged: Record<string, FieldValue> = {};
  for (const [index, { values }] of inputs.entries()) {
    for (const [name, value] of Object.entries(values)) merged[index === 0 ? name : `${name} (${index + 1})`] = value;
  }
  return merged;
}

/** HubSpot takes property values as strings only; an empty string clears a property. */
export function toProperties(values: FieldValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? "" : String(value)]));
}
