/**
 * Has what drifted written back by ordinary passes: the ledger says of the fields that they are to be written once more, and the
 * purchases are queued. What a pass writes over is in its timeline, so that it can be given back.
 */

import { overOf, type Repair } from "../drift/repair.ts";
import { enqueue, type QueueSettings } from "../inbox/queues.ts";
import { LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, withAgain } from "../sync/applied-record.ts";
import { recordLock } from "../sync/held-records.ts";
import { passLock } from "../sync/pass.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { note } from "./note.ts";

export interface RepairDeps extends Pick<OperateDeps, "crms" | "syncLog" | "inbox"> {
  readonly locks: Pick<Locks, "withLocks">;
  /** Behind what is live. */
  readonly queueSettings: QueueSettings;
}

interface Asked {
  readonly crm: string;
  readonly by: string;
  /** By which it can be undone. */
  readonly job: string;
}

/** @returns those whose purchase was queued; of the others the ledger knows nothing any more. @throws UnknownCrmError, LockTimeoutError */
export async function repair(deps: RepairDeps, asked: Asked, repairs: readonly Repair[]): Promise<readonly Repair[]> {
  const { crm, by, job } = asked;
  const done: Repair[] = [];
  for (const one of repairs) {
    if (!(await mark(deps, crm, one))) continue;
    done.push(one);
    await note(deps, [one.purchaseId], { crm, by, job, action: "retry", detail: "repair" });
    await enqueue(crmOf(deps, crm).queue, [one.purchaseId], deps.queueSettings);
  }
  return done;
}

async function mark(deps: RepairDeps, crm: string, one: Repair): Promise<boolean> {
  const { ledger } = crmOf(deps, crm);
  const { purchaseId, object, id } = one;
  const { records } = await ledger.load(purchaseId);
  const key = Object.keys(records).find((name) => records[name]?.object === object && records[name]?.id === id);
  return key === undefined ? await markShared(deps, crm, one) : await markOwn(deps, crm, one, key);
}

async function markShared({ crms, locks }: RepairDeps, crm: string, one: Repair): Promise<boolean> {
  const { ledger } = crmOf({ crms }, crm);
  const { object, id } = one;
  return await locks.withLocks(
    [recordLock(crm, object, id)],
    async ([lock]) => {
      const { record } = await ledger.loadRecord(object, id);
      if (record === undefined || lock === undefined) return false;
      await ledger.saveRecord(again(record, one), lock);
      return true;
    },
    async () => {
      await ledger.distrustRecord(object, id);
      throw new LockLostError("Another pass over the same record has begun meanwhile.");
    },
  );
}

async function markOwn({ crms, locks, inbox }: RepairDeps, crm: string, one: Repair, key: string): Promise<boolean> {
  const { ledger } = crmOf({ crms }, crm);
  const { purchaseId } = one;
  return await locks.withLocks(
    [passLock(crm, purchaseId)],
    async ([lock]) => {
      const { state, turns, records, begun } = await ledger.load(purchaseId);
      const record = records[key];
      if (record?.id !== one.id || lock === undefined) return false;
      await ledger.amend(purchaseId, { state, turns, records: { ...records, [key]: again(record, one) } }, lock, begun);
      return true;
    },
    async () => {
      await ledger.distrust(purchaseId);
      await inbox.reopen(crm, purchaseId);
      throw new LockLostError("A pass over the same purchase has begun meanwhile.");
    },
  );
}

/** Of a record that is gone a pass finds out once it writes anything to it. */
function again(record: AppliedRecord, one: Repair): AppliedRecord {
  return withAgain(record, one.kind === "written_back" ? overOf(one) : record.values);
}
