/** What can keep a purchase from being up to date, and the sentence an operator reads about it. */
import { CrmError, RateLimitedError, UnavailableError } from "../../connectors/errors.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import { LockTimeoutError } from "../redis/locks.ts";
import type { HoldEntry } from "../synclog/entries.ts";
import { nextStep as nextStepFor } from "../synclog/failure-kinds.ts";
import { holdWords } from "../synclog/hold-reasons.ts";
import type { PassReport } from "./pass.ts";

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

/** One record that could not be brought up to date. */
export interface RecordFailure {
  readonly plan: RecordPlan | undefined;
  readonly bookingId: string | undefined;
  readonly error: Error;
  /** The error's words without personal data. */
  readonly words: string;
}

/** Whether trying again can heal it. An error nobody foresaw is taken as one that might. */
export function canHeal(error: unknown): boolean {
  if (error instanceof Error && "retry" in error) return error.retry === true;
  return true;
}

/** When the CRM (or a lock) asks us to come back, in milliseconds since the epoch; undefined when it did not say. */
export function retryAt(error: unknown): number | undefined {
  if (error instanceof RateLimitedError) return error.retryAt.getTime();
  if (error instanceof UnavailableError) return error.retryAt?.getTime();
  if (error instanceof LockTimeoutError) return Date.now() + 500;
  return undefined;
}

export function kindOf(error: unknown): string {
  return error instanceof Error && "kind" in error && typeof error.kind === "string" ? error.kind : "unexpected";
}

/** The sentence for one failure: which booking, which record, the CRM's words, which line of the mapping, what next. */
export function describeFailure(crm: string, failure: RecordFailure): string {
  const { plan, error, bookingId, words } = failure;
  const about = [bookingId && `booking ${bookingId}`, plan && `${crm} ${plan.object} (${plan.section})`].filter(
    Boolean,
  );
  const code = error instanceof CrmError && error.code !== undefined ? `${error.code}: ` : "";
  return `${about.join(", ")}: ${code}${words}${fieldNotes(plan, error)} ${nextStep(error)}`.trim();
}

function fieldNotes(plan: RecordPlan | undefined, error: Error): string {
  if (!(error instanceof CrmError) || plan === undefined) return "";
  const named = new Set(error.fields.map((field) => field.toLowerCase()));
  const notes = plan.fields.filter((field) => named.has(field.field.toLowerCase())).map(fieldNote);
  return notes.length > 0 ? ` [${notes.join("; ")}]` : "";
}

function fieldNote({ field, value, source }: PlannedField): string {
  const kind =
    typeof value === "string" ? `a text of ${value.length} characters` : `a ${value === null ? "blank" : typeof value}`;
  return `${field} is ${kind} from ${source.file}:${source.line} \`${source.expression}\``;
}

/** What an operator does about an error. */
export function nextStep(error: Error): string {
  return error instanceof HeldError ? holdWords(error.detail).nextStep : nextStepFor(kindOf(error), canHeal(error));
}

/** A pass that did not bring everything up to date. The message has no personal data and is shown on the dashboard. */
export class PassError extends Error {
  override readonly name = "PassError";
  readonly failures: readonly RecordFailure[];
  readonly retry: boolean;
  /** What the pass did besides. */
  readonly report: PassReport;

  constructor(crm: string, failures: readonly RecordFailure[], report: PassReport) {
    super(failures.map((failure) => describeFailure(crm, failure)).join("\n"));
    this.failures = failures;
    this.report = report;
    this.retry = failures.some((failure) => canHeal(failure.error));
  }

  /** The first error of a class among the failures, with its words. */
  find<E extends Error>(type: new (...args: never[]) => E): { readonly error: E; readonly words: string } | undefined {
    for (const { error, words } of this.failures) if (error instanceof type) return { error, words };
    return undefined;
  }
}
