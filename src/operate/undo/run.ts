/**
 * Gives back what the chosen passes wrote over, under the locks that passes take, and only what the CRM still holds of it.
 * What is written is noted before as not certain, so that a crash leaves nothing that the ledger says and the CRM does not
 * hold; doing it again ends in the same place.
 */
import { CrmError } from "../../../connectors/errors.ts";
import { LockLostError, LockTimeoutError } from "../../redis/locks.ts";
import { crmOf } from "../deps.ts";
import { note } from "../note.ts";
import { externalIds, type UndoDeps } from "./plan.ts";
import { undoPurchase } from "./purchase.ts";
import { undoShared } from "./shared.ts";
import type { UndoAsked, Undoing, Undone } from "./undoing.ts";
import type { WrittenRecord } from "./written.ts";

/** Units that are under way at one moment, so that they share the CRM's calls. */
const AT_ONCE = 50;
/** A record may be many purchases'; the entry is in the timelines of so many of them. */
const NOTED_IN = 50;

/** @throws UnknownCrmError */
export async function undo(
  deps: UndoDeps,
  asked: UndoAsked,
  records: readonly WrittenRecord[],
  onProgress: (done: number, total: number) => void,
): Promise<readonly Undone[]> {
  crmOf(deps, asked.crm);
  const undoing = { deps, asked, externalIds: externalIds(deps, asked.crm), tell: teller(deps, asked) };
  const units = unitsOf(records);
  const done: Undone[] = [];
  for (let from = 0; from < units.length; from += AT_ONCE) {
    const some = units.slice(from, from + AT_ONCE);
    done.push(...(await Promise.all(some.map((unit) => undoUnit(undoing, unit)))).flat());
    onProgress(done.length, records.length);
  }
  return done;
}

type Unit =
  | { readonly purchaseId: string; readonly records: readonly WrittenRecord[] }
  | { readonly purchaseId: undefined; readonly records: readonly [WrittenRecord] };

/** The records of a purchase's bookings have one lock; those of people and companies each its own. */
function unitsOf(records: readonly WrittenRecord[]): Unit[] {
  const byPurchase = Map.groupBy(records, ({ owner }) => (owner.kind === "booking" ? owner.purchaseId : undefined));
  return [...byPurchase].flatMap(([purchaseId, some]): Unit[] =>
    purchaseId === undefined
      ? some.map((record) => ({ purchaseId, records: [record] as const }))
      : [{ purchaseId, records: some }],
  );
}

async function undoUnit(undoing: Undoing, { purchaseId, records }: Unit): Promise<readonly Undone[]> {
  try {
    if (purchaseId !== undefined) return await undoPurchase(undoing, purchaseId, records);
    return [await undoShared(undoing, records[0])];
  } catch (error) {
    const failed = kindOf(error);
    return records.map((record) => ({ record, fields: [], failed }));
  }
}

/** @throws whatever is not of a kind that one record or purchase may meet */
function kindOf(error: unknown): string {
  const isMet = error instanceof CrmError || error instanceof LockTimeoutError || error instanceof LockLostError;
  if (isMet) return error.kind;
  throw error;
}

function teller(deps: UndoDeps, { crm, by, of }: UndoAsked): Undoing["tell"] {
  return async (purchaseIds, done) => {
    const told = done.flatMap(({ record: { object, id }, fields, ended }) => {
      if (ended !== undefined) return [`${object} ${id} ${ended}`];
      return fields.length === 0 ? [] : [`${object} ${id}: ${fields.join(", ")}`];
    });
    if (told.length === 0) return;
    const detail = `${of}; ${told.join("; ")}`;
    await note(deps, purchaseIds.slice(-NOTED_IN), { crm, by, action: "undo", detail });
  };
}
