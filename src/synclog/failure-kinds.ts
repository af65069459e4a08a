/** What can keep a record from being up to date, in an operator's words. Everybody who speaks of a failure reads them here. */
import type { CrmErrorKind } from "../../connectors/errors.ts";

type FailureKindName =
  | CrmErrorKind
  | "held"
  | "deleted_in_crm"
  | "misconfigured_mapping"
  | "lock_timeout"
  | "lock_lost"
  | "stalled"
  | "unexpected";

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

const TRIED_AGAIN = "It is tried again by itself.";
const SEE_WORKERS = "Next: see whether the workers run, then retry.";
const SEE_LOG = "Next: look into the worker's log, then retry.";
const RENEW = "Next: renew the credentials and restart; the queue goes on by itself once they are accepted.";
const CORRECT_DATA = "Next: correct the data in the CRM or the mapping, then retry.";

export const FAILURE_KINDS: Readonly<Record<FailureKindName, FailureKind>> = {
  rejected: { title: "The CRM refuses the data", retry: false, next: CORRECT_DATA },
  duplicate: { title: "Another record holds a unique value", retry: false, next: CORRECT_DATA },
  not_found: {
    title: "The record is gone from the CRM",
    retry: false,
    next: "Next: see the message, then retry.",
  },
  misconfigured: {
    title: "The CRM's set-up or the mapping does not fit",
    retry: false,
    next: "Next: correct the mapping or the CRM's set-up, then retry.",
  },
  unavailable: {
    title: "The CRM does not answer",
    retry: true,
    next: "Next: see whether the CRM works, then retry.",
  },
  unauthorised: { title: "The CRM refuses our credentials", retry: true, next: RENEW, meanwhile: RENEW },
  rate_limited: {
    title: "The CRM asks us to slow down",
    retry: true,
    next: "Next: see what uses up the CRM's calls, then retry.",
  },
  conflict: {
    title: "Somebody else was writing at the same time",
    retry: true,
    next: "Next: see what else writes to the record, then retry.",
  },
  held: { title: "A person has to decide", retry: false, next: "Next: decide, then retry." },
  deleted_in_crm: {
    title: "The record was deleted in the CRM",
    retry: false,
    next: "Next: restore the record in the CRM, or set `deleted: recreate` in the mapping, then retry.",
  },
  misconfigured_mapping: {
    title: "The mapping cannot be evaluated",
    retry: undefined,
    next: "Next: correct the mapping (`crm-sync mapping check`), then retry.",
  },
  lock_timeout: { title: "Another worker held a lock for too long", retry: true, next: SEE_WORKERS },
  lock_lost: { title: "A worker lost its lock", retry: true, next: SEE_WORKERS },
  stalled: { title: "Worker after worker died over it", retry: false, next: SEE_LOG },
  unexpected: { title: "An unexpected error", retry: true, next: SEE_LOG },
};

/** @param kind of an error, or one that an earlier version wrote down */
export function failureKind(kind: string): FailureKind {
  return Object.hasOwn(FAILURE_KINDS, kind) ? FAILURE_KINDS[kind as FailureKindName] : FAILURE_KINDS.unexpected;
}

/** @param retry whether it is tried again by itself */
export function nextStep(kind: string, retry: boolean): string {
  const { next, meanwhile = TRIED_AGAIN } = failureKind(kind);
  return retry ? meanwhile : next;
}

/** A title within a sentence. */
export function inSentence(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
