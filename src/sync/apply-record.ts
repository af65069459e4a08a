/**
 * Brings one CRM record to what its plan says, writing only the difference to what was applied before. Running it twice,
 * or again after a crash at any line, ends in the same single record.
 */
import { NotFoundError } from "../../connectors/errors.ts";
import { isForeign } from "./adoptable.ts";
import { adopt, establish } from "./establish-record.ts";
import { DeletedInCrmError } from "./failures.ts";
import { findLeft } from "./match-record.ts";
import { alone, type RecordOutcome, type RecordTask } from "./record-task.ts";
import { update } from "./update-record.ts";
import { matching, restampOf } from "./written-record.ts";

/**
 * @throws NotThereError; CrmError as the connector met it; HeldError when several records match and the mapping holds; DeletedInCrmError
 */
export async function applyRecord(task: RecordTask): Promise<RecordOutcome> {
  const { known, holding = alone } = task;
  if (known === undefined) return await establish(task);
  try {
    return await holding(known.id, (current, news) => update({ ...task, ...news }, current ?? known), restampOf(task));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return await applyGone(task, error);
  }
}

/** For a record that the CRM is known not to have any more under its id. @throws as `applyRecord` */
export async function applyGone(task: RecordTask, error: NotFoundError): Promise<RecordOutcome> {
  return (await followMerge(task, error)) ?? (await replaceDeleted(task, error));
}

/** A record that was merged away is not deleted: the one that is left is the person's now, unless it is somebody else's. */
async function followMerge(task: RecordTask, { survivorId }: NotFoundError): Promise<RecordOutcome | undefined> {
  if (survivorId === undefined) return undefined;
  try {
    const survivor = await findLeft(matching(task), survivorId);
    if (survivor === undefined || isForeign(task.plan, survivor)) return undefined;
    const outcome = await adopt(task, survivor);
    return outcome.record.id === survivor.id ? { ...outcome, isFollowed: true } : outcome;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function replaceDeleted(task: RecordTask, cause: NotFoundError): Promise<RecordOutcome> {
  if (task.plan.deleted === "report") {
    throw new DeletedInCrmError(`The ${task.plan.object} that we wrote was deleted in the CRM.`, { cause });
  }
  const outcome = await establish({ ...task, attempted: true });
  return { ...outcome, action: outcome.action === "created" ? "recreated" : outcome.action };
}
