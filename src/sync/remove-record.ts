/** Deletes the record of a booking that was cancelled, where the mapping asks for that. */
import { MisconfiguredError } from "../../connectors/errors.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { findStamped } from "./match-record.ts";
import type { RecordStore } from "./record-task.ts";

/** One that is gone already counts as deleted. @throws CrmError */
export async function removeRecord(connector: RecordStore, object: string, id: string): Promise<void> {
  if (connector.remove === undefined) {
    throw new MisconfiguredError(
      "This CRM offers no way to delete records: take `cancelled: delete` out of the mapping.",
    );
  }
  await connector.remove(object, id);
}

/**
 * @param known the record's id, where the ledger has it
 * @param isCertain whether there can be no other, made by a write whose end we do not know
 * @returns the ids of what was deleted. @throws CrmError
 */
export async function removePlanned(
  connector: RecordStore,
  plan: RecordPlan,
  known: string | undefined,
  isCertain: boolean,
): Promise<readonly string[]> {
  const found = known !== undefined && isCertain ? undefined : await findStamped({ connector, plan, select: [] });
  const ids = [...new Set([known, found?.id])].filter((id) => id !== undefined);
  for (const id of ids) await removeRecord(connector, plan.object, id);
  return ids;
}
