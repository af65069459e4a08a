/**
 * Records that people and companies share, each written to under its own lock: the newest statement about the record wins,
 * whoever of those who are this record it came with. A write whose end is not known leaves a doubt behind that names what it may
 * have written, a lock that was lost one that names nothing: whoever comes next reads that, and writes again what is not as it is to be.
 */
import type { FieldValues, Link } from "../../connectors/connector.ts";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type Lock, LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, joinOurs, type Tried, union, withUnsureFields } from "./applied-record.ts";
import { linkChanges, linkKey } from "./links.ts";
import { lookOf, type News, newsIn } from "./news-in.ts";
import { changedFields, isUpToDate } from "./record-changes.ts";
import type { Holding, RecordOutcome, RecordStore } from "./record-task.ts";
import { type Redo, redoOf, withRedo, withRedoneLinks } from "./redo.ts";
import { isNamed, type SharedLedger } from "./shared-ledger.ts";

type Write = Parameters<Holding>[1];

interface HeldRecords {
  /** How the plan's record is held, whichever it turns out to be. */
  holding(plan: RecordPlan, links: readonly Link[]): Holding;
  /** Somebody is this record no longer: what they last said is no reason not to write what the others did. */
  leave(object: string, id: string): Promise<void>;
}

/** Name of the lock that whoever writes to a record of people or companies holds. */
export function recordLock(crm: string, object: string, id: string): string {
  return `record:${crm}:${object}:${id}`;
}

export function createHeldRecords(deps: {
  readonly crm: string;
  readonly connector: RecordStore;
  readonly ledger: SharedLedger;
  readonly locks: Locks;
}): HeldRecords {
  const { crm, connector, ledger, locks } = deps;

  async function withRecord<T>(object: string, id: string, work: (lock: Lock) => Promise<T>): Promise<T> {
    return await locks.withLocks(
      [recordLock(crm, object, id)],
      async ([lock]) => {
        if (lock === undefined) throw new Error("A record has one lock.");
        return await work(lock);
      },
      async () => {
        await ledger.distrustRecord(object, id);
        throw new LockLostError("Another pass over the same record has begun meanwhile.");
      },
    );
  }

  /** Somebody without an id said as much already, or more: of this statement the record lacks our id alone. */
  async function stamped(record: AppliedRecord, values: FieldValues): Promise<RecordOutcome> {
    const nothing = { record, changes: [], skipped: [] };
    if (Object.keys(values).length === 0) return { ...nothing, action: "unchanged" };
    const { object, id } = record;
    await connector.save({ object, target: { by: "id", id }, values, links: [] });
    return { ...nothing, action: "adopted" };
  }

  /** Until its end is known: the answer may be lost, and so may we. @param before the doubt that there was */
  async function inDoubt<T>(
    { object, id }: RecordPlace,
    before: string | undefined,
    { note, write }: { note?: () => Promise<void>; write: () => Promise<T> },
  ): Promise<T> {
    const [doubt] = await Promise.all([before ?? ledger.doubtRecord(object, id, true), note?.()]);
    const written = await write();
    if (doubt !== undefined) await ledger.trustRecord(object, id, doubt);
    return written;
  }

  /** To a record of which nothing is known. */
  async function writeFirst(place: RecordPlace, doubt: string | undefined, lock: Lock, write: Write) {
    return await inDoubt(place, doubt, {
      async write() {
        const outcome = await write(undefined);
        await ledger.saveRecord(outcome.record, lock);
        return outcome;
      },
    });
  }

  async function writeNews(plan: RecordPlan, held: HeldRecord, lock: Lock, write: Write): Promise<RecordOutcome> {
    const { record, doubt, known, news } = held;
    const tried = triedNow(held);
    const over = tried.over ?? [];
    return await inDoubt(record, doubt, {
      note: () => ledger.saveRecord(withTried(record, tried, news), lock),
      async write() {
        const outcome = await write(known, {
          ...news,
          redo: held.redo,
          over,
          noteOver: (more) => ledger.saveRecord(withTried(record, { ...tried, over: [...over, ...more] }, news), lock),
        });
        const kept = { ...outcome, record: withKept(outcome.record, plan, news, known) };
        await ledger.saveRecord(kept.record, lock);
        return kept;
      },
    });
  }

  /** That a newer statement says the same keeps an older one, still under way, from being written. */
  async function saidAgain({ record, doubt, known, news }: HeldRecord, lock: Lock): Promise<AppliedRecord> {
    const now = { ...known, seq: news.seq, look: lookOf(news.plan), tried: undefined };
    const isNews = now.seq !== record.seq || now.look !== record.look || doubt !== undefined;
    if (isNews) await ledger.saveRecord(now, lock);
    if (doubt !== undefined) await ledger.trustRecord(record.object, record.id, doubt);
    return now;
  }

  return {
    holding:
      (plan, links) =>
      (id, write, stamp = {}) =>
        withRecord(plan.object, id, async (lock) => {
          const place = { object: plan.object, id };
          const { record, doubt } = await ledger.loadRecord(plan.object, id);
          if (record === undefined) return await writeFirst(place, doubt, lock, write);
          const held = holdRecord(plan, links, record, doubt);
          if (held === undefined) return await stamped(record, stamp);
          const { known, news } = held;
          if (!isUpToDate(news.plan, news.links, known, undefined)) return await writeNews(plan, held, lock, write);
          return await stamped(await saidAgain(held, lock), stamp);
        }),

    leave: (object, id) =>
      withRecord(object, id, async (lock) => {
        const { record } = await ledger.loadRecord(object, id);
        if (record !== undefined) await ledger.saveRecord({ ...record, seq: 0, look: undefined }, lock);
      }),
  };
}

