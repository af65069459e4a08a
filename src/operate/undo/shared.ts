/** Gives back what a record of people or companies held, under the record's own lock. */
import { CrmError, NotFoundError } from "../../../connectors/errors.ts";
import { LockLostError } from "../../redis/locks.ts";
import { recordLock } from "../../sync/held-records.ts";
import { createLookAgain } from "../../sync/look-again.ts";
import { crmOf } from "../deps.ts";
import { giveBack } from "./give-back.ts";
import { toTell, withGivenBack } from "./given-back.ts";
import { judge, type Known } from "./judge.ts";
import { see } from "./plan.ts";
import type { Undoing, Undone } from "./undoing.ts";
import type { WrittenRecord } from "./written.ts";

/** @throws CrmError, LockTimeoutError, LockLostError */
export async function undoShared({ deps, asked, externalIds, tell }: Undoing, record: WrittenRecord): Promise<Undone> {
  const operated = crmOf(deps, asked.crm);
  const { ledger, connector, queue } = operated;
  const lookAgain = createLookAgain({ ...deps, crm: asked.crm, queue });
  const { object, id } = record;
  return await deps.locks.withLocks(
    [recordLock(asked.crm, object, id)],
    async ([lock]) => {
      if (lock === undefined) throw new Error("A record has one lock.");
      const { record: known } = await ledger.loadRecord(object, id);
      const told = toTell(judge(record, await see(operated, record, known, externalIds)), known);
      const done = { record, fields: told.map(({ field }) => field) };
      if (told.length === 0) return done;
      const doubt = known && (await ledger.doubtRecord(object, id));
      try {
        const values = valuesToWrite(told);
        if (values !== undefined) await giveBack(connector, record, values, known);
      } catch (error) {
        if (isCertain(error) && doubt !== undefined) await ledger.trustRecord(object, id, doubt);
        throw error;
      }
      await tell(record.purchaseIds, [done]);
      if (known !== undefined) await ledger.saveRecord(withGivenBack(known, told), lock);
      if (doubt !== undefined) await ledger.trustRecord(object, id, doubt);
      return done;
    },
    async () => {
      await ledger.distrustRecord(object, id);
      // Whichever of them looks writes what was said last.
      await lookAgain(record.purchaseIds.slice(-1));
      throw new LockLostError("Another pass over the same record has begun meanwhile.");
    },
  );
}

/** Undefined where the CRM holds all of it already. */
export function valuesToWrite(told: readonly Known[]): Readonly<Record<string, Known["from"]>> | undefined {
  const some = told.filter((one) => one.do === "give_back");
  return some.length === 0 ? undefined : Object.fromEntries(some.map(({ field, from }) => [field, from]));
}

/** Whether the CRM has certainly not written it. */
export function isCertain(error: unknown): boolean {
  return error instanceof NotFoundError || (error instanceof CrmError && !error.retry);
}
