/** What a pass tells of itself: what it did to each record, what it could not do, and what it asked of the CRM. */
import type { FieldValue } from "../../connectors/connector.ts";
import { CrmError } from "../../connectors/errors.ts";
import { personalTexts, withoutPersonal } from "../booking/personal.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { LeftOutField, RecordEntry, UnidentifiedEntry } from "../synclog/entries.ts";
import type { AppliedRecord, MadeRecord } from "./applied-record.ts";
import type { RecordFailure } from "./failures.ts";
import type { LeftOut } from "./leave-out.ts";
import type { BookingPlans } from "./plan-purchase.ts";
import type { FieldChange } from "./record-changes.ts";
import type { RecordOutcome, RecordStore } from "./record-task.ts";
import { removeRecord } from "./remove-record.ts";
import { madeSafe } from "./unexpected.ts";

export interface PassNotes {
  readonly failures: readonly RecordFailure[];
  /** What was asked of the CRM, record by record. */
  readonly asked: { readonly lookUps: number; readonly writes: number };
  /** Whom the bookings were written without. */
  readonly unidentified: readonly UnidentifiedEntry[];
  /** The records looked after, in the order they were. */
  readonly records: readonly RecordEntry[];
  /** @param isOutdated as in `RecordFailure` */
  fail(plan: RecordPlan | undefined, bookingId: string | undefined, thrown: unknown, isOutdated?: boolean): void;
  outcome(plan: RecordPlan, outcome: RecordOutcome): void;
  /** Unless something was done to it before. */
  unchanged(plan: RecordPlan, record: AppliedRecord): void;
  /** A cancelled booking's record was deleted. */
  removed(plan: RecordPlan, bookingId: string, id: string): void;
  goWithout(booking: BookingPlans): void;
  /** Somebody whom the CRM has not, and whom the mapping does not make. */
  notThere(plan: RecordPlan, bookingId: string | undefined): void;
  /** Counts what is asked. */
  counting(connector: RecordStore): RecordStore;
  /** A record that the booking had before was brought to its cancelled form. */
  retired(former: MadeRecord, changes: readonly FieldChange[], leftOut: readonly LeftOut[]): void;
}

/** @param state of the purchase, whose personal data are kept out of what others' words say */
export function createPassNotes(state: PurchaseState): PassNotes {
  const failures: RecordFailure[] = [];
  const unidentified: UnidentifiedEntry[] = [];
  const noted = new Map<string, RecordEntry>();
  const asked = { lookUps: 0, writes: 0 };

  /** Words that are not ours may quote what the CRM was sent, or knows. */
  const wordsOf = (error: Error): string =>
    error instanceof CrmError ? withoutPersonal(error.message, personalTexts(state)) : error.message;

  const leftOutField = ({ planned: { field, source }, error }: LeftOut): LeftOutField => ({
    field,
    ...(error.code !== undefined && { code: error.code }),
    words: wordsOf(error),
    file: source.file,
    line: source.line,
  });
  const toldLeftOut = (leftOut: readonly LeftOut[]): Pick<RecordEntry, "leftOut"> =>
    leftOut.length === 0 ? {} : { leftOut: leftOut.map(leftOutField) };

  const notes: PassNotes = {
    failures,
    asked,
    unidentified,

    get records() {
      return [...noted.values()];
    },

    fail(plan, bookingId, thrown, isOutdated = false) {
      const error = madeSafe(thrown);
      failures.push({ plan, bookingId, error, words: wordsOf(error), ...(isOutdated && { isOutdated }) });
    },

    outcome({ key, section, scope }, { record, action, changes, skipped, leftOut = [] }) {
      noted.set(key, {
        key,
        section,
        object: record.object,
        id: record.id,
        action,
        changes: told(changes),
        skipped: [...skipped],
        ...toldLeftOut(leftOut),
        ...(scope.kind === "booking" && { bookingId: scope.bookingId }),
      });
    },

    unchanged(plan, record) {
      if (!noted.has(plan.key)) notes.outcome(plan, { record, action: "unchanged", changes: [], skipped: [] });
    },

    retired({ section, bookingId, record: { object, id } }, changes, leftOut) {
      const key = `${section}:${bookingId}:${object}`;
      noted.set(key, {
        key,
        section,
        bookingId,
        object,
        id,
        action: "retired",
        changes: told(changes),
        skipped: [],
        ...toldLeftOut(leftOut),
      });
    },

    removed({ key, section, object }, bookingId, id) {
      noted.set(key, { key, section, bookingId, object, id, action: "removed", changes: [], skipped: [] });
    },

    goWithout({ bookingId, unidentified: some }) {
      const booking = bookingId === undefined ? {} : { bookingId };
      unidentified.push(...some.map(({ section, matchedBy }) => ({ section, matchedBy: [...matchedBy], ...booking })));
    },

    notThere({ section, match }, bookingId) {
      const booking = bookingId === undefined ? {} : { bookingId };
      unidentified.push({ section, matchedBy: match.map(({ field }) => field), why: "not_there", ...booking });
    },

    counting: (connector) => ({
      find: (query) => {
        asked.lookUps += 1;
        return connector.find(query);
      },
      save: (write) => {
        asked.writes += 1;
        return connector.save(write);
      },
      remove: (object, id) => {
        asked.writes += 1;
        return removeRecord(connector, object, id);
      },
      reckonedTogether: (object) => connector.reckonedTogether?.(object) ?? [],
    }),
  };
  return notes;
}

function told(changes: readonly FieldChange[]): RecordEntry["changes"] {
  return changes.map(({ field, from, to, theirs }) => ({
    field,
    to,
    ...(from !== undefined && { from: inBounds(from) }),
    ...(theirs && { theirs }),
  }));
}

/** Of a CRM's text, which may be of any length, as much as tells it apart. */
const MOST_BEFORE = 2_000;

function inBounds(value: FieldValue): FieldValue {
  if (typeof value !== "string" || value.length <= MOST_BEFORE) return value;
  return `${value.slice(0, MOST_BEFORE).toWellFormed()}… (${value.length}${CUT_SHORT}`;
}

const CUT_SHORT = " characters)";

/** Whether what a timeline says a CRM's field held is only the beginning of it. */
export function isCutShort(value: FieldValue): boolean {
  return typeof value === "string" && value.length > MOST_BEFORE && value.endsWith(CUT_SHORT);
}
