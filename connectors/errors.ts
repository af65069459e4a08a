/**
 * What can go wrong between us and a CRM. The kind says what heals it; nobody matches on strings.
 *
 * `message` never holds personal data: a connector passes the CRM's words through `redactCrmWords` first.
 */
export type CrmErrorKind =
  | "rate_limited"
  | "unavailable"
  | "maintenance"
  | "conflict"
  | "unauthorised"
  | "rejected"
  | "unknown"
  | "duplicate"
  | "not_found"
  | "misconfigured";

export interface CrmErrorDetail {
  /** The CRM's own error code, e.g. `UNABLE_TO_LOCK_ROW` or `VALIDATION_ERROR`. */
  readonly code?: string;
  /** HTTP status, where the CRM gave one. */
  readonly status?: number;
  /** The CRM object the request was about, e.g. `Contact`. */
  readonly object?: string;
  /** The CRM fields the CRM named. */
  readonly fields?: readonly string[];
  /** The CRM's id of the request (HubSpot's `correlationId`), for its support; what `requestIdOf` lets through. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

export abstract class CrmError extends Error {
  abstract readonly kind: CrmErrorKind;
  /** Whether trying the same write again can heal it, decided where the error is known. */
  abstract readonly retry: boolean;
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly object: string | undefined;
  readonly fields: readonly string[];
  readonly requestId: string | undefined;

  constructor(message: string, detail: CrmErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.code = detail.code;
    this.status = detail.status;
    this.object = detail.object;
    this.fields = detail.fields ?? [];
    this.requestId = detail.requestId;
  }
}

/** The CRM asks us to slow down. `daily` means the day's allocation is spent: pause, do not poll. */
export class RateLimitedError extends CrmError {
  readonly kind = "rate_limited";
  readonly retry = true;
  readonly scope: "burst" | "daily";
  readonly retryAt: Date;

  constructor(message: string, detail: CrmErrorDetail & { scope: "burst" | "daily"; retryAt: Date }) {
    super(message, detail);
    this.scope = detail.scope;
    this.retryAt = detail.retryAt;
  }
}

/** It passes by itself, sooner or later. */
abstract class PassingError extends CrmError {
  readonly retry = true;
  /** Before which trying again is of no use, as far as the CRM says (`Retry-After`) or that is known. */
  readonly retryAt: Date | undefined;

  constructor(message: string, detail: CrmErrorDetail & { retryAt?: Date } = {}) {
    super(message, detail);
    this.retryAt = detail.retryAt;
  }
}

/** Time-out, 5xx, network. The write may or may not have taken effect. */
export class UnavailableError extends PassingError {
  readonly kind = "unavailable";
}

/** The CRM can be read and not written for now. It was not written. */
export class MaintenanceError extends PassingError {
  readonly kind = "maintenance";
}

/** A lock or a race with somebody else's write; the same write is safe to send again. */
export class ConflictError extends CrmError {
  readonly kind = "conflict";
  readonly retry = true;
}

/** The credentials are refused and a renewal did not help. Pauses the CRM's queue; burns no attempt. */
export class UnauthorisedError extends CrmError {
  readonly kind = "unauthorised";
  readonly retry = true;
}

/** The CRM refuses this record's data. Trying again changes nothing until data or mapping do. */
export class RejectedError extends CrmError {
  readonly kind = "rejected";
  readonly retry = false;
  /** The fields whose values alone it is refused for: without them the CRM may take it. Empty where it does not say so. */
  readonly refused: readonly string[];

  constructor(message: string, detail: CrmErrorDetail & { refused?: readonly string[] } = {}) {
    super(message, detail);
    this.refused = detail.refused ?? [];
  }
}

/** A rule of the CRM against duplicates refuses this record: it takes it for one that is there. */
export class DuplicateRuleError extends RejectedError {
  /** Records of the same object that it is taken for; empty where the CRM names none to us. */
  readonly matchIds: readonly string[];

  constructor(message: string, detail: CrmErrorDetail & { matchIds?: readonly string[] } = {}) {
    super(message, detail);
    this.matchIds = detail.matchIds ?? [];
  }
}

/** The CRM refuses this record with a code that nobody here knows: it may pass, so it is tried again for a while. */
export class UnknownError extends CrmError {
  readonly kind = "unknown";
  readonly retry = true;
}

/** Another record already holds a unique value (our external id, an e-mail). The caller decides who wins. */
export class DuplicateError extends CrmError {
  readonly kind = "duplicate";
  readonly retry = false;
  /** The record the CRM says is in the way, where it names one. */
  readonly existingId: string | undefined;

  constructor(message: string, detail: CrmErrorDetail & { existingId?: string } = {}) {
    super(message, detail);
    this.existingId = detail.existingId;
  }
}

/** A record addressed by its CRM id is gone (deleted or merged away). */
export class NotFoundError extends CrmError {
  readonly kind = "not_found";
  readonly retry = false;
  /** The record that it was merged into, where the CRM says. */
  readonly survivorId: string | undefined;

  constructor(message: string, detail: CrmErrorDetail & { survivorId?: string } = {}) {
    super(message, detail);
    this.survivorId = detail.survivorId;
  }
}

/** Where a record is. */
export interface RecordPlace {
  readonly object: string;
  readonly id: string;
}

/** The CRM keeps the record and lets nobody write or link to it: it was converted, and is another object's record now. */
export class ConvertedError extends RejectedError {
  readonly from: RecordPlace;
  readonly became: RecordPlace;

  constructor(message: string, detail: CrmErrorDetail & { readonly from: RecordPlace; readonly became: RecordPlace }) {
    super(message, detail);
    this.from = detail.from;
    this.became = detail.became;
  }
}

/** The mapping or the set-up is wrong for this CRM: unknown object or field, missing scope or permission. */
export class MisconfiguredError extends CrmError {
  readonly kind = "misconfigured";
  readonly retry = false;
}
