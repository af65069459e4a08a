/** What can go wrong between us and BookingBug's API. The message says what to do next and quotes nothing that came or was sent. */

interface Detail {
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

export abstract class BookingBugError extends Error {
  abstract readonly kind:
    | "unauthorised"
    | "forbidden"
    | "not_found"
    | "rate_limited"
    | "unavailable"
    | "unreadable"
    | "refused";
  /** Whether asking again later can heal it. */
  abstract readonly retry: boolean;
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: Detail = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.status = status;
  }
}

/** The sign-in is refused, or what it gave is, although it is new. */
export class BookingBugUnauthorisedError extends BookingBugError {
  readonly kind = "unauthorised";
  /** Before which nobody tries to sign in: somebody may have seen to it by then. */
  readonly retryAt: Date | undefined;

  constructor(message: string, detail: Detail & { readonly retryAt?: Date | undefined } = {}) {
    super(message, detail);
    this.retryAt = detail.retryAt;
  }

  get retry(): boolean {
    return this.retryAt !== undefined;
  }
}

/** We are signed in and may not see this. */
export class BookingBugForbiddenError extends BookingBugError {
  readonly kind = "forbidden";
  readonly retry = false;
}

/** It is not there, or not there any more. That is no cancellation. */
export class BookingBugNotFoundError extends BookingBugError {
  readonly kind = "not_found";
  readonly retry = false;
}

/** BookingBug asks us to slow down, for longer than a request can wait. */
export class BookingBugRateLimitedError extends BookingBugError {
  readonly kind = "rate_limited";
  readonly retry = true;
  readonly retryAt: Date;

  constructor(message: string, detail: Detail & { readonly retryAt: Date }) {
    super(message, detail);
    this.retryAt = detail.retryAt;
  }
}

/** Time-out, 5xx, network. */
export class BookingBugUnavailableError extends BookingBugError {
  readonly kind = "unavailable";
  readonly retry = true;
  /** Before which asking again is of no use, where BookingBug says so. */
  readonly retryAt: Date | undefined;

  constructor(message: string, detail: Detail & { readonly retryAt?: Date | undefined } = {}) {
    super(message, detail);
    this.retryAt = detail.retryAt;
  }
}

/** An answer that says nothing we understand. */
export class BookingBugUnreadableError extends BookingBugError {
  readonly kind = "unreadable";
  readonly retry = true;
}

/** The request is wrong for this BookingBug: another address, version or company. */
export class BookingBugRefusedError extends BookingBugError {
  readonly kind = "refused";
  readonly retry = false;
}
