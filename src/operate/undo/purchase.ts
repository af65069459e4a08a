/** Gives back what the records of a purchase's bookings held, where no pass over it or over another purchase of theirs is under way. */
import { randomUUID } from "node:crypto";
import { CrmError } from "../../../connectors/errors.ts";
import { type Lock, LockLostError } from "../../redis/locks.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import type { BegunWrite } from "../../sync/begun.ts";
import type { KnownPurchase } from "../../sync/ledger.ts";
import type { Listings } from "../../sync/listings.ts";
import { passLock } from "../../sync/pass.ts";
import { removeRecord } from "../../sync/remove-record.ts";
import { bookingLock } from "../../sync/turns.ts";
import { crmOf } from "../deps.ts";
import { toTell, withGivenBack } from "./given-back.ts";
import { isAsMade, judge, type Known } from "./judge.ts";
import { ownRecord, see } from "./plan.ts";
import { isCertain, valuesToWrite } from "./shared.ts";
import type { Undoing, Undone } from "./undoing.ts";
import type { WrittenRecord } from "./written.ts";

/** @throws CrmError, LockTimeoutError, LockLostError */
export async function undoPurchase(
  undoing: Undoing,
  purchaseId: string,
  records: readonly WrittenRecord[],
): Promise<readonly Undone[]> {
  const { deps, asked } = undoing;
  const { ledger } = crmOf(deps, asked.crm);
  const bookingIds = [...new Set(records.map(bookingOf))];
  const lost = async (): Promise<never> => {
    await ledger.distrust(purchaseId);
    // Whoever writes to the bookings next trusts nothing of what they knew either.
    const listings = await ledger.listings(purchaseId, bookingIds);
    for (const [id, { turn }] of listings) await ledger.takeTurn(id, turn, randomUUID().slice(0, 13));
    await deps.inbox.reopen(asked.crm, purchaseId);
    throw new LockLostError("A pass over the same purchase has begun meanwhile.");
  };
  return await deps.locks.withLocks(
    [passLock(asked.crm, purchaseId)],
    async ([lock]) => {
      if (lock === undefined) throw new Error("A purchase has one lock.");
      const names = bookingIds.map((id) => bookingLock(asked.crm, id));
      return await deps.locks.withLocks(names, () => undoAlone(undoing, { purchaseId, records, lock }), lost);
    },
    lost,
  );
}

interface Alone {
  readonly purchaseId: string;
  readonly records: readonly WrittenRecord[];
  readonly lock: Lock;
}

interface Step {
  readonly record: WrittenRecord;
  readonly key: string;
  readonly known: AppliedRecord | undefined;
  readonly told: readonly Known[];
  readonly isToRemove: boolean;
}

async function undoAlone(undoing: Undoing, { purchaseId, records, lock }: Alone): Promise<readonly Undone[]> {
  const { ledger } = crmOf(undoing.deps, undoing.asked.crm);
  const [known, listings] = await Promise.all([
    ledger.load(purchaseId),
    ledger.listings(purchaseId, records.map(bookingOf)),
  ]);
  const mine = records.filter((record) => !isOutrun(known, listings, bookingOf(record)));
  const steps = await Promise.all(mine.map((record) => stepOf(undoing, record, known)));
  const begun = { ...known.begun };
  for (const { key, told, known: own } of steps) {
    if (own !== undefined && told.length > 0) begun[key] = noted(begun[key], told);
  }
  const isKnown = steps.some(
    ({ known: own, told, isToRemove }) => own !== undefined && (isToRemove || told.length > 0),
  );
  if (isKnown) await ledger.begin(purchaseId, begun, lock);

  const done = await Promise.all(steps.map((step) => carryOut(undoing, step)));
  await undoing.tell([purchaseId], done);
  const after = { ...known.records };
  for (const [index, { key, told, known: own }] of steps.entries()) {
    const result = done[index];
    if (own === undefined || result === undefined) continue;
    if (result.isRemoved) delete after[key];
    if (told.length === 0 || result.failed === "uncertain") continue;
    begun[key] = without(begun[key], told);
    if (begun[key].fields.length + begun[key].links.length === 0) delete begun[key];
    if (result.failed === undefined) after[key] = withGivenBack(own, told);
  }
  const { state, turns } = known;
  if (isKnown) await ledger.amend(purchaseId, { state, turns, records: after }, lock, begun);
  return done;
}

function bookingOf({ owner, object, id }: WrittenRecord): string {
  if (owner.kind === "booking") return owner.bookingId;
  throw new Error(`${object} ${id} is no booking's.`);
}

/** Whether another purchase has written to the booking's records since this one did. */
function isOutrun({ turns = {} }: KnownPurchase, listings: Listings, bookingId: string): boolean {
  const turn = listings.get(bookingId)?.turn;
  return turn !== undefined && turn !== turns[bookingId];
}

async function stepOf(
  { deps, asked, externalIds }: Undoing,
  record: WrittenRecord,
  known: KnownPurchase,
): Promise<Step> {
  const key = record.owner.kind === "booking" ? record.owner.key : "";
  const own = ownRecord(known.records[key], record);
  const seen = await see(crmOf(deps, asked.crm), record, own, externalIds);
  const isToRemove = asked.created === "remove" && record.became === "created" && isAsMade(record, seen);
  return { record, key, known: own, told: toTell(judge(record, seen), own), isToRemove };
}

function noted(before: BegunWrite | undefined, told: readonly Known[]): BegunWrite {
  const fields = [...new Set([...(before?.fields ?? []), ...told.map(({ field }) => field)])];
  // Of what is another's words nothing is ours.
  const may = Object.fromEntries(told.filter(({ wasOurs }) => wasOurs).map(({ field, from }) => [field, [from]]));
  return { links: [], ...before, fields, may: { ...before?.may, ...may } };
}

function without(begun: BegunWrite | undefined, told: readonly Known[]): BegunWrite {
  const names = new Set(told.map(({ field }) => field));
  return { links: [], ...begun, fields: (begun?.fields ?? []).filter((field) => !names.has(field)) };
}

/** What fails, fails for one record alone. */
async function carryOut({ deps, asked }: Undoing, { record, told, isToRemove }: Step): Promise<Undone> {
  const { connector } = crmOf(deps, asked.crm);
  const { object, id } = record;
  const nothing = { record, fields: [], isRemoved: false };
  try {
    if (isToRemove) {
      await removeRecord(connector, object, id);
      return { ...nothing, isRemoved: true };
    }
    const values = valuesToWrite(told);
    if (values !== undefined) await connector.save({ object, target: { by: "id", id }, values, links: [] });
    return { ...nothing, fields: told.map(({ field }) => field) };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { ...nothing, failed: isCertain(error) ? error.kind : "uncertain" };
  }
}
