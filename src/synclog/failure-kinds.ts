/** What can keep a record from being up to date, in an operator's words: whoever speaks of a failure reads them here. */
import type { CrmErrorKind } from "../../connectors/errors.ts";

interface FailureKind {
  /** What it means. */
  readonly title: string;
  /** Whether it is tried again by itself; undefined where only the error knows. */
  readonly retry: boolean | undefined;
  /** What a person does once it is not tried again. */
  readonly next: string;
  /** What is said as long as it is tried again. */
  readonly meanwhile?: string;
}

const thenRetry = (first: string): string => `Next: ${first}, then retry.`;
const RENEW = "Next: renew the credentials and restart; the queue goes on by itself once they are accepted.";
const CORRECT_DATA = thenRetry("correct the data in the CRM or the mapping");
const LOOK_UP = `The code is unknown to us. ${thenRetry("see what the CRM means by it")}`;
const SEE_WORKERS = thenRetry("see whether the workers run");
const SEE_LOG = thenRetry("look into the worker's log");
const SEE_PAYLOAD = thenRetry(
  "see what is unusual about its notifications, correct the mapping or update this service",
);
const CORRECT_SETUP = thenRetry("correct the mapping or the CRM's set-up");
const CORRECT_MAPPING = thenRetry("correct the mapping (`crm-sync mapping check`)");
const RESTORE = thenRetry("restore the record in the CRM, or set `deleted: recreate` in the mapping");
const SEE_TO_IT = "Next: cancel or delete that record in the CRM, then dismiss this.";

export const FAILURE_KINDS = {
  rejected: { title: "The CRM refuses the data", retry: false, next: CORRECT_DATA },
  unknown: { title: "The CRM refuses with a code that is unknown to us", retry: true, next: LOOK_UP },
  duplicate: { title: "Another record holds a unique value", retry: false, next: CORRECT_DATA },
  not_found: { title: "The record is gone from the CRM", retry: false, next: thenRetry("see the message") },
  misconfigured: { title: "The CRM's set-up or the mapping does not fit", retry: false, next: CORRECT_SETUP },
  unavailable: { title: "The CRM does not answer", retry: true, next: thenRetry("see whether the CRM works") },
  maintenance: { title: "The CRM is read-only for maintenance", retry: true, next: thenRetry("wait for its end") },
  unauthorised: {
    title: "The CRM refuses our credentials",
    retry: true,
    next: thenRetry("see whether the credentials are good, and what keeps the CRM from letting this through"),
    meanwhile: RENEW,
  },
  rate_limited: { title: "The CRM asks us to slow down", retry: true, next: thenRetry("see what uses up its calls") },
  conflict: {
    title: "Somebody else was writing at the same time",
    retry: true,
    next: thenRetry("see who else writes"),
  },
  held: { title: "A person has to decide", retry: false, next: thenRetry("decide") },
  deleted_in_crm: { title: "The record was deleted in the CRM", retry: false, next: RESTORE },
  not_in_crm: { title: "What the mapping looks up is not in the CRM", retry: false, next: CORRECT_SETUP },
  left_behind: { title: "A booking's former record still stands", retry: false, next: SEE_TO_IT },
  misconfigured_mapping: { title: "The mapping cannot be evaluated", retry: undefined, next: CORRECT_MAPPING },
  lock_timeout: { title: "Another worker held a lock for too long", retry: true, next: SEE_WORKERS },
  lock_lost: { title: "A worker lost its lock", retry: true, next: SEE_WORKERS },
  stalled: { title: "Worker after worker died over it", retry: false, next: SEE_LOG },
  brought_down: { title: "It brought a worker down twice", retry: false, next: SEE_PAYLOAD },
  unexpected: { title: "An unexpected error", retry: true, next: SEE_LOG },
} satisfies Record<CrmErrorKind, FailureKind> & Record<string, FailureKind>;

/** @param kind of an error, or one that an earlier version wrote down */
export function failureKind(kind: string): FailureKind {
  const known: Readonly<Record<string, FailureKind>> = FAILURE_KINDS;
  return known[kind] ?? FAILURE_KINDS.unexpected;
}

/** @param retry whether it is tried again by itself */
export function nextStep(kind: string, retry: boolean): string {
  const { next, meanwhile = "It is tried again by itself." } = failureKind(kind);
  return retry ? meanwhile : next;
}

/** A title within a sentence. */
export function inSentence(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
