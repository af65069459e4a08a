/** HubSpot's answers as our kinds of error, in one table. */
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
import { requestIdOf } from "../request-id.ts";
import { allWords, type Envelope, envelope, existingIdOf, explanation, fieldsOf } from "./envelope.ts";

export interface FaultContext {
  readonly status: number;
  readonly object?: string | undefined;
  readonly target?: "id" | "external_id" | "lookup" | undefined;
  readonly values?: FieldValues | undefined;
  readonly header?: (name: string) => string | undefined;
  /** HubSpot's id of the request, where the answer's headers have one. */
  readonly requestId?: string | undefined;
}

const MISCONFIGURED_CODES =
  /PROPERTY_DOESNT_EXIST|PROPERTY_NOT_FOUND|READ_ONLY_VALUE|INVALID_OBJECT_TYPE|OBJECT_TYPE|infer object type/i;
/** An owner or a stage that does not exist is a value's fault, and one record's: only of what the mapping names it is the mapping's. */
const NO_PROPERTY = /property [^ ]* ?does not exist/i;
const NO_PROPERTIES = /properties [^ ]* ?do not exist/i;
const NO_TYPE = /(?:object type|schema) [^ ]* ?does not exist/i;
/** "Unable to perform update/upsert by non-unique 0-1 property": the id property's fault, for every record alike. */
const NOT_UNIQUE = /non-?unique/i;
const EXISTING =
  /Existing ID: ?(\d+)|(?<!\d)(\d+) already has that value|existing (?:object|record|contact)[^0-9]{0,40}(\d{3,})/i;
const DUPLICATE = /already exists|CONFLICTING_UNIQUE_VALUE|unique value|already has that value|duplicate/i;

type Outcome =
  | "limit"
  | "unauthorised"
  | "forbidden"
  | "locked"
  | "unavailable"
  | "duplicate"
  | "missing"
  | "misconfigured"
  | "rejected";

/** Whose sentence lists the options that there are, in the words of whoever named them. */
const NO_OPTION = /INVALID_OPTION/;
const MORE_THAN_AN_OPTION = /CONFLICTING_UNIQUE_VALUE|PROPERTY_DOESNT_EXIST|READ_ONLY_VALUE/;

interface Sign {
  readonly outcome: Outcome;
  /** Any 5xx stands as 500. */
  readonly statuses?: readonly number[];
  readonly categories?: readonly string[];
  readonly words?: RegExp;
  /** With these words beside, it is another's sign. */
  readonly unless?: RegExp;
}

/** The first of which anything fits decides; what none fits is a refusal of the record. */
const SIGNS: readonly Sign[] = [
  { outcome: "limit", statuses: [429], categories: ["RATE_LIMITS"] },
  { outcome: "unauthorised", statuses: [401], categories: ["INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION"] },
  { outcome: "forbidden", statuses: [403] },
  { outcome: "locked", statuses: [423] },
  { outcome: "unavailable", statuses: [408, 425, 477, 500] },
  { outcome: "rejected", words: NO_OPTION, unless: MORE_THAN_AN_OPTION },
  { outcome: "misconfigured", words: NOT_UNIQUE },
  { outcome: "duplicate", statuses: [409], categories: ["CONFLICT", "OBJECT_ALREADY_EXISTS"], words: DUPLICATE },
  { outcome: "missing", statuses: [404], categories: ["OBJECT_NOT_FOUND"] },
  { outcome: "misconfigured", words: MISCONFIGURED_CODES },
  { outcome: "misconfigured", words: NO_PROPERTY },
  { outcome: "misconfigured", words: NO_PROPERTIES },
  { outcome: "misconfigured", words: NO_TYPE },
];

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
    requestId: requestIdOf(fault.correlationId, context.requestId),
  };
  const retryAt = retryAfter(context);
  switch (outcomeOf(fault, words, context.status)) {
    case "limit":
      return new RateLimitedError(message, { ...common, ...rateLimit(fault, words, context) });
    case "unauthorised":
      return new UnauthorisedError(message, common);
    case "forbidden":
      // Without a scope to grant (app removed, token of another account) no record and no mapping can mend it.
      return fault.category === "MISSING_SCOPES" || /scope/i.test(message)
        ? new MisconfiguredError(message, common)
        : new UnauthorisedError(message, common);
    case "locked":
      return new UnavailableError(message, { ...common, retryAt: retryAt ?? inMs(LOCKED_MS) });
    case "unavailable":
      return new UnavailableError(message, { ...common, ...(retryAt && { retryAt }) });
    case "duplicate":
      return new DuplicateError(message, { ...common, ...duplicateDetail(fault, words, common.fields) });
    case "missing":
      return (context.target === "id" || context.target === "lookup") && speaksOfRecord(fault, words)
        ? new NotFoundError(message, common)
        : new MisconfiguredError(message, common);
    case "misconfigured":
      return new MisconfiguredError(message, common);
    case "rejected":
      return new RejectedError(message, { ...common, refused: refusedValues(fault, common.fields) });
  }
}

function outcomeOf(fault: Envelope, words: string, status: number): Outcome {
  // The envelope of a limit has no category.
  if (fault.errorType === "RATE_LIMIT") return "limit";
  const all = allWords(fault, words);
  const sign = SIGNS.find(
    (one) =>
      one.statuses?.includes(Math.min(status, 500)) ||
      one.categories?.includes(fault.category ?? "") ||
      (one.words?.test(all) && !one.unless?.test(all)),
  );
  return sign?.outcome ?? "rejected";
}

/** What is wrong with a property itself, and not with its value, is `misconfigured` already. */
function refusedValues({ category }: Envelope, named: readonly string[]): readonly string[] {
  return category === undefined || category === "VALIDATION_ERROR" ? named : [];
}

/** A contact that "already exists" has the e-mail, the one property by which HubSpot itself tells contacts apart. */
function duplicateDetail(
  fault: Envelope,
  words: string,
  named: readonly string[],
): { existingId?: string; fields: readonly string[] } {
  const all = allWords(fault, words);
  const match = EXISTING.exec(all);
  const existingId = existingIdOf(fault) ?? match?.[1] ?? match?.[2] ?? match?.[3];
  const fields = named.length === 0 && /contact already exists/i.test(all) ? ["email"] : named;
  return { fields, ...(existingId !== undefined && { existingId }) };
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
