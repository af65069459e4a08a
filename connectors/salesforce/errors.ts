/** What Salesforce says went wrong as one of our kinds of error; what its codes mean is in codes.ts. */
import type { FieldValues } from "../connector.ts";
import {
  ConflictError,
  type CrmError,
  type CrmErrorDetail,
  DuplicateError,
  DuplicateRuleError,
  MaintenanceError,
  MisconfiguredError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnauthorisedError,
  UnavailableError,
  UnknownError,
} from "../errors.ts";
import { redactCrmWords } from "../redact.ts";
import { meaningOf, type Outcome } from "./codes.ts";
import { retryAfterDate, type SalesforceFault } from "./faults.ts";
import { refusedValues } from "./refused-values.ts";

/** What the failed request or row was about. */
export interface FaultContext {
  readonly object?: string | undefined;
  /** How the record was addressed, for a row or a write of one record. */
  readonly target?: "id" | "external_id" | undefined;
  /** What was sent, so that it can be told apart from Salesforce's own words. */
  readonly values?: FieldValues | undefined;
  readonly status?: number | undefined;
  /** The `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** Salesforce's id of the request, where the answer has one. */
  readonly requestId?: string | undefined;
  /** What else was said of the same record. */
  readonly more?: readonly SalesforceFault[] | undefined;
}

/** Codes that mean "no such record" when the record was addressed by its id and no other field is named. */
const GONE_BY_ID = new Set(["ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"]);
/** A trigger or flow may wrap a lock in a code of its own. */
const WRAPS_LOCK = /UNABLE_TO_LOCK_ROW|unable to obtain exclusive access/i;

/** What only a person can mend, and how. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  CANNOT_UPDATE_CONVERTED_LEAD:
    ". Next: this Lead was converted, and the person is a Contact now; map people to Contact, say `converted: follow` in the mapping so that bookings go to the Contact, or clear our external id on the Lead",
  DUPLICATES_DETECTED:
    " Next: a duplicate rule refuses this record; an admin merges the duplicates, lets the integration user see them, so that " +
    "one can be picked here, or exempts that user from the rule",
};

/** Salesforce counts a rolling day, so calls come free bit by bit, and it does not say when. */
const DAILY_WAIT_MS = 15 * 60_000;
const BURST_WAIT_MS = 5_000;
/** Nothing says when a maintenance ends; a few writes find out. */
const MAINTENANCE_WAIT_MS = 5 * 60_000;

export function toCrmError(fault: SalesforceFault, context: FaultContext = {}): CrmError {
  const words = fault.message || "Salesforce gave no reason.";
  const message = redactCrmWords(words, context.values) + (NEXT_STEPS[fault.code] ?? "");
  const detail = {
    code: fault.code,
    fields: fieldsOf(fault),
    requestId: context.requestId,
    ...(context.object !== undefined && { object: context.object }),
    ...(context.status !== undefined && { status: context.status }),
  };
  const retryAt = retryAfterDate(context.retryAfter);
  switch (outcomeOf(fault, context)) {
    case "conflict":
      return new ConflictError(message, detail);
    case "unavailable":
      return new UnavailableError(message, { ...detail, ...(retryAt !== undefined && { retryAt }) });
    case "maintenance":
      return new MaintenanceError(message, { ...detail, retryAt: retryAt ?? inMs(MAINTENANCE_WAIT_MS) });
    case "unauthorised":
      return new UnauthorisedError(message, detail);
    case "storage":
      return new RateLimitedError(message, { ...detail, scope: "daily", retryAt: inMs(DAILY_WAIT_MS) });
    case "limit":
      return limitError(fault, message, { ...detail, retryAt });
    case "duplicate":
      return new DuplicateError(message, { ...detail, ...duplicateDetail(fault) });
    case "gone":
      return new NotFoundError(message, detail);
    case "misconfigured":
      return new MisconfiguredError(message, detail);
    case "rejected":
      if (fault.code === "DUPLICATES_DETECTED") {
        return new DuplicateRuleError(message, { ...detail, matchIds: matchIdsOf(fault, context) });
      }
      return rejected(message, detail, [fault, ...(context.more ?? [])], context.values);
    case "unknown":
      return new UnknownError(message, detail);
  }
}

