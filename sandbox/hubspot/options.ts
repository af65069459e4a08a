/** What can be chosen about the make-believe account: its limits, and each thing of which HubSpot's way is not certain. */

export interface HubspotSandboxOptions {
  /** Requests per rolling ten seconds; not enforced when absent. */
  readonly tenSecondLimit?: number;
  readonly dailyLimit?: number;
  /** A batch with some bad inputs: 207 with results and errors, or a 4xx for the whole of it. */
  readonly batchFailure?: "multi_status" | "whole";
  /** How an error among results names its input. */
  readonly errorNames?: "trace_id" | "id" | "nothing";
  /** What a result says of its input: its trace id, what was written to it, or both. */
  readonly resultNames?: "trace_id" | "properties" | "both";
  readonly resultOrder?: "as_sent" | "reversed";
  /** How a read says that some records do not exist: 207 with errors, by leaving them out, or 404 for the whole of it. */
  readonly missing?: "multi_status" | "left_out" | "not_found";
  /**
   * A record that was merged away: its id leads to the surviving record, or to nothing; or it does, and a batch of updates
   * leaves it out without an error.
   */
  readonly mergedIds?: "redirect" | "not_found" | "left_out";
  /** Whether meetings may have a property with unique values. */
  readonly uniqueMeetings?: boolean;
  /** Properties that an admin gave unique values beside our keys, as `meetings.bookingbug_purchase_id`. */
  readonly alsoUnique?: readonly string[];
  /** Whether appointments have `hs_appointment_status`. */
  readonly appointmentStatus?: boolean;
  /** Whether the appointments object is activated in the account. */
  readonly appointments?: boolean;
  /** Whether the properties API has a dated path. */
  readonly datedProperties?: boolean;
  /** Milliseconds after which a search sees what was written. */
  readonly searchLagMs?: number;
  /** Scopes that the app was not granted. */
  readonly withoutScopes?: readonly string[];
  /** Properties that the account does not have, as `contacts.bookingbug_id`. */
  readonly withoutProperties?: readonly string[];
}
