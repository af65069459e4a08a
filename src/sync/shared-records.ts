/**
 * People and companies: records that many purchases share. Whether one exists already is decided under a lock on
 * everything it could be recognised by, so that two purchases of the same new person make one contact; a record is
 * written to under a lock of its own, since several people may be one record.
 */
import type { Link } from "../../connectors/connector.ts";
import { ConflictError, ConvertedError, NotFoundError, type RecordPlace } from "../../connectors/errors.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { digest } from "../redis/keys.ts";
import { type Lock, LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, type Over, stampOf } from "./applied-record.ts";
import { applyGone, applyRecord } from "./apply-record.ts";
import type { AskedOfRecord } from "./asked-fields.ts";
import type { OverOfShared } from "./booking-records.ts";
import { convertedPointer, followed, isToFollow, mergedOn, unwritten } from "./converted.ts";
import { createHeldRecords } from "./held-records.ts";
import { type Before, createMoves, leftBy } from "./moved-records.ts";
import { lookOf, newsIn, orderOf } from "./news-in.ts";
import { isUpToDate } from "./record-changes.ts";
import type { RecordOutcome, RecordStore } from "./record-task.ts";
import { isSamePerson } from "./same-person.ts";
import type { Pointer, SharedLedger } from "./shared-ledger.ts";

export interface SharedRecords {
  /** Brings the record up to date, at most once per pass. An older statement than the record's values changes nothing. */
  apply(plan: RecordPlan, links: readonly Link[]): Promise<AppliedRecord>;
  /**
   * Looks whether the CRM still has the record; when it is gone, goes where it was merged or converted to, or finds or creates it
   * anew.
   *
   * @param ref what was linked to, which the CRM refused
   * @returns what to link to now; undefined where it is still that
   * @throws DeletedInCrmError when the mapping wants that reported instead
   */
  renewIfGone(
    plan: RecordPlan,
    links: readonly Link[],
    ref: RecordPlace,
    refusal: unknown,
  ): Promise<RecordPlace | undefined>;
}

