/** What is asked for, what carrying it out works with, and what came of it. */
import type { UndoDeps } from "./plan.ts";
import type { WrittenRecord } from "./written.ts";

/** `cancel`: brought to the form that the mapping gives the record of a cancelled booking. */
export const CREATED_CHOICES = ["keep", "cancel", "remove"] as const;
export type CreatedChoice = (typeof CREATED_CHOICES)[number];

export interface UndoAsked {
  readonly crm: string;
  /** Who does it. */
  readonly by: string;
  /** What was chosen, in words of ours. */
  readonly of: string;
  /** What becomes of the bookings' records that the passes made. */
  readonly created: CreatedChoice;
}

export interface Undone {
  readonly record: WrittenRecord;
  readonly fields: readonly string[];
  /** What became of one that the passes made, unless it was left. */
  readonly ended?: "deleted" | "cancelled";
  /** The kind of what kept it from being done. */
  readonly failed?: string;
}

/** Within the locks. @param tell notes what was done, before the ledger is told that it is over */
export interface Undoing {
  readonly deps: UndoDeps;
  readonly asked: UndoAsked;
  readonly externalIds: ReadonlySet<string>;
  tell(purchaseIds: readonly string[], done: readonly Undone[]): Promise<void>;
}
