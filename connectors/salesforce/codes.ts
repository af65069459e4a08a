/**
 * What Salesforce's codes mean for a record: the one table of them. Codes: "Status Codes and Error Responses" of the REST API
 * guide, "Core Data Types: StatusCode" of the SOAP API guide. What is not in it is unknown to us, and is tried again for a while.
 */

export type Outcome =
  /** Somebody else is writing, or has the record locked; it was not written. */
  | "conflict"
  /** Trouble of Salesforce's own, which passes. */
  | "unavailable"
  /** Nothing can be written for now, and what can be read is no sign of the end. */
  | "maintenance"
  | "unauthorised"
  | "limit"
  | "storage"
  | "duplicate"
  | "misconfigured"
  | "gone"
  | "rejected"
  | "unknown";

const CODES = {
  conflict: [
    "UNABLE_TO_LOCK_ROW",
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "PROCESSING_HALTED",
    "RECORD_IN_USE_BY_WORKFLOW",
    "TERRITORY_REALIGN_IN_PROGRESS",
    "ALREADY_IN_PROCESS",
    "ENTITY_IS_LOCKED",
  ],
  unavailable: [
    "SERVER_UNAVAILABLE",
    "QUERY_TIMEOUT",
    "UNKNOWN_EXCEPTION",
    "INTERNAL_ERROR",
    "REQUEST_RUNNING_TOO_LONG",
  ],
  maintenance: ["INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE"],
  limit: ["REQUEST_LIMIT_EXCEEDED", "TOO_MANY_APEX_REQUESTS"],
  storage: ["STORAGE_LIMIT_EXCEEDED"],
  // Whose account is shut says so of every call: no record and no mapping can mend it.
  unauthorised: [
    "INVALID_SESSION_ID",
    "INVALID_LOGIN",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
    "LOGIN_DURING_RESTRICTED_DOMAIN",
    "LOGIN_DURING_RESTRICTED_TIME",
    "ORG_LOCKED",
    "PASSWORD_LOCKOUT",
    "TRIAL_EXPIRED",
    "TXN_SECURITY_NO_ACCESS",
  ],
  duplicate: ["DUPLICATE_VALUE"],
  misconfigured: [
    "INVALID_FIELD",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_TYPE",
    "INVALID_TYPE_FOR_OPERATION",
    "MALFORMED_QUERY",
    "INSUFFICIENT_ACCESS",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "FUNCTIONALITY_NOT_ENABLED",
    "UNSUPPORTED_API_VERSION",
    "NOT_FOUND",
  ],
  rejected: [
    "APEX_ERROR",
    "BAD_CUSTOM_ENTITY_PARENT_DOMAIN",
    "CANNOT_EXECUTE_FLOW_TRIGGER",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "CANNOT_UPDATE_CONVERTED_LEAD",
    "CIRCULAR_DEPENDENCY",
    "DELETE_FAILED",
    "DEPENDENCY_EXISTS",
    "DUPLICATES_DETECTED",
    "DUPLICATE_EXTERNAL_ID",
    "DUPLICATE_DEVELOPER_NAME",
    "ENTITY_IS_DELETED",
    "EXCEEDED_ID_LIMIT",
    "EXCEEDED_MAX_SIZE_REQUEST",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "FIELD_FILTER_VALIDATION_EXCEPTION",
    "FIELD_INTEGRITY_EXCEPTION",
    "INACTIVE_OWNER_OR_USER",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD",
    "INVALID_CURRENCY_ISO",
    "INVALID_EMAIL_ADDRESS",
    "INVALID_ID_FIELD",
    "INVALID_INPUT",
    "INVALID_MARKUP",
    "INVALID_OPERATION",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_QUERY_FILTER_OPERATOR",
    "INVALID_STATUS",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
    "JSON_PARSER_ERROR",
    "LIMIT_EXCEEDED",
    "MALFORMED_ID",
    "METHOD_NOT_ALLOWED",
    "MISSING_ARGUMENT",
    "MULTIPLE_CHOICES",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "OP_WITH_INVALID_USER_TYPE_EXCEPTION",
    "REQUIRED_FIELD_MISSING",
    "SELF_REFERENCE_FROM_TRIGGER",
    "STRING_TOO_LONG",
    "TEXT_DATA_OUTSIDE_SUPPORTED_CHARSET",
    "TRANSFER_REQUIRES_READ",
  ],
} satisfies Partial<Record<Outcome, readonly string[]>>;

const BY_CODE: ReadonlyMap<string, Outcome> = new Map(
  Object.entries(CODES).flatMap(([outcome, codes]) => codes.map((code) => [code, outcome as Outcome] as const)),
);

/** For codes that are not in the table, and for answers without one. */
const BY_STATUS: Readonly<Record<number, Outcome>> = {
  401: "unauthorised",
  403: "misconfigured",
  404: "misconfigured",
  405: "misconfigured",
  408: "unavailable",
  410: "misconfigured",
  420: "unavailable",
  425: "unavailable",
  429: "limit",
};

/** @param code `HTTP_` and the status where the answer had none */
export function meaningOf(code: string, status: number | undefined): Outcome {
  const known = BY_CODE.get(code) ?? (status === undefined ? undefined : BY_STATUS[status]);
  if (known !== undefined) return known;
  if (status !== undefined && status >= 500) return "unavailable";
  return code.startsWith("HTTP_") ? "rejected" : "unknown";
}
