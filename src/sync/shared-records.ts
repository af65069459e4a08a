/**
 * People and companies: records that many purchases share. Whether one exists already is decided under a lock on
 * everything it could be recognised by, so that two purchases of the same new person make one contact.
 */
import type { Link } from "../../connectors/connector.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { digest } from "../redis/keys.ts";
import type { Locks } from "../redis/locks.ts";
import { applyRecord, isUpToDate, type RecordOutcome, type RecordStore } from "./apply-record.ts";
import { DeletedInCrmError } from "./failures.ts";
import { type AppliedRecord, type Ledger, withoutValues } from "./ledger.ts";

export interface SharedRecords {
  /** Brings the record up to date, at most once per pass. An older statement than the record's values changes nothing. */
  apply(plan: RecordPlan, links: readonly Link[]): Promise<AppliedRecord>;
  /**
   * Looks whether the CRM still has the record; when it is gone, finds or creates it anew.
   *
   * @throws DeletedInCrmError when the mapping wants that reported instead
   */
  renewIfGone(plan: RecordPlan, links: readonly Link[], id: string): Promise<{ gone: boolean; id: string }>;
}

export function createSharedRecords(deps: {
  readonly crm: string;
  readonly connector: RecordStore;
  readonly ledger: Ledger;
  readonly locks: Locks;
  /** Whether the CRM may hold older values than the ledger says. */
  readonly doubted: boolean;
  readonly onOutcome: (plan: RecordPlan, outcome: RecordOutcome) => void;
}): SharedRecords {
  const { crm, connector, ledger, locks } = deps;
  const inThisPass = new Map<string, Promise<AppliedRecord>>();

  async function bringUpToDate(plan: RecordPlan, links: readonly Link[]): Promise<AppliedRecord> {
    const known = await load(plan);
    if (known !== undefined && isSettled(plan, links, known)) return known;
    return locks.withLocks(lockNames(plan), async () => {
      const current = await load(plan);
      if (current === undefined || !isUpToDate(plan, links, current)) {
        return current !== undefined && current.seq > orderOf(plan) ? current : await write(plan, links, current);
      }
      return await confirm(plan, current);
    });
  }

  async function load(plan: RecordPlan): Promise<AppliedRecord | undefined> {
    const record = await ledger.loadShared(plan.section, plan.identity.value);
    return record !== undefined && deps.doubted ? withoutValues(record) : record;
  }

  /** A newer purchase of this person has written already, or this very notification has. */
  function isSettled(plan: RecordPlan, links: readonly Link[], known: AppliedRecord): boolean {
    const order = orderOf(plan);
    return known.seq > order || (known.seq === order && isUpToDate(plan, links, known));
  }

  /** Remembers that this newer notification says the same, so that an older one still under way does not overwrite it. */
  async function confirm(plan: RecordPlan, known: AppliedRecord): Promise<AppliedRecord> {
    const record = { ...known, seq: Math.max(known.seq, orderOf(plan)) };
    if (record.seq > known.seq) await ledger.saveShared(plan.section, plan.identity.value, record);
    return record;
  }

  async function write(
    plan: RecordPlan,
    links: readonly Link[],
    known: AppliedRecord | undefined,
  ): Promise<AppliedRecord> {
    const outcome = await applyRecord({ connector, plan, links, known, attempted: false, seq: orderOf(plan) });
    await ledger.saveShared(plan.section, plan.identity.value, outcome.record);
    deps.onOutcome(plan, outcome);
    return outcome.record;
  }

  function lockNames(plan: RecordPlan): string[] {
    const traits = [plan.identity, ...plan.match];
    return traits.map(({ field, value }) => `${crm}:${plan.section}:${field}:${digest(value.toLowerCase())}`);
  }

  return {
    apply(plan, links) {
      const key = `${plan.section}\n${plan.identity.value}`;
      const running = inThisPass.get(key) ?? bringUpToDate(plan, links);
      inThisPass.set(key, running);
      return running;
    },

    renewIfGone(plan, links, id) {
      return locks.withLocks(lockNames(plan), async () => {
        const current = await ledger.loadShared(plan.section, plan.identity.value);
        // Another pass may have renewed it while we waited for the lock.
        if (current !== undefined && current.id !== id) return { gone: true, id: current.id };
        const found = await connector.find({ object: plan.object, by: { id }, select: [plan.identity.field] });
        if (found.some((record) => record.id === id)) return { gone: false, id };
        if (plan.deleted === "report")
          throw new DeletedInCrmError(`The ${plan.object} that we wrote was deleted in the CRM.`);
        const renewed = await write(plan, links, undefined);
        return { gone: true, id: renewed.id };
      });
    },
  };
}

/** How new the statement is that the plan is made of: a purchase that says nothing new of a person changes nothing. */
function orderOf({ scope }: RecordPlan): number {
  return scope.kind === "shared" ? scope.order : 0;
}
