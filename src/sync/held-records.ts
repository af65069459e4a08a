/**
 * Records that people and companies share, each written to under its own lock: the newest statement about the record wins,
 * whoever of those who are this record it came with. A lock that was lost leaves a doubt behind, and whoever comes next
 * writes everything again that is known.
 */
import type { FieldValues, Link, RecordWrite } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type Lock, LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, withUnsureFields } from "./applied-record.ts";
import type { Holding, RecordOutcome, RecordStore } from "./apply-record.ts";
import { linkOf } from "./links.ts";
import { lookOf, type News, newsIn } from "./news-in.ts";
import { changedFields, isUpToDate } from "./record-changes.ts";
import type { SharedLedger } from "./shared-ledger.ts";
import { valuesToKnow } from "./write-rules.ts";

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

  /** What is known of the record, once the CRM is certain to hold it. */
  async function trusted(plan: RecordPlan, id: string): Promise<AppliedRecord | undefined> {
    const { record, doubt } = await ledger.loadRecord(plan.object, id);
    if (record !== undefined && doubt !== undefined) await connector.save(wholeWrite(plan, record));
    if (doubt === undefined) return record;
    await ledger.trustRecord(plan.object, id, doubt);
    return record && withUnsureFields(record, Object.keys(valuesToKnow(plan.fields) ?? {}));
  }

  /** Somebody without an id said as much already, or more: of this statement the record lacks our id alone. */
  async function stamped(record: AppliedRecord, values: FieldValues): Promise<RecordOutcome> {
    const nothing = { record, changes: [], skipped: [] };
    if (Object.keys(values).length === 0) return { ...nothing, action: "unchanged" };
    const { object, id } = record;
    await connector.save({ object, target: { by: "id", id }, values, links: [] });
    return { ...nothing, action: "adopted" };
  }

  /** Until its end is known: the answer may be lost, and so may we. */
  async function inDoubt<T>(object: string, id: string, write: () => Promise<T>): Promise<T> {
    const doubt = await ledger.doubtRecord(object, id);
    const written = await write();
    if (doubt !== undefined) await ledger.trustRecord(object, id, doubt);
    return written;
  }

  async function noted(plan: RecordPlan, id: string, lock: Lock, write: Write): Promise<RecordOutcome> {
    return await inDoubt(plan.object, id, async () => {
      const outcome = await write(undefined);
      await ledger.saveRecord(outcome.record, lock);
      return outcome;
    });
  }

  /** What is about to be written is known for ours, should its end not be. */
  async function noteTried(plan: RecordPlan, known: AppliedRecord, lock: Lock): Promise<void> {
    const may = valuesToKnow(changedFields(plan, known));
    if (may === undefined) return;
    const { ours } = withUnsureFields(known, Object.keys(may), may);
    await ledger.saveRecord({ ...known, ours }, lock);
  }

  return {
    holding:
      (plan, links) =>
      (id, write, stamp = {}) =>
        withRecord(plan.object, id, async (lock) => {
          const known = await trusted(plan, id);
          const news = newsIn(plan, links, known);
          if (known === undefined || news === undefined) {
            return known === undefined ? await noted(plan, id, lock, write) : await stamped(known, stamp);
          }
          if (isUpToDate(news.plan, news.links, known, undefined)) {
            // That this newer statement says the same keeps an older one, still under way, from being written.
            const record = { ...known, seq: news.seq, look: lookOf(news.plan) };
            if (record.seq !== known.seq || record.look !== known.look) await ledger.saveRecord(record, lock);
            return await stamped(record, stamp);
          }
          await noteTried(news.plan, known, lock);
          return await noted(plan, id, lock, async () => {
            const outcome = await write(known, news);
            return { ...outcome, record: withKept(outcome.record, plan, news, known) };
          });
        }),

    leave: (object, id) =>
      withRecord(object, id, async (lock) => {
        const { record } = await ledger.loadRecord(object, id);
        if (record !== undefined) await ledger.saveRecord({ ...record, seq: 0, look: undefined }, lock);
      }),
  };
}

/** What was written before, but for what must not overwrite. */
function wholeWrite(plan: RecordPlan, { object, id, values, links, unsure }: AppliedRecord): RecordWrite {
  const guarded = new Set(plan.fields.filter(({ write }) => write !== "always").map(({ field }) => field));
  return {
    object,
    target: { by: "id", id },
    values: Object.fromEntries(Object.entries(values).filter(([field]) => !guarded.has(field))),
    links: links.map(linkOf),
    unlink: (unsure ?? []).filter((key) => !links.includes(key)).map(linkOf),
  };
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