/** A record is refused once for all that is wrong with it, and whoever mends it needs to know all of that. */
function rejected(
  message: string,
  detail: CrmErrorDetail,
  faults: readonly SalesforceFault[],
  values: FieldValues | undefined,
): RejectedError {
  const more = faults.slice(1).map((one) => ` ${one.code}: ${redactCrmWords(one.message, values)}`);
  const fields = [...new Set(faults.flatMap(fieldsOf))];
  return new RejectedError([message, ...more].join(""), { ...detail, fields, refused: refusedValues(faults, values) });
}

/** Malformed, several choices, or too long: a call with fewer records may pass. */
const SPLITTABLE = new Set([300, 400, 413, 414, 431]);

/** Whether a refused call may be some of its records' fault alone; outages, limits and locks never are. */
export function isAboutSomeRecord(error: CrmError): boolean {
  const kinds = [RejectedError, MisconfiguredError, DuplicateError, UnknownError];
  return kinds.some((kind) => error instanceof kind) && error.status !== undefined && SPLITTABLE.has(error.status);
}

/** "Apex exception": a trigger or flow that ends so takes every record of its call with it. */
const APEX_CODES = new Set([
  "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
  "CANNOT_EXECUTE_FLOW_TRIGGER",
  "APEX_ERROR",
  "LIMIT_EXCEEDED",
]);
const MOST_WORDS = 2_000;
const APEX_ENDED = [
  /System\.[a-z]*Exception/i,
  /Too many [\w ]{1,60}: ?\d/i,
  /more than \d{1,6} chunks/i,
  /CPU time limit|CPU limit/i,
];

/** Whether a refused record may pass among fewer: what failed was all that its call set off, or the call's own size. */
export function failedTogether(error: CrmError): boolean {
  if (error.code === "EXCEEDED_ID_LIMIT" || error.status === 413) return true;
  // In a row: the transaction was stopped, and nothing of it stands.
  if (error.code === "REQUEST_RUNNING_TOO_LONG") return error.status === undefined;
  if (!(error instanceof RejectedError) || !APEX_CODES.has(error.code ?? "")) return false;
  const words = error.message.slice(0, MOST_WORDS);
  return APEX_ENDED.some((one) => one.test(words));
}

function outcomeOf({ code, fields, message }: SalesforceFault, { target, status }: FaultContext): Outcome {
  if (WRAPS_LOCK.test(message)) return "conflict";
  const aboutItself = fields.every((field) => field.toLowerCase() === "id");
  if (target === "id" && GONE_BY_ID.has(code) && aboutItself) return "gone";
  return meaningOf(code, status);
}

/** The fields it names, or the column it does not know, which stands in the sentence alone. */
function fieldsOf({ fields, message }: SalesforceFault): readonly string[] {
  const column = /No such column '([^']+)'/.exec(message)?.[1];
  return fields.length > 0 || column === undefined ? fields : [column];
}

function limitError(
  fault: SalesforceFault,
  message: string,
  { retryAt, ...detail }: { code: string; fields: readonly string[]; retryAt: Date | undefined },
): RateLimitedError {
  const daily = /TotalRequests/i.test(fault.message);
  return new RateLimitedError(message, {
    ...detail,
    scope: daily ? "daily" : "burst",
    retryAt: retryAt ?? inMs(daily ? DAILY_WAIT_MS : BURST_WAIT_MS),
  });
}

/** "duplicate value found: BB_Id__c duplicates value on record with id: 003…"; either may be `<unknown>`. */
function duplicateDetail({ message, fields }: SalesforceFault): { existingId?: string; fields: readonly string[] } {
  const field = /duplicate value found: (\w+) duplicates/.exec(message)?.[1];
  const id = /record with id: ?([a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?)\b/.exec(message)?.[1];
  return {
    fields: fields.length > 0 || field === undefined ? fields : [field],
    ...(id !== undefined && { existingId: id }),
  };
}

/** A rule may compare across objects: with a Lead in the way of a Contact, nobody can be picked. */
function matchIdsOf({ matches = [] }: SalesforceFault, { object }: FaultContext): string[] {
  const isSame = (other: string | undefined): boolean => other?.toLowerCase() === object?.toLowerCase();
  return matches.filter((match) => match.object === undefined || isSame(match.object)).map(({ id }) => id);
}

function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}
