/** What can keep a purchase from being up to date. */
import { MaintenanceError, RateLimitedError, UnavailableError, UnknownError } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { LockTimeoutError } from "../redis/locks.ts";
import type { HoldEntry } from "../synclog/entries.ts";
import { holdWords } from "../synclog/hold-reasons.ts";

/** Something a person has to decide; nothing is lost and nothing is retried until then. */
export class HeldError extends Error {
  readonly kind = "held";
  readonly retry = false;
  override readonly name = "HeldError";
  readonly detail: HoldEntry;

  constructor(detail: HoldEntry) {
    super(holdWords(detail).sentence);
    this.detail = detail;
  }
}

/** The CRM no longer has the record, and the mapping says to report that instead of creating it again. */
export class DeletedInCrmError extends Error {
  readonly kind = "deleted_in_crm";
  readonly retry = false;
  override readonly name = "DeletedInCrmError";
}

/** What a mapping looks for and wants to be there is not in the CRM. */
export class NotFoundInCrmError extends Error {
  readonly kind = "not_in_crm";
  readonly retry = false;
  override readonly name = "NotFoundInCrmError";

  constructor(section: string, object: string) {
    super(`The mapping's \`${section}\` finds no ${object} in the CRM.`);
  }
}

/** A booking's former record, of which no mapping says how it is cancelled. */
export class LeftBehindError extends Error {
  readonly kind = "left_behind";
  readonly retry = false;
  override readonly name = "LeftBehindError";
  readonly record: { readonly object: string; readonly id: string };

  constructor(section: string, record: { readonly object: string; readonly id: string }) {
    super(
      `The booking has another record now, and no mapping file has a section \`${section}\` for ${record.object} any more that would say how the former one is cancelled.`,
    );
    this.record = record;
  }
}

/** BullMQ's own verdict: worker after worker died over the job. */
export class StalledError extends Error {
  readonly kind = "stalled";
  readonly retry = false;
  override readonly name = "StalledError";
}

/** A pass over the purchase stopped a worker, and then the process in which it was tried alone. */
export class BroughtDownError extends Error {
  readonly kind = "brought_down";
  readonly retry = false;
  override readonly name = "BroughtDownError";

  constructor() {
    super("The purchase brought a worker down twice, and is set apart: what comes for it is kept and waits.");
  }
}

/** One record that could not be brought up to date. */
export interface RecordFailure {
  readonly plan: RecordPlan | undefined;
  readonly bookingId: string | undefined;
  readonly error: Error;
  /** The error's words without personal data. */
  readonly words: string;
  /** What was refused had been looked up a while ago, and the next try looks it up anew. */
  readonly isOutdated?: boolean;
}

/** Whether trying again can bring the record up to date. */
export function isTriedAgain({ error, isOutdated = false }: Pick<RecordFailure, "error" | "isOutdated">): boolean {
  return isOutdated || canHeal(error);
}

/** Whether trying again can heal it. An error nobody foresaw is taken as one that might. */
export function canHeal(error: unknown): boolean {
  if (error instanceof Error && "retry" in error) return error.retry === true;
  return true;
}

/** A job's tries that count. */
export interface Tries {
  readonly made: number;
  readonly most: number;
}

/** What nobody knows is tried less often, and at a greater distance, than what is known to heal. */
const UNKNOWN = { tries: 5, slower: 10 };

/** @returns how many tries were made, where none is left for this error; undefined while there are, or none counted */
export function triesUsedUp(tries: Tries | undefined, error: unknown): number | undefined {
  if (tries === undefined) return undefined;
  const most = error instanceof UnknownError ? Math.min(tries.most, UNKNOWN.tries) : tries.most;
  return tries.made >= most ? tries.made : undefined;
}

/** How many times as long as others an error waits before it is tried again. */
export function slowness(error: unknown): number {
  return error instanceof UnknownError ? UNKNOWN.slower : 1;
}

/** When the CRM (or a lock) asks us to come back, in milliseconds since the epoch; undefined when it did not say. */
export function retryAt(error: unknown): number | undefined {
  if (error instanceof RateLimitedError) return error.retryAt.getTime();
  if (error instanceof UnavailableError || error instanceof MaintenanceError) return error.retryAt?.getTime();
  if (error instanceof LockTimeoutError) return Date.now() + 500;
  return undefined;
}

export function kindOf(error: unknown): string {
  return error instanceof Error && "kind" in error && typeof error.kind === "string" ? error.kind : "unexpected";
}
