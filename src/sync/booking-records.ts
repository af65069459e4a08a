/**
 * The records of a purchase's bookings, as the ledger knows them, and writing to them. What is about to be written is noted
 * before, and each booking's records are written to in turn with the other purchases that list it.
 */
import type { Link } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { Lock } from "../redis/locks.ts";
import { type AppliedRecord, type FormerRecord, type Over, withoutValues } from "./applied-record.ts";
import { applyRecord } from "./apply-record.ts";
import type { AskedOfRecord } from "./asked-fields.ts";
import { type BegunWrite, type BegunWrites, begin, withUnsure } from "./begun.ts";
import { keyOf, partsOf, sortOut } from "./former-records.ts";
import type { KnownPurchase, PurchaseLedger } from "./ledger.ts";
import type { Listings } from "./listings.ts";
import type { PassDeps } from "./pass.ts";
import type { PassNotes } from "./pass-notes.ts";
import type { BookingPlans } from "./plan-purchase.ts";
import { isUpToDate } from "./record-changes.ts";
import type { RecordStore } from "./record-task.ts";
import { removePlanned } from "./remove-record.ts";
import { createTurns } from "./turns.ts";

export interface BookingRecords {
  /** For the ledger. */
  after(): Required<Omit<PurchaseLedger, "state">>;
  /** What may or may not have been written. */
  begun(): BegunWrites;
  /** Of what another purchase has written since, nothing is certain. */
  doubtOutrun(booking: BookingPlans): void;
  /** @returns the records that are their bookings' no longer; they are not among these from then on */
  setFormerAside(bookings: readonly BookingPlans[]): readonly FormerRecord[];
  /** As `Turns` has it. */
  leave(bookingId: string, owner: string): Promise<void>;
  /** For what else is written to a booking's records. @throws LockTimeoutError, LockLostError */
  inTurn<T>(bookingId: string, work: () => Promise<T>): Promise<T>;
  /** What an earlier try of the pass was to write over in a record of people or companies that the ledger did not know. */
  readonly over: OverOfShared;
  /** @returns the record's id in the CRM. @throws CrmError, LockTimeoutError, LockLostError and as `applyRecord` */
  write(plan: RecordPlan, links: readonly Link[]): Promise<string>;
  /** Deletes the record, wherever it may be. @throws as `write` */
  remove(plan: RecordPlan): Promise<void>;
}

/** By plan key; kept with what else was begun, since such a record has no entry of its own yet. */
export interface OverOfShared {
  of(key: string): readonly Over[];
  note(key: string, over: readonly Over[]): Promise<void>;
  /** All of it was told. */
  end(key: string): void;
}

