/**
 * Salesforce's codes as our kinds of error, in one table. Rows of a collections answer carry `statusCode`, bodies of a
 * failed request `errorCode`; some failures have neither, and only an HTTP status or an HTML page.
 * Codes: "Status Codes and Error Responses" of the REST API guide, "Core Data Types: StatusCode" of the SOAP API guide.
 */
import type { FieldValues } from "../connector.ts";
import {
  ConflictError,
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

/** One error as Salesforce words it. */
export interface SalesforceFault {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** What the failed request or row was about. */
export interface FaultContext {
  readonly object?: string | undefined;
  /** How the record was addressed, for a row or a write of one record. */
  readonly target?: "id" | "external_id" | undefined;
  readonly values?: FieldValues | undefined;
  readonly status?: number | undefined;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | undefined;
}

type Outcome =
  | "conflict"
  | "unavailable"
  | "unauthorised"
  | "limit"
  | "storage"
  | "duplicate"
  | "misconfigured"
  | "gone"
  | "rejected";

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  UNABLE_TO_LOCK_ROW: "conflict",
  ALL_OR_NONE_OPERATION_ROLLED_BACK: "conflict",
  PROCESSING_HALTED: "conflict",
  SERVER_UNAVAILABLE: "unavailable",
  QUERY_TIMEOUT: "unavailable",
  UNKNOWN_EXCEPTION: "unavailable",
  REQUEST_LIMIT_EXCEEDED: "limit",
  STORAGE_LIMIT_EXCEEDED: "storage",
  INVALID_SESSION_ID: "unauthorised",
  INVALID_LOGIN: "unauthorised",
  API_DISABLED_FOR_ORG: "unauthorised",
  API_CURRENTLY_DISABLED: "unauthorised",
  DUPLICATE_VALUE: "duplicate",
  ENTITY_IS_DELETED: "gone",
  INVALID_FIELD: "misconfigured",
  INVALID_FIELD_FOR_INSERT_UPDATE: "misconfigured",
  INVALID_TYPE: "misconfigured",
  INVALID_TYPE_FOR_OPERATION: "misconfigured",
  MALFORMED_QUERY: "misconfigured",
  INSUFFICIENT_ACCESS: "misconfigured",
  INSUFFICIENT_ACCESS_OR_READONLY: "misconfigured",
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: "misconfigured",
  FUNCTIONALITY_NOT_ENABLED: "misconfigured",
  UNSUPPORTED_API_VERSION: "misconfigured",
};

/** Codes that mean "no such record" when the record was addressed by its id and no other field is named. */
const GONE_BY_ID = new Set(["NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"]);
/** A trigger or flow may wrap a lock in a code of its own. */
const WRAPS_LOCK = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access/i;
const UNAVAILABLE_STATUSES = new Set([408, 420, 425, 500, 502, 503, 504]);

const DAILY_PROBE_MS = 15 * 60_000;
const BURST_WAIT_MS = 5_000;

export function toCrmError(fault: SalesforceFault, context: FaultContext = {}): CrmError {
  const message = redactCrmWords(fault.message || "Salesforce gave no reason.", context.values);
  const detail = {
    code: fault.code,
    fields: fault.fields,
    ...(context.object !== undefined && { object: context.object }),
    ...(context.status !== undefined && { status: context.status }),
  };
  switch (outcomeOf(fault, context)) {
    case "conflict":
      return new ConflictError(message, detail);
    case "unavailable":
      return new UnavailableError(message, { ...detail, ...retryDetail(context.retryAfter) });
    case "unauthorised":
      return new UnauthorisedError(message, detail);
    case "storage":
      return new RateLimitedError(message, { ...detail, scope: "daily", retryAt: inMs(DAILY_PROBE_MS) });
    case "limit":
      return limitError(fault, message, detail, context.retryAfter);
    case "duplicate":
      return new DuplicateError(message, { ...detail, ...existingIdOf(fault.message) });
    case "gone":
      return new NotFoundError(message, detail);
    case "misconfigured":
      return new MisconfiguredError(message, detail);
    case "rejected":
      return new RejectedError(message, detail);
  }
}

function outcomeOf(fault: SalesforceFault, context: FaultContext): Outcome {
  const { code, fields, message } = fault;
  if (WRAPS_LOCK.test(message)) return "conflict";
  const aboutItself = fields.every((field) => field.toLowerCase() === "id");
  if (context.target === "id" && GONE_BY_ID.has(code) && aboutItself) return "gone";
  const known = OUTCOMES[code];
  if (known === "gone" && context.target !== "id") return "rejected";
  if (known !== undefined) return known;
  if (code === "NOT_FOUND") return "misconfigured";
  if (context.status === 401) return "unauthorised";
  if (context.status === 429) return "limit";
  if (context.status !== undefined && UNAVAILABLE_STATUSES.has(context.status)) return "unavailable";
  return context.status !== undefined && context.status >= 500 ? "unavailable" : "rejected";
}

function limitError(
  fault: SalesforceFault,
  message: string,
  detail: { code: string; fields: readonly string[] },
  retryAfter: string | undefined,
): RateLimitedError {
  const daily = /TotalRequests/i.test(fault.message);
  const retryAt = retryAfterDate(retryAfter) ?? inMs(daily ? DAILY_PROBE_MS : BURST_WAIT_MS);
  return new RateLimitedError(message, { ...detail, scope: daily ? "daily" : "burst", retryAt });
}

/** "duplicate value found: BB_Id__c duplicates value on record with id: 003…" */
function existingIdOf(message: string): { existingId?: string } {
  const id = /record with id: ?([a-zA-Z0-9]{15,18})/.exec(message)?.[1];
  return id === undefined ? {} : { existingId: id };
}

function retryDetail(retryAfter: string | undefined): { retryAt?: Date } {
  const retryAt = retryAfterDate(retryAfter);
  return retryAt === undefined ? {} : { retryAt };
}

/** Seconds or an HTTP date, as RFC 9110 has it. */
export function retryAfterDate(header: string | undefined): Date | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return inMs(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : new Date(date);
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}

/** Reads the errors out of a failed answer's body, in any of the shapes it comes in. */
export function faultsOf(body: unknown, status: number): SalesforceFault[] {
  const list = Array.isArray(body) ? body : [body];
  const faults = list.map(faultOf).filter((fault) => fault !== undefined);
  return faults.length > 0 ? faults : [{ code: `HTTP_${status}`, message: `HTTP status ${status}`, fields: [] }];
}

function faultOf(value: unknown): SalesforceFault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const {
    errorCode,
    statusCode,
    message,
    fields,
    error,
    error_description: description,
  } = value as Record<string, unknown>;
  const code = [errorCode, statusCode, error].find((one) => typeof one === "string");
  if (typeof code !== "string") return undefined;
  return {
    code,
    message: [message, description].find((one): one is string => typeof one === "string") ?? "",
    fields: Array.isArray(fields) ? fields.map(String) : [],
  };
}