export function createSharedRecords(deps: {
  readonly crm: string;
  readonly connector: RecordStore;
  readonly ledger: SharedLedger;
  readonly locks: Locks;
  readonly noteAsked: (asked: AskedOfRecord) => Promise<void>;
  readonly over: () => OverOfShared;
  readonly onOutcome: (plan: RecordPlan, outcome: RecordOutcome) => void;
  /** Has every purchase looked at again that may have linked to the record. */
  readonly lookAgainAt: (left: RecordPlace) => Promise<void>;
}): SharedRecords {
  const { crm, connector, ledger, locks, noteAsked } = deps;
  const records = createHeldRecords(deps);
  const moves = createMoves(deps);
  const inThisPass = new Map<string, Promise<AppliedRecord>>();

  async function bringUpToDate(plan: RecordPlan, links: readonly Link[]): Promise<AppliedRecord> {
    const settled = await settledRecord(plan, links);
    if (settled !== undefined) return settled;
    return await whileRecognising(plan, async (lock) => await write(plan, links, await recognised(plan, lock), lock));
  }

  /** A newer purchase of this person has written already, or this very notification has. */
  async function settledRecord(plan: RecordPlan, links: readonly Link[]): Promise<AppliedRecord | undefined> {
    const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
    if (pointer?.left !== undefined) return undefined;
    const became = followed(plan, pointer);
    if (became !== undefined) return became;
    if (pointer === undefined || pointer.object !== plan.object) return undefined;
    const { record, doubt } = await ledger.loadRecord(pointer.object, pointer.id);
    if (record === undefined || doubt !== undefined) return undefined;
    if (newsIn(plan, links, record) === undefined) return record;
    const isTheirs = isSamePerson(plan, pointer, record);
    const isNoNewer = record.seq === orderOf(plan) && lookOf(plan) === undefined;
    return isTheirs && isNoNewer && isUpToDate(plan, links, record, pointer.stamp) ? record : undefined;
  }

  /** What somebody else's write may have carried out late is in doubt, whichever lock was lost. */
  async function whileRecognising<T>(plan: RecordPlan, work: (lock: Lock) => Promise<T>): Promise<T> {
    const names = [plan.identity, ...plan.match].flatMap(({ field, value }) =>
      value === undefined
        ? []
        : sectionsOf(plan).map((section) => `${crm}:${section}:${field}:${digest(value.toLowerCase())}`),
    );
    return await locks.withLocks(
      names,
      async ([lock]) => {
        if (lock === undefined) throw new Error("A plan has an id, or something to be recognised by.");
        return await work(lock);
      },
      async () => {
        const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
        if (pointer !== undefined) await ledger.distrustRecord(pointer.object, pointer.id);
        throw new LockLostError("Another pass over the same person has begun meanwhile.");
      },
    );
  }

  /** Who is in somebody else's record, and says something else of who they are, is recognised anew. */
  async function recognised(plan: RecordPlan, lock: Lock): Promise<Before> {
    const pointer = await moves.current(plan, lock);
    // What the mapping makes another object of is found or made anew there.
    if (pointer === undefined || pointer.object !== plan.object) return {};
    const { object, id } = pointer;
    const { record = unwritten(pointer) } = await ledger.loadRecord(object, id);
    if (record.seq > orderOf(plan) || isSamePerson(plan, pointer, record)) return { known: { pointer, record } };
    await records.leave(object, id);
    return { left: { object, id } };
  }

  async function write(plan: RecordPlan, links: readonly Link[], before: Before, lock: Lock): Promise<AppliedRecord> {
    try {
      return await writeOwn(plan, links, before, lock);
    } catch (error) {
      if (!isToFollow(plan, error)) throw error;
      const pointer = convertedPointer(plan, before.known?.pointer, error);
      const left = leftBy(before, { record: error.from });
      return await follow(plan, { ...pointer, ...(left && { left }) }, lock);
    }
  }

  async function follow(plan: RecordPlan, pointer: Pointer, lock: Lock): Promise<AppliedRecord> {
    await ledger.savePointer(plan.section, knownAs(plan), pointer, lock);
    await moves.end(plan, pointer, lock);
    return unwritten(pointer.became ?? pointer);
  }

  async function writeOwn(
    plan: RecordPlan,
    links: readonly Link[],
    before: Before,
    lock: Lock,
  ): Promise<AppliedRecord> {
    const { known, gone } = before;
    const seq = orderOf(plan);
    const { stamp } = known?.pointer ?? {};
    const holding = records.holding(plan, links);
    const task = {
      connector,
      plan,
      links,
      known: known?.record,
      stamp,
      attempted: false,
      seq,
      holding,
      noteAsked,
      over: deps.over().of(plan.key),
      noteOver: (over: readonly Over[]) => deps.over().note(plan.key, over),
    };
    const outcome = await (gone === undefined ? applyRecord(task) : applyGone(task, gone));
    const { record, own = known?.pointer.own ?? false } = outcome;
    const { object, id } = record;
    const borne = (outcome.action === "unchanged" ? stamp : undefined) ?? stampOf(plan);
    const left = leftBy(before, outcome);
    const pointer = { object, id, own, stamp: own ? borne : undefined, matchedBy: plan.match, ...(left && { left }) };
    try {
      const [{ record: there } = {}] = await Promise.all([
        outcome.isUnheld ? ledger.loadRecord(object, id) : undefined,
        ledger.savePointer(plan.section, knownAs(plan), pointer, lock),
      ]);
      if (outcome.isUnheld) await saveUnheld(record, there, lock);
    } catch (error) {
      await ledger.distrustRecord(record.object, record.id);
      throw error;
    }
    deps.over().end(plan.key);
    if (outcome.action !== "unchanged") deps.onOutcome(plan, outcome);
    await moves.end(plan, pointer, lock);
    return record;
  }

  /** By our external id a record may have been written to of which somebody has said something newer. */
  async function saveUnheld(record: AppliedRecord, known: AppliedRecord | undefined, lock: Lock): Promise<void> {
    const isNewer = known !== undefined && (known.seq > record.seq || (known.look ?? 0) > (record.look ?? 0));
    if (!isNewer) return await ledger.saveRecord(record, lock);
    // The doubt that this leaves brings the newer words back.
    throw new ConflictError(`Something newer was written to this ${record.object} meanwhile.`);
  }

  /** @returns why the CRM has no record with this id; undefined where it has */
  async function goneFrom({ object, id }: RecordPlace): Promise<NotFoundError | undefined> {
    try {
      const found = await connector.find({ object, by: { id }, select: [] });
      return found.some((record) => record.id === id)
        ? undefined
        : new NotFoundError(`No ${object} has the id we know.`);
    } catch (error) {
      if (error instanceof NotFoundError) return error;
      throw error;
    }
  }

  /** @returns where what `ref` was is now; undefined where it is still there, or nobody can say */
  async function elsewhere(
    plan: RecordPlan,
    links: readonly Link[],
    ref: RecordPlace,
    { current, refusal, lock }: { current: Pointer | undefined; refusal: unknown; lock: Lock },
  ): Promise<RecordPlace | undefined> {
    if (refusal instanceof ConvertedError && refusal.from.id === ref.id) {
      if (!isToFollow(plan, refusal)) return undefined;
      return await follow(plan, convertedPointer(plan, current, refusal), lock);
    }
    const gone = await goneFrom(ref);
    if (gone === undefined) return undefined;
    if (ref.object === plan.object) return await write(plan, links, { left: ref, gone }, lock);
    const pointer = current && mergedOn(current, ref, gone);
    return pointer && (await follow(plan, pointer, lock));
  }

  return {
    apply(plan, links) {
      const key = `${plan.section}\n${knownAs(plan)}`;
      const running = inThisPass.get(key) ?? bringUpToDate(plan, links);
      inThisPass.set(key, running);
      return running;
    },

    renewIfGone(plan, links, ref, refusal) {
      return whileRecognising(plan, async (lock) => {
        const current = await moves.current(plan, lock);
        // Another pass may have renewed it while we waited for the lock.
        const now = followed(plan, current) ?? current;
        if (now !== undefined && now.id !== ref.id) return now;
        return await elsewhere(plan, links, ref, { current, refusal, lock });
      });
    },
  };
}

/** Where the same person may be met: who pays for one booking may be an attendee of another. */
function sectionsOf({ section, scope }: RecordPlan): string[] {
  return [section, ...(scope.kind === "shared" ? (scope.alike ?? []) : [])];
}