export function createBookingRecords(
  deps: PassDeps,
  pass: {
    readonly purchaseId: string;
    readonly before: KnownPurchase;
    readonly listings: Listings;
    readonly lock: Lock;
    /** Number of the newest notification. */
    readonly seq: number;
    readonly connector: RecordStore;
    readonly notes: PassNotes;
  },
): BookingRecords {
  const { purchaseId, before, listings, lock, seq, connector, notes } = pass;
  const turns = createTurns(deps, { listings, before: before.turns ?? {}, lock });
  /** By plan key what was begun, in this pass or before, and is not known to have ended. */
  const begun = new Map(Object.entries(before.begun));
  let records = mapValues(before.records, (record, key) => {
    const unsure = begun.get(key);
    const trusted = before.doubt === undefined ? record : withoutValues(record);
    return unsure === undefined ? trusted : withUnsure(trusted, unsure);
  });
  const hadRecord = new Set([...Object.keys(before.records), ...before.former.map(keyOf)]);
  let remembering: Promise<void> | undefined;

  /** Written down before it is tried, so that a try whose answer we never saw is not taken for "never tried". */
  async function remember(key: string, write: BegunWrites[string]): Promise<void> {
    begun.set(key, write);
    // Bookings that come to it at one moment share the writing.
    remembering ??= Promise.resolve().then(() => {
      remembering = undefined;
      return deps.ledger.begin(purchaseId, Object.fromEntries(begun), lock);
    });
    await remembering;
  }

  return {
    after: () => ({ records, turns: turns.taken() }),
    begun: () => Object.fromEntries(begun),

    doubtOutrun({ bookingId, plans }) {
      if (bookingId === undefined || !turns.isOutrun(bookingId)) return;
      const keys = new Set(plans.map(({ key }) => key));
      records = mapValues(records, (record, key) => (keys.has(key) ? withoutValues(record) : record));
    },

    setFormerAside(bookings) {
      const { current, former } = sortOut(records, bookings);
      const left = sortOut(begunRecords(begun), bookings).former;
      for (const one of left) begun.delete(keyOf(one));
      const perhaps = left.flatMap(({ record: { stamp, ...record }, ...one }) => {
        const isKnown = (made: (typeof former)[number]): boolean =>
          keyOf(made) === keyOf(one) &&
          made.record.object === record.object &&
          (made.record.stamp ?? stamp)?.value === stamp?.value;
        return stamp === undefined || former.some(isKnown) ? [] : { ...one, record: { ...record, stamp } };
      });
      records = current;
      return [...former, ...perhaps];
    },

    leave: (bookingId, owner) =>
      turns.leave(
        bookingId,
        owner,
        [...begun.keys()].some((key) => partsOf(key).bookingId === bookingId),
      ),
    inTurn: turns.write,

    over: {
      of: (key) => begun.get(key)?.over ?? [],
      note: async (key, over) => {
        const before = begun.get(key)?.over ?? [];
        await remember(key, { fields: [], links: [], over: [...before, ...over] });
      },
      end: (key) => void begun.delete(key),
    },

    async write(plan, links) {
      const { key } = plan;
      const known = records[key];
      if (known !== undefined && isUpToDate(plan, links, known, known.stamp)) {
        begun.delete(key);
        notes.unchanged(plan, known);
        return known.id;
      }
      const tried = begun.get(key);
      const remembering = remember(key, begin(plan, links, known, tried));
      remembering.catch(() => {});
      const bookingId = bookingOf(plan);
      const outcome = await turns.write(bookingId, async () => {
        await remembering;
        const attempted =
          before.attempted || tried !== undefined || hadRecord.has(key) || turns.isListedElsewhere(bookingId);
        const may = { mayBeLinked: tried?.links, mayHold: tried?.may, over: tried?.over };
        const noteOver = async (over: readonly Over[]): Promise<void> => {
          const now = begun.get(key);
          if (now !== undefined) await remember(key, { ...now, over: [...(tried?.over ?? []), ...over] });
        };
        const noteAsked = (asked: AskedOfRecord) => deps.noteAsked({ ...asked, purchaseId });
        return await applyRecord({
          connector,
          plan,
          links,
          known,
          stamp: known?.stamp,
          attempted,
          ...may,
          seq,
          noteAsked,
          noteOver,
        });
      });
      records = { ...records, [key]: outcome.record };
      begun.delete(key);
      notes.outcome(plan, outcome);
      return outcome.record.id;
    },

    async remove(plan) {
      const { key, object } = plan;
      const known = records[key];
      const bookingId = bookingOf(plan);
      const isCertain = !begun.has(key) && before.doubt === undefined && !turns.isOutrun(bookingId);
      const id = known?.object === object ? known.id : undefined;
      const ids = await turns.write(bookingId, () => removePlanned(connector, plan, id, isCertain));
      records = Object.fromEntries(Object.entries(records).filter(([one]) => one !== key));
      begun.delete(key);
      for (const one of ids) notes.removed(plan, bookingId, one);
    },
  };
}

/** By plan key, where it is known which they are. */
function begunRecords(begun: ReadonlyMap<string, BegunWrite>): Record<string, NonNullable<BegunWrite["of"]>> {
  return Object.fromEntries([...begun].flatMap(([key, { of }]) => (of === undefined ? [] : [[key, of]])));
}

function bookingOf({ scope, key }: RecordPlan): string {
  if (scope.kind !== "booking") throw new Error(`${key} is no booking's.`);
  return scope.bookingId;
}

function mapValues(
  records: Readonly<Record<string, AppliedRecord>>,
  map: (record: AppliedRecord, key: string) => AppliedRecord,
): Readonly<Record<string, AppliedRecord>> {
  return Object.fromEntries(Object.entries(records).map(([key, record]) => [key, map(record, key)]));
}