/** A record that is known, and what is to be written to it. */
interface HeldRecord {
  /** As it is stored. */
  readonly record: AppliedRecord;
  readonly doubt: string | undefined;
  readonly redo: Redo | undefined;
  /** With what is in doubt to be written once more. */
  readonly known: AppliedRecord;
  readonly news: News;
}

/** @returns undefined where nothing is to be written */
function holdRecord(
  plan: RecordPlan,
  links: readonly Link[],
  record: AppliedRecord,
  doubt: string | undefined,
): HeldRecord | undefined {
  const redo = doubt === undefined ? undefined : redoOf(record, plan, isNamed(doubt));
  const redone = redo === undefined ? record : withRedo(record, redo);
  const news = newsIn(plan, links, redone, doubt !== undefined);
  // After the news, which of an older statement keep the links that there are to be.
  const known = doubt === undefined ? redone : withRedoneLinks(redone, isNamed(doubt));
  return news && { record, doubt, redo, known, news };
}

/** With what was tried before and did not come to a known end. */
function triedNow({ record, doubt, known, news }: HeldRecord): Tried {
  const before = doubt === undefined ? undefined : record.tried;
  const { links, unlink } = linkChanges(news.links, known);
  const values = Object.fromEntries(changedFields(news.plan, known).map(({ field, value }) => [field, [value]]));
  return {
    values: joinOurs(before?.values, values),
    links: union(before?.links, [...links, ...unlink].map(linkKey)),
    ...(before?.over !== undefined && { over: before.over }),
  };
}

/** What is about to be written is known for ours, should its end not be. */
function withTried(record: AppliedRecord, tried: Tried, { plan }: News): AppliedRecord {
  const told = plan.fields.filter(({ field, write }) => write === "unless_edited" && field in tried.values);
  const { ours } = withUnsureFields(
    record,
    told.map(({ field }) => field),
    tried.values,
  );
  return { ...record, ...(ours !== undefined && { ours }), tried };
}

/** Of what the news say nothing of, what the CRM may hold that we wrote. */
function withKept(
  record: AppliedRecord,
  { fields }: RecordPlan,
  news: News,
  { ours = {} }: AppliedRecord,
): AppliedRecord {
  const said = new Set(news.plan.fields.map(({ field }) => field));
  const kept = fields.flatMap(({ field }) => {
    const may = said.has(field) ? undefined : ours[field];
    return may === undefined ? [] : [[field, may] as const];
  });
  return kept.length === 0 ? record : { ...record, ours: { ...record.ours, ...Object.fromEntries(kept) } };
}
