/** Reading a batch call's answer, in any of the shapes HubSpot and its versions give it. */
import { z } from "zod";
import { UnavailableError } from "../errors.ts";
import { type Envelope, envelope } from "./envelope.ts";
import type { HubspotAnswer } from "./http.ts";

const text = z.union([z.string(), z.number()]).transform(String);

const item = z.looseObject({
  id: text.refine((id) => id !== ""),
  properties: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  new: z.boolean().nullish().catch(undefined),
  archived: z.boolean().nullish().catch(undefined),
  objectWriteTraceId: text.nullish().catch(undefined),
});

export interface ResultItem {
  readonly id: string;
  /** Undefined when the answer did not say any. */
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  readonly isNew: boolean;
  readonly archived: boolean;
  readonly traceId: string | undefined;
}

/** One error among a batch's results. */
export interface ItemError {
  readonly envelope: Envelope;
  /** An item's error has a category and no status of its own. */
  readonly status: number;
  /** HubSpot's id of the request that the item was in. */
  readonly requestId: string | undefined;
  /** The inputs it names, as it names them; mostly one of the two is empty. */
  readonly traceIds: readonly string[];
  readonly ids: readonly string[];
}

export interface BatchAnswer {
  /** What cannot be read as a result is undefined: it is somebody's, and nobody knows whose. */
  readonly results: readonly (ResultItem | undefined)[];
  readonly errors: readonly ItemError[];
}

const answer = z.looseObject({
  results: z.array(z.unknown()).nullish(),
  errors: z.array(z.unknown()).nullish(),
  numErrors: z.number().nullish().catch(undefined),
});

/** @throws UnavailableError when it is no batch answer, or counts errors without telling them */
export function parseBatchAnswer(
  { body, requestId }: Pick<HubspotAnswer, "body" | "requestId">,
  object: string,
): BatchAnswer {
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw new UnavailableError("HubSpot's answer to a batch cannot be read.", { object, requestId });
  const { results, errors, numErrors } = parsed.data;
  const told = toErrors(errors ?? [], numErrors ?? 0).map((error) => ({ ...error, requestId }));
  return { results: (results ?? []).map(toItem), errors: told };
}

function toItem(raw: unknown): ResultItem | undefined {
  const parsed = item.safeParse(raw);
  if (!parsed.success) return undefined;
  const { id, properties, new: isNew, archived, objectWriteTraceId } = parsed.data;
  return {
    id,
    properties: properties ?? undefined,
    isNew: isNew === true,
    archived: archived === true,
    traceId: objectWriteTraceId ?? undefined,
  };
}

/** Errors that are counted and not told still happened: each stands for an outage of its input. */
function toErrors(errors: readonly unknown[], counted: number): Omit<ItemError, "requestId">[] {
  const told = errors.map(toItemError);
  if (told.length > 0 || counted === 0) return told;
  const untold = { message: "HubSpot counted errors in the batch without telling them." };
  return [{ envelope: untold, status: 500, traceIds: [], ids: [] }];
}

function toItemError(raw: unknown): Omit<ItemError, "requestId"> {
  const fault = envelope.safeParse(raw).data ?? {};
  const context = { ...fault.errors?.[0]?.context, ...fault.context };
  return {
    envelope: fault,
    status: statusOf(fault),
    traceIds: namesIn(context.objectWriteTraceId, fault.objectWriteTraceId),
    ids: namesIn(context.ids, context.id, context.objectId, fault.id),
  };
}

function namesIn(...values: readonly unknown[]): string[] {
  return values
    .flat()
    .flatMap((value) => (typeof value === "string" || typeof value === "number" ? [String(value)] : []));
}

function statusOf(fault: Envelope): number {
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
