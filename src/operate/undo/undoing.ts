/** What is asked for, what carrying it out works with, and what came of it. */
import type { UndoDeps } from "./plan.ts";
import type { WrittenRecord } from "./written.ts";

export interface UndoAsked {
  readonly crm: string;
  /** Who does it. */
  readonly by: string;
  /** What was chosen, in words of ours. */
  readonly of: string;
  /** What becomes of the bookings' records that the passes made. */
  readonly created: "keep" | "remove";
}

export interface Undone {
  readonly record: WrittenRecord;
  readonly fields: readonly string[];
  readonly isRemoved: boolean;
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
