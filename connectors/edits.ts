/** What a CRM tells of changes that were made in it: who gave a field its value, and which records changed. */
import { RejectedError } from "./errors.ts";

/** Who last gave a field of a record the value it holds, as far as the CRM says. */
export interface Edit {
  readonly field: string;
  /** ISO UTC; undefined where the CRM does not say. */
  readonly at: string | undefined;
  /**
   * A name where the CRM tells one, else an id or the kind of source ("CRM_UI", "WORKFLOW", "IMPORT"); undefined where it
   * does not say. Personal data.
   */
  readonly by: string | undefined;
  /** Whether it was our own user or app; undefined where that cannot be told. */
  readonly isOurs: boolean | undefined;
}

/** Ids of records, as far as the CRM says. */
export interface Changes {
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** Those of `changed` whose last change was ours; absent where it was none's, or that cannot be told. */
  readonly byUs?: readonly string[];
  /** False where more changed than it tells: then whoever asks reads all. */
  readonly complete: boolean;
}

/** @throws RejectedError when it is no moment */
export function momentOf(since: string, object: string): Date {
  const moment = new Date(since);
  if (!Number.isNaN(moment.getTime())) return moment;
  throw new RejectedError("What changed can be asked for since a moment alone.", { object });
}
