/** A pass that did not bring everything up to date. */
import type { FailureEntry } from "../synclog/entries.ts";
import { failureEntry, sentencesOf } from "./failure-entry.ts";
import { type RecordFailure, type Tries, triesUsedUp } from "./failures.ts";
import type { PassReport } from "./pass.ts";

/** The message has no personal data and is shown on the dashboard. */
export class PassError extends Error {
  override readonly name = "PassError";
  readonly failures: readonly RecordFailure[];
  /** What the pass did besides. */
  readonly report: PassReport;
  private readonly crm: string;

  constructor(crm: string, failures: readonly RecordFailure[], report: PassReport) {
    super(sentencesOf(failures.map((failure) => failureEntry(crm, failure))));
    this.crm = crm;
    this.failures = failures;
    this.report = report;
  }

  /** @param tries undefined where this one does not count */
  entries(tries: Tries | undefined): FailureEntry[] {
    return this.failures.map((failure) => failureEntry(this.crm, failure, triesUsedUp(tries, failure.error)));
  }

  /** The first error of a class among the failures, with its words. */
  find<E extends Error>(type: new (...args: never[]) => E): { readonly error: E; readonly words: string } | undefined {
    for (const { error, words } of this.failures) if (error instanceof type) return { error, words };
    return undefined;
  }
}
