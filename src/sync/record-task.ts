/** What it is to bring one CRM record up to date, and what comes of it. */
import type { Connector, FieldValues, Link } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { SkippedField } from "../synclog/entries.ts";
import type { AppliedRecord, Ours, Over, Stamp } from "./applied-record.ts";
import type { AskedOfRecord } from "./asked-fields.ts";
import type { LeftOut } from "./leave-out.ts";
import type { News } from "./news-in.ts";
import type { FieldChange } from "./record-changes.ts";
import type { Redo } from "./redo.ts";

/** What writing records needs of a connector. */
export type RecordStore = Pick<Connector, "find" | "save" | "remove" | "reckonedTogether">;

/** The CRM has no such record, and the mapping wants none made: no failure, but an answer. */
export class NotThereError extends Error {
  override readonly name = "NotThereError";

  constructor() {
    super("The CRM has no such record, and the mapping makes none.");
  }
}

export interface RecordTask {
  readonly connector: RecordStore;
  readonly plan: RecordPlan;
  readonly links: readonly Link[];
  /** What the ledger says we wrote, if anything. */
  readonly known: AppliedRecord | undefined;
  /** The external id of ours that `known` bears, where that is known and ours. */
  readonly stamp?: Stamp | undefined;
  /** False when we certainly never tried to create this record. */
  readonly attempted: boolean;
  /** Links that such a try may have made. */
  readonly mayBeLinked?: readonly string[] | undefined;
  /** Values that such a try may have written. */
  readonly mayHold?: Ours | undefined;
  /** What such a try was to write over that was not ours. */
  readonly over?: readonly Over[] | undefined;
  /** What is to be written once more where the CRM does not hold it. */
  readonly redo?: Redo | undefined;
  /** Told before that is written over, so that it is told although the answer is lost. */
  readonly noteOver?: ((over: readonly Over[]) => Promise<void>) | undefined;
  /** Number of the notification the plan comes from, or the order of the statement. */
  readonly seq: number;
  /** Shared records are locked while they are written to, and known by themselves. */
  readonly holding?: Holding;
  /** Told before the outcome is, of fields whose owner somebody is asked about. */
  readonly noteAsked?: ((asked: AskedOfRecord) => Promise<void>) | undefined;
}

/**
 * @param write gets what was written to the record so far, by whomever, and what of the plan is news to it where not all is
 * @param stamp our id, where the record lacks it: written also when nothing else is
 */
export type Holding = (
  id: string,
  write: (known: AppliedRecord | undefined, news?: HeldNews) => Promise<RecordOutcome>,
  stamp?: FieldValues,
) => Promise<RecordOutcome>;

/** With what is known of earlier tries. */
export type HeldNews = News & Pick<RecordTask, "redo" | "over" | "noteOver">;

/** Of what nobody else writes to. */
export const alone: Holding = (_id, write) => write(undefined);

export type RecordOutcome = {
  readonly record: AppliedRecord;
  /** What was written. */
  readonly changes: readonly FieldChange[];
  /** What differed and was left alone. */
  readonly skipped: readonly SkippedField[];
  /** What the CRM refused; absent when it was nothing. */
  readonly leftOut?: readonly LeftOut[];
  readonly action: "unchanged" | "updated" | "created" | "adopted" | "recreated";
  /** Whether the record has our external id, where that is known. */
  readonly own?: boolean;
  /** It was merged into this one, and the CRM has led there what linked to it. */
  readonly isFollowed?: true;
  /** Which record it is was not known before it was written to, so that it was not held. */
  readonly isUnheld?: true;
};
