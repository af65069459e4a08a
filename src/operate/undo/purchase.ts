/** Gives back what the records of a purchase's bookings held, where no pass over it or over another purchase of theirs is under way. */
import { randomUUID } from "node:crypto";
import { CrmError } from "../../../connectors/errors.ts";
import { type Lock, LockLostError } from "../../redis/locks.ts";
import type { AppliedRecord } from "../../sync/applied-record.ts";
import type { BegunWrite } from "../../sync/begun.ts";
import { type Cancelled, cancelRecord } from "../../sync/cancelled-form.ts";
import type { KnownPurchase } from "../../sync/ledger.ts";
import type { Listings } from "../../sync/listings.ts";
import { createLookAgain } from "../../sync/look-again.ts";
import { passLock } from "../../sync/pass.ts";
import { removeRecord } from "../../sync/remove-record.ts";
import { bookingLock } from "../../sync/turns.ts";
import { crmOf } from "../deps.ts";
import { giveBack } from "./give-back.ts";
import { toTell, withGivenBack } from "./given-back.ts";
import { judge, type Known } from "./judge.ts";
import { type MadeStep, madeStep, toNote, withForm } from "./made.ts";
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
  const { ledger, queue } = crmOf(deps, asked.crm);
  const lookAgain = createLookAgain({ ...deps, crm: asked.crm, queue });
  const bookingIds = [...new Set(records.map(bookingOf))];
  const lost = async (): Promise<never> => {
    await ledger.distrust(purchaseId);
    // Whoever writes to the bookings next trusts nothing of what they knew either.
    const listings = await ledger.listings(purchaseId, bookingIds);
    for (const [id, { turn }] of listings) await ledger.takeTurn(id, turn, randomUUID().slice(0, 13));
    await lookAgain([purchaseId]);
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

type Noted = Required<Pick<BegunWrite, "fields" | "may">>;

interface Step {
  readonly record: WrittenRecord;
  readonly key: string;
  readonly known: AppliedRecord | undefined;
  readonly told: readonly Known[];
  readonly made: MadeStep;
  /** What may be written, where the ledger knows the record. */
  readonly note: Noted | undefined;
}

interface Done extends Undone {
  /** Of a record that was cancelled. */
  readonly changes: Cancelled["changes"];
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
  for (const { key, note } of steps) if (note !== undefined) begun[key] = noted(begun[key], note);
  const isKnown = steps.some(({ known: own, note, made }) => own !== undefined && (note ?? made.do === "delete"));
  if (isKnown) await ledger.begin(purchaseId, begun, lock);

  const done = await Promise.all(steps.map((step) => carryOut(undoing, step)));
  await undoing.tell([purchaseId], done);
  const after = { ...known.records };
  for (const [index, { key, note, told, known: own }] of steps.entries()) {
    const result = done[index];
    if (own === undefined || result === undefined) continue;
    if (result.ended === "deleted") delete after[key];
    if (note === undefined || result.failed === "uncertain") continue;
    begun[key] = without(begun[key], note.fields);
    if (begun[key].fields.length + begun[key].links.length === 0) delete begun[key];
    if (result.failed === undefined) after[key] = withForm(withGivenBack(own, told), result.changes);
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
  const mappings = deps.mappings.current().set.mappings.filter(({ crm }) => crm === asked.crm);
  const made = madeStep(asked.created, { record, seen, own, state: known.state, mappings });
  const told = toTell(judge(record, seen), own);
  const note =
    made.do === "cancel" ? toNote(made) : own === undefined || told.length === 0 ? undefined : toldNote(told);
  return { record, key, known: own, told, made, note };
}

function toldNote(told: readonly Known[]): Noted {
  // Of what is another's words nothing is ours.
  const may = Object.fromEntries(told.filter(({ wasOurs }) => wasOurs).map(({ field, from }) => [field, [from]]));
  return { fields: told.map(({ field }) => field), may };
}

function noted(before: BegunWrite | undefined, { fields: more, may }: Noted): BegunWrite {
  const fields = [...new Set([...(before?.fields ?? []), ...more])];
  return { links: [], ...before, fields, may: { ...before?.may, ...may } };
}

function without(begun: BegunWrite | undefined, names: readonly string[]): BegunWrite {
  return { links: [], ...begun, fields: (begun?.fields ?? []).filter((field) => !names.includes(field)) };
}

/** What fails, fails for one record alone. */
async function carryOut({ deps, asked }: Undoing, { record, told, made, known: own }: Step): Promise<Done> {
  const { connector } = crmOf(deps, asked.crm);
  const { object, id } = record;
  const nothing = { record, fields: [], changes: [] };
  try {
    if (made.do === "fail") return { ...nothing, failed: "no_cancelled_form" };
    if (made.do === "delete") {
      await removeRecord(connector, object, id);
      return { ...nothing, ended: "deleted" };
    }
    if (made.do === "cancel") {
      const done = await cancelRecord(connector, made.form, made.former);
      return done === undefined ? nothing : { ...nothing, ended: "cancelled", changes: done.changes };
    }
    const values = valuesToWrite(told);
    if (values !== undefined) await giveBack(connector, record, values, own);
    return { ...nothing, fields: told.map(({ field }) => field) };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    return { ...nothing, failed: isCertain(error) ? error.kind : "uncertain" };
  }
}
