/** What may be wrong, and everything that is said of it. Titles hold no figures, so that they stay the same while it lasts. */

/** Where its figures and its buttons are. */
export type Place =
  | "crm"
  | "received"
  | "mappings"
  | "schema"
  | "failed"
  | "held"
  | "quarantine"
  | "reconciliation"
  | "deleted"
  | "asked"
  | "waiting";

/** `bad`: customers' appointments are late or wrong now. `warning`: worth a look. */
export type Severity = "bad" | "warning";

/** From the most pressing down, among those of one severity. */
export const FINDING_KINDS = [
  "no_worker",
  "gate",
  "paused",
  "failing",
  "lag",
  "failed",
  "refused",
  "astray",
  "silent",
  "quarantine_growing",
  "behind",
  "some_fail",
  "waiting",
  "held",
  "quarantine",
  "mapping_refused",
  "schema",
  "daily",
  "walk",
  "unanswered",
  "never_came",
  "deleted",
  "asked",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Not a CRM, but what the service itself does, or BookingBug. */
export const SERVICE = "service";
export const SENDER = "bookingbug";

export interface Finding {
  readonly kind: FindingKind;
  /** A CRM, `SERVICE` or `SENDER`. */
  readonly about: string;
  readonly severity: Severity;
  /** What is the matter, without a full stop, a figure or anything that only who is signed in may know. */
  readonly title: string;
  /** In one or two sentences, with figures; without personal data. */
  readonly detail: string;
  /** What to do. */
  readonly next: string;
  readonly place: Place;
  /** The same for as long as it lasts. */
  readonly key: string;
}

type Said = Omit<Finding, "key" | "about"> & { readonly reason?: string };

export function finding(about: string, { reason, ...said }: Said): Finding {
  return { ...said, about, key: keyOf(said.kind, about, reason) };
}

export function keyOf(kind: FindingKind, about: string, reason?: string): string {
  return [kind, about, ...(reason === undefined ? [] : [reason])].join(":");
}
