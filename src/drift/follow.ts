/**
 * Where the CRM holds what we would write, and somebody else wrote it, the ledger says so from then on: what BookingBug says next is
 * written over it as over our own, and not left for an edit. Nothing is written to the CRM.
 */
import { LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, withFollowed } from "../sync/applied-record.ts";
import { recordLock } from "../sync/held-records.ts";
import type { Ledger } from "../sync/ledger.ts";
import { passLock } from "../sync/pass.ts";
import type { Recorded } from "./recorded.ts";

export interface FollowDeps {
  readonly crm: string;
  readonly ledger: Ledger;
  readonly locks: Pick<Locks, "tryTake">;
}

/** Where somebody else is at it, the next look does it. */
export async function follow(deps: FollowDeps, recorded: Recorded, fields: readonly string[]): Promise<void> {
  const { crm, ledger, locks } = deps;
  const { purchaseId, object, id } = recorded;
  const known = await ledger.load(purchaseId);
  const key = Object.keys(known.records).find((name) => isThat(known.records[name], recorded));
  const lock = await locks.tryTake(key === undefined ? recordLock(crm, object, id) : passLock(crm, purchaseId));
  if (lock === undefined) return;
  const ours = new Map(recorded.fields.map(({ planned, ours }) => [planned.field, ours]));
  const followed = (record: AppliedRecord): AppliedRecord =>
    withFollowed(record, Object.fromEntries(fields.map((field) => [field, ours.get(field) ?? null])));
  try {
    if (!(await recorded.stillSo())) return;
    if (key === undefined) {
      const { record } = await ledger.loadRecord(object, id);
      if (record !== undefined) await ledger.saveRecord(followed(record), lock);
      return;
    }
    const { state, turns, records, begun } = await ledger.load(purchaseId);
    const record = records[key];
    if (record === undefined) return;
    await ledger.amend(purchaseId, { state, turns, records: { ...records, [key]: followed(record) } }, lock, begun);
  } catch (error) {
    // A pass has begun, which writes the ledger anew: nothing of ours is in it.
    if (!(error instanceof LockLostError)) throw error;
  } finally {
    await lock.release();
  }
}

function isThat(record: AppliedRecord | undefined, { object, id }: Recorded): boolean {
  return record?.object === object && record.id === id;
}
