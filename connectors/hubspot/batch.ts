/**
 * One batch call, answered for each input. HubSpot has two ways to say that some inputs are bad: 207 with `results` and
 * `errors`, or a 4xx for the whole batch ("Error handling: Multi-status errors"); the second is narrowed down by halving.
 * Results come in no promised order: each is matched to its input by what it says, never by its place.
 */
import { type BisectOptions, inHalves } from "../bisect.ts";
import type { CallSizes, FieldValue, FieldValues } from "../connector.ts";
import { type CrmError, DuplicateError, MisconfiguredError, NotFoundError, RejectedError } from "../errors.ts";
import { inFittingCalls } from "../fitting-calls.ts";
import type { Permit } from "../lane.ts";
import { type Claim, matchResults } from "./batch-answer.ts";
import { type BatchAnswer, type ItemError, parseBatchAnswer, type ResultItem } from "./batch-shape.ts";
import { toCrmError } from "./errors.ts";
import type { Forbidden } from "./forbidden.ts";
import type { HubspotHttp } from "./http.ts";
import type { WriteInput } from "./wire.ts";

/** One record of a batch call. */
export interface BatchInput {
  /** What is sent, without the trace id. */
  readonly input: WriteInput;
  readonly claim: Claim;
  /** The values that were sent, to be taken out of the CRM's words. */
  readonly values: FieldValues;
}

export interface BatchCall {
  readonly path: string;
  readonly operation: "create" | "update" | "upsert";
  readonly object: string;
}

export type BatchResult = ResultItem | CrmError | undefined;

/** @returns a result, an error or, where HubSpot said nothing to rely on, undefined for each input, in order */
export async function sendBatch(
  deps: { readonly http: HubspotHttp; readonly sizes: CallSizes; readonly forbidden: Forbidden },
  call: BatchCall,
  inputs: readonly BatchInput[],
  permit?: Permit,
): Promise<BatchResult[]> {
  const { object } = call;
  const options = { ...optionsFor(deps.http, call), object, sizes: deps.sizes, failedTogether };
  const send: BisectOptions<BatchInput, ResultItem>["send"] = (some, held) => inFittingCalls(options, some, held);
  const answers = await deps.forbidden.apart(send, inputs, permit);
  return answers.map((answer) => (answer instanceof Silence ? undefined : (answer as ResultItem | CrmError)));
}

function optionsFor(http: HubspotHttp, call: BatchCall): BisectOptions<BatchInput, ResultItem> {
  return {
    send: (some, held) => sendSome(http, call, some, held),
    isAboutSome: isAboutSomeRecord,
    guilty: withRefusedProperty,
  };
}

/** A batch that is too long, or too large by its bytes: nothing of it was read. */
function failedTogether({ status, message }: CrmError): boolean {
  return status === 413 || (status === 400 && /maximum number of inputs/i.test(message));
}

/** Stands for "nothing was said" on the way through the halving. */
class Silence extends Error {}
type Answer = ResultItem | Error;

/** Refused data of one input can fail the whole call; an outage, a limit or refused credentials are everybody's. */
export function isAboutSomeRecord(error: CrmError): boolean {
  return (
    error instanceof RejectedError ||
    error instanceof DuplicateError ||
    error instanceof NotFoundError ||
    // A property is one record's matter; an object or an id property that cannot be used is everybody's.
    (error instanceof MisconfiguredError && error.status === 400 && error.fields.length > 0)
  );
}

/** A property that does not exist, or cannot be written, is wrong in every input that has it. */
function withRefusedProperty(inputs: readonly BatchInput[], error: CrmError): BatchInput[] {
  if (!(error instanceof MisconfiguredError)) return [];
  return inputs.filter(({ values }) => error.fields.some((field) => field in values));
}

async function sendSome(
  http: HubspotHttp,
  call: BatchCall,
  inputs: readonly BatchInput[],
  permit: Permit | undefined,
): Promise<Answer[]> {
  const [first] = inputs;
  if (first === undefined) return [];
  const said = await http.send({
    method: "POST",
    path: call.path,
    body: { inputs: inputs.map(({ input }, index) => ({ ...input, objectWriteTraceId: String(index) })) },
    operation: call.operation,
    object: call.object,
    records: inputs.length,
    permit,
    context: { target: targetOf(first), values: inputs.length === 1 ? first.values : mergedValues(inputs) },
  });
  const answer = parseBatchAnswer(said, call.object);
  const { answers, unclear } = distribute(call, inputs, answer);
  return unclear.length === 0 ? answers : await askAgain(http, call, inputs, answers, unclear);
}

