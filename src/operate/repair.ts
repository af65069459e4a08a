/**
 * Has what drifted written back by ordinary passes: the ledger says of the fields that they are to be written once more, and the
 * purchases are queued. What a pass writes over is in its timeline, so that it can be given back.
 */

import { BETWEEN } from "../drift/lost-links.ts";
import { overOf, type PlannedRepair, type Repair, type RepairedField, relinkedBy } from "../drift/repair.ts";
import { enqueue, type QueueSettings } from "../inbox/queues.ts";
import { LockLostError, type Locks } from "../redis/locks.ts";
import { type AppliedRecord, oursOf, withAgain, withLinksAgain } from "../sync/applied-record.ts";
import { recordLock } from "../sync/held-records.ts";
import { linkOf } from "../sync/links.ts";
import { createLookAgain } from "../sync/look-again.ts";
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

/**
 * @param repairs of one purchase
 * @returns those that are left to the pass that was queued; the ledger knows the others no more, or they were written meanwhile
 * @throws UnknownCrmError, LockTimeoutError
 */
export async function repair(deps: RepairDeps, asked: Asked, repairs: readonly Repair[]): Promise<readonly Repair[]> {
  const { crm, by, job } = asked;
  const done: Repair[] = [];
  for (const one of repairs) if (await mark(deps, crm, one)) done.push(one);
  for (const one of done) {
    await note(deps, [one.purchaseId], {
      crm,
      by,
      job,
      action: "retry",
      detail: repairDetail({ ...one, links: relinkedBy(one) }),
    });
  }
  const [first] = done;
  if (first !== undefined) await queueRepaired(deps, crm, first.purchaseId);
  return done;
}

/** How the timeline names it. */
export function repairDetail({ object, id, links = [] }: Pick<PlannedRepair, "object" | "id" | "links">): string {
  const linked = links.length === 0 ? "" : `, linked again by ${links.join(", ")}, which no undo takes away`;
  return `repair of ${object} ${id}${linked}`;
}

/** For what is marked and noted already. @throws UnknownCrmError */
export async function queueRepaired(
  deps: Pick<RepairDeps, "crms" | "queueSettings">,
  crm: string,
  purchaseId: string,
): Promise<void> {
  await enqueue(crmOf(deps, crm).queue, [purchaseId], deps.queueSettings);
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
      if (record === undefined || lock === undefined || isWrittenSince(record, one)) return false;
      await ledger.saveRecord(again(record, one), lock);
      return true;
    },
    async () => {
      await ledger.distrustRecord(object, id);
      throw new LockLostError("Another pass over the same record has begun meanwhile.");
    },
  );
}

async function markOwn(deps: RepairDeps, crm: string, one: Repair, key: string): Promise<boolean> {
  const { ledger, queue } = crmOf(deps, crm);
  const lookAgain = createLookAgain({ ...deps, crm, queue });
  const { purchaseId } = one;
  return await deps.locks.withLocks(
    [passLock(crm, purchaseId)],
    async ([lock]) => {
      const { state, turns, records, begun } = await ledger.load(purchaseId);
      const record = records[key];
      if (record?.id !== one.id || lock === undefined || isWrittenSince(record, one)) return false;
      await ledger.amend(purchaseId, { state, turns, records: { ...records, [key]: again(record, one) } }, lock, begun);
      return true;
    },
    async () => {
      await ledger.distrust(purchaseId);
      await lookAgain([purchaseId]);
      throw new LockLostError("A pass over the same purchase has begun meanwhile.");
    },
  );
}

/** Of a record that is gone a pass finds out once it writes anything to it. */
function again(record: AppliedRecord, one: Repair): AppliedRecord {
  if (one.kind !== "written_back") return withAgain(record, record.values);
  return withLinksAgain(
    withAgain(record, overOf(one)),
    one.fields.filter(({ isLink }) => isLink).flatMap((field) => keysOf(record, field)),
  );
}

/** A pass has written another value than the one that was edited; what is marked already is so by an earlier try. */
function isWrittenSince(record: AppliedRecord, { fields }: Repair): boolean {
  return fields.some((one) => {
    const { field, base } = one;
    if (one.isLink) return keysOf(record, one).length === 0;
    return !record.again?.includes(field) && (oursOf(record, field).at(-1) ?? null) !== base;
  });
}

/** The links of ours that it is about, as far as they still are. */
function keysOf({ links }: AppliedRecord, { field, associated, base }: RepairedField): string[] {
  const ids = new Set(String(base ?? "").split(BETWEEN));
  return links.filter((key) => {
    const { via, toObject, toId } = linkOf(key);
    return via === field && (associated === undefined || toObject === associated) && ids.has(toId);
  });
}
