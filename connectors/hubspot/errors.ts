/**
 * HubSpot's answers as our kinds of error, in one table. Envelope: `{status, message, correlationId, category,
 * subCategory?, errors[], context}`, of which every field is optional ("Error handling"); 429 has one of its own.
 */
import { z } from "zod";
import type { FieldValues } from "../connector.ts";
import {
  type CrmError,
  DuplicateError,
  MisconfiguredError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnauthorisedError,
  UnavailableError,
} from "../errors.ts";
import { redactCrmWords } from "../redact.ts";

const detail = z.looseObject({
  message: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  in: z.string().optional().catch(undefined),
  context: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export const envelope = z.looseObject({
  message: z.string().optional().catch(undefined),
  category: z.string().optional().catch(undefined),
  subCategory: z.string().optional().catch(undefined),
  errorType: z.string().optional().catch(undefined),
  policyName: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  errors: z.array(detail).optional().catch(undefined),
  context: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
export type Envelope = z.infer<typeof envelope>;

export interface FaultContext {
  readonly status: number;
  readonly object?: string | undefined;
  readonly target?: "id" | "external_id" | "lookup" | undefined;
  readonly values?: FieldValues | undefined;
  readonly header?: (name: string) => string | undefined;
}

const MISCONFIGURED_CODES =
  /PROPERTY_DOESNT_EXIST|PROPERTY_NOT_FOUND|READ_ONLY_VALUE|INVALID_OBJECT_TYPE|OBJECT_TYPE|infer object type|does not exist/i;
/** "Unable to perform update/upsert by non-unique 0-1 property": the id property's fault, for every record alike. */
const NOT_UNIQUE = /non-?unique/i;
const EXISTING =
  /Existing ID: ?(\d+)|(\d+) already has that value|existing (?:object|record|contact)[^0-9]{0,40}(\d{3,})/i;
const DUPLICATE = /already exists|CONFLICTING_UNIQUE_VALUE|unique value|already has that value|duplicate/i;

const DAY_PROBE_MS = 15 * 60_000;
const LOCKED_MS = 2_000;
const WINDOW_MS = 10_000;
const SECOND_MS = 1_000;

/** @param raw the parsed body, or whatever came instead of one */
export function toCrmError(raw: unknown, context: FaultContext): CrmError {
  const fault = envelope.safeParse(raw).data ?? {};
  const words = fault.message ?? `HTTP status ${context.status}`;
  const code =
    fault.errors?.[0]?.code ?? fault.subCategory ?? fault.category ?? fault.errorType ?? `HTTP_${context.status}`;
  const message = redactCrmWords(explanation(fault, words), context.values);
  const common = {
    code,
    status: context.status,
    fields: fieldsOf(fault, words),
    ...(context.object !== undefined && { object: context.object }),
    ...(fault.correlationId !== undefined && { correlationId: fault.correlationId }),
  };
  const { status } = context;
  if (status === 429 || fault.errorType === "RATE_LIMIT" || fault.category === "RATE_LIMITS") {
    return new RateLimitedError(message, { ...common, ...rateLimit(fault, words, context) });
  }
  if (status === 401 || fault.category === "INVALID_AUTHENTICATION" || fault.category === "EXPIRED_AUTHENTICATION") {
    return new UnauthorisedError(message, common);
  }
  if (status === 403) return forbidden(fault, message, common);
  if (status === 423)
    return new UnavailableError(message, { ...common, retryAt: retryAfter(context) ?? inMs(LOCKED_MS) });
  if (status === 408 || status === 425 || status === 477 || status >= 500) {
    const retryAt = retryAfter(context);
    return new UnavailableError(message, { ...common, ...(retryAt && { retryAt }) });
  }
  return refusal(fault, words, message, common, context);
}

function forbidden(fault: Envelope, message: string, common: { code: string }): CrmError {
  const isScope = fault.category === "MISSING_SCOPES" || /scope/i.test(message);
  // Anything else that is forbidden (app removed, token of another account) no record and no mapping can mend.
  return isScope ? new MisconfiguredError(message, common) : new UnauthorisedError(message, common);
}

function refusal(
  fault: Envelope,
  words: string,
  message: string,
  common: { code: string; status: number; fields: readonly string[] },
  context: FaultContext,
): CrmError {
  const all = [
    words,
    fault.subCategory ?? "",
    ...(fault.errors ?? []).flatMap((one) => [one.code ?? "", one.message ?? ""]),
  ].join("\n");
  if (NOT_UNIQUE.test(all)) return new MisconfiguredError(message, common);
  if (
    context.status === 409 ||
    fault.category === "CONFLICT" ||
    fault.category === "OBJECT_ALREADY_EXISTS" ||
    DUPLICATE.test(all)
  ) {
    const match = EXISTING.exec(all);
    const existingId = match?.[1] ?? match?.[2] ?? match?.[3];
    return new DuplicateError(message, { ...common, ...(existingId !== undefined && { existingId }) });
  }
  if (fault.category === "OBJECT_NOT_FOUND" || context.status === 404) {
    const isRecord = (context.target === "id" || context.target === "lookup") && speaksOfRecord(fault, words);
    return isRecord ? new NotFoundError(message, common) : new MisconfiguredError(message, common);
  }
  if (MISCONFIGURED_CODES.test(all)) return new MisconfiguredError(message, common);
  return new RejectedError(message, common);
}

/** A 404 of a proxy, or of a path that does not exist, must not pass for a record that somebody deleted. */
function speaksOfRecord(fault: Envelope, words: string): boolean {
  return (
    fault.category === "OBJECT_NOT_FOUND" ||
    /NOT_FOUND/.test(fault.subCategory ?? "") ||
    /\b(object|record|contact|company|deal|meeting|appointment)s?\b.{0,60}(not (be )?found|not exist|deleted)|could not (get|find) /i.test(
      words,
    )
  );
}

function rateLimit(fault: Envelope, words: string, context: FaultContext): { scope: "burst" | "daily"; retryAt: Date } {
  const asked = retryAfter(context);
  if (fault.policyName === "DAILY" || /daily/i.test(words)) {
    return { scope: "daily", retryAt: asked ?? inMs(DAY_PROBE_MS) };
  }
  const isSecond =
    fault.policyName === "SECONDLY" || (/secondly/i.test(words) && !/ten_?secondly/i.test(fault.policyName ?? ""));
  const interval = Number(context.header?.("x-hubspot-ratelimit-interval-milliseconds"));
  const wait = isSecond ? SECOND_MS : Number.isFinite(interval) && interval > 0 ? interval : WINDOW_MS;
  return { scope: "burst", retryAt: asked ?? inMs(wait) };
}

/** Seconds or an HTTP date. */
function retryAfter(context: FaultContext): Date | undefined {
  const header = context.header?.("retry-after")?.trim();
  if (!header) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return inMs(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : new Date(date);
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}

/** The envelope's sentence, and those of its details where they say more; scopes that are missing, by name. */
function explanation(fault: Envelope, words: string): string {
  const more = (fault.errors ?? [])
    .map((one) => one.message)
    .filter((one) => one !== undefined && !words.includes(one));
  const scopes = (fault.errors ?? []).flatMap((one) => namesIn(one.context?.requiredGranularScopes));
  return [words, ...more, ...(scopes.length > 0 ? [`Scopes: ${scopes.join(", ")}.`] : [])].join(" ");
}

/** Property names hide in three places: `errors[].context.propertyName`, `errors[].in`, and JSON inside the sentence. */
function fieldsOf(fault: Envelope, words: string): string[] {
  const names = (fault.errors ?? []).flatMap((one) => [
    ...namesIn(one.context?.propertyName),
    ...namesIn(one.context?.property),
    ...(one.in === undefined ? [] : [one.in]),
    ...embeddedNames(one.message ?? ""),
  ]);
  return [...new Set([...names, ...namesIn(fault.context?.propertyName), ...embeddedNames(words)])];
}

function namesIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** `Property values were not valid: [{"isValid":false,"message":"…","error":"INVALID_OPTION","name":"…"}]` */
function embeddedNames(words: string): string[] {
  const quoted = [...words.matchAll(/"name":\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  const property = /[Pp]roperty "?([a-z][a-z0-9_]*)"? (?:does not exist|is read.?only)/.exec(words)?.[1];
  return property === undefined ? quoted : [...quoted, property];
}