/** Inputs of which an answer speaks without naming them are sent again in smaller calls, down to one that can only be theirs. */
async function askAgain(
  http: HubspotHttp,
  call: BatchCall,
  inputs: readonly BatchInput[],
  answers: readonly Answer[],
  unclear: readonly number[],
): Promise<Answer[]> {
  const some = unclear.flatMap((index) => inputs[index] ?? []);
  const again = await inHalves(optionsFor(http, call), some);
  const byIndex = new Map(unclear.map((index, position) => [index, again[position]]));
  return answers.map((answer, index) => byIndex.get(index) ?? answer);
}

interface Distributed {
  readonly answers: Answer[];
  /** Inputs that are to be sent again. */
  readonly unclear: readonly number[];
}

function distribute(call: BatchCall, inputs: readonly BatchInput[], answer: BatchAnswer): Distributed {
  const { byInput, strangers } = matchResults(
    inputs.map(({ claim }) => claim),
    answer.results,
  );
  const answers = inputs.map((_input, index): Answer => byInput.get(index) ?? new Silence());
  const loose: ItemError[] = [];
  const isOpen = (index: number): boolean => answers[index] instanceof Silence;
  const openIds = new Set(inputs.flatMap(({ claim }, index) => (isOpen(index) ? [claim.value] : [])));
  for (const error of answer.errors) {
    const named = namedBy(error, inputs, openIds);
    for (const index of named) answers[index] = faultOf(call, error, inputs[index]);
    if (named.length === 0) loose.push(error);
  }
  const open = inputs.flatMap((_input, index) => (isOpen(index) ? [index] : []));
  return settleOpen(call, inputs, { answers, open, loose, strangers });
}

/** An error names its inputs by trace id or by id. Ids are believed only if each is one of an input still unanswered. */
function namedBy(error: ItemError, inputs: readonly BatchInput[], openIds: ReadonlySet<string>): number[] {
  if (error.traceIds.length > 0) return error.traceIds.map(Number).filter((index) => inputs[index] !== undefined);
  if (error.ids.length === 0 || !error.ids.every((id) => openIds.has(id))) return [];
  return inputs.flatMap(({ claim }, index) => (error.ids.includes(claim.value) ? [index] : []));
}

/** What becomes of the inputs that neither a result nor an error names. */
function settleOpen(
  call: BatchCall,
  inputs: readonly BatchInput[],
  found: {
    readonly answers: Answer[];
    readonly open: readonly number[];
    readonly loose: readonly ItemError[];
    readonly strangers: number;
  },
): Distributed {
  const { answers, open, loose, strangers } = found;
  const [error] = loose;
  const certain = error !== undefined && loose.length === 1 && open.length === 1 && strangers === 0;
  const passing = loose.map((one) => faultOf(call, one, undefined)).find((one) => one.retry);
  if (inputs.length === 1 || certain || passing !== undefined) {
    const fault = (index: number) => passing ?? (error && faultOf(call, error, inputs[index]));
    return {
      answers: answers.map((one, index) => (one instanceof Silence ? (fault(index) ?? one) : one)),
      unclear: [],
    };
  }
  if (error === undefined && strangers === 0) return { answers, unclear: [] };
  // A create that may have taken effect must not be sent again: it would make a second record.
  const repeatable = call.operation !== "create" || (strangers === 0 && loose.length === open.length);
  return { answers, unclear: repeatable ? open : [] };
}

function faultOf(call: BatchCall, fault: ItemError, input: BatchInput | undefined): CrmError {
  return toCrmError(fault.envelope, {
    status: fault.status,
    requestId: fault.requestId,
    object: call.object,
    target: input && targetOf(input),
    values: input?.values,
  });
}

function targetOf({ claim }: BatchInput): "id" | "external_id" {
  return claim.property === undefined ? "id" : "external_id";
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
