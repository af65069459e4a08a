/** Writes to a record that the ledger knows what its plan says otherwise by now. */
import type { FieldValues } from "../../connectors/connector.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import { type AppliedRecord, oursOf, withoutGranted } from "./applied-record.ts";
import { refusedIn, saveLeavingOut, taken } from "./leave-out.ts";
import { isLinked, linkChanges } from "./links.ts";
import {
  changedFields,
  changesOf,
  differing,
  valuesOf,
  withCause,
  withoutFields,
  withoutSame,
} from "./record-changes.ts";
import type { RecordOutcome, RecordTask } from "./record-task.ts";
import { isOff, isRedone, notOurs, withOver } from "./redo.ts";
import { judge, needsLook } from "./write-rules.ts";
import { applied, changesTaken, oursLeft, readBack, restampOf, tellAsked, tellOver } from "./written-record.ts";

/**
 * @param known what was written to it before
 * @param seen what the CRM was just seen to hold of it, as far as somebody looked
 * @throws NotFoundError when the CRM has it no more; CrmError
 */
export async function update(task: RecordTask, known: AppliedRecord, seen: FieldValues = {}): Promise<RecordOutcome> {
  const { connector, plan, links } = task;
  const together = connector.reckonedTogether?.(plan.object);
  const changed = changedFields(plan, known, together);
  const linking = linkChanges(links, known);
  const restamp = restampOf(task);
  const isComplete = isLinked(linking) && Object.keys(restamp).length === 0;
  if (changed.length === 0 && isComplete) return { record: known, changes: [], skipped: [], action: "unchanged" };

  const isAsked = changed.some((one) => needsLook(one) || isNoted(one) || isRedone(one, known, task.redo));
  const isRead = isAsked || isFirstWritten(plan, known, changed);
  const current = isRead ? (await readBack(task, known.id, changed)).values : {};
  const ours = (field: string) => oursOf(known, field);
  const judged = judge(differing(plan, known, together), current, ours);
  const { redo } = task;
  const isThere = (one: PlannedField): boolean =>
    redo !== undefined && isRedone(one, known, redo) && !isOff(one, current, redo, ours);
  const notThere = judged.writable.filter((one) => !isThere(one));
  const writable = withCause(notThere, differing(plan, known), together);
  const values = { ...valuesOf(writable), ...restamp };
  const target = { by: "id", id: known.id } as const;
  const isNothing = writable.length === 0 && isComplete;
  const write = { object: plan.object, target, values, ...linking };
  const written = changesOf(writable, { ...known.values, ...seen, ...current });
  const changes = withOver(withoutSame(written, known), task.over);
  await tellOver(task, notOurs(isRead ? changes : [], ours));
  const { leftOut } = isNothing ? { leftOut: [] } : await saveLeavingOut(connector, plan.fields, write);
  await tellAsked(task, known.id, { judged, held: current, written: taken(writable, leftOut), ours });
  const refused = { ...withoutFields(known.refused, changed), ...refusedIn(leftOut) };
  return {
    record: applied(task, known.id, {
      values: { ...known.values, ...valuesOf(taken(changed, leftOut)) },
      again: (known.again ?? []).filter((field) => !plan.fields.some((planned) => planned.field === field)),
      ours: {
        ...withoutFields(known.ours, taken(judged.writable, leftOut)),
        ...oursLeft(judged, (field) => withoutGranted(known, field)),
      },
      refused,
    }),
    changes: changesTaken(changes, leftOut).map((change) =>
      change.from !== undefined && oursOf(known, change.field).length === 0 ? { ...change, theirs: true } : change,
    ),
    skipped: judged.left,
    leftOut,
    action: "updated",
  };
}

/**
 * Whether another version of the mapping writes to a field that we never wrote: what it held is asked for first, since that is
 * all that could be given back.
 */
function isFirstWritten({ version }: RecordPlan, known: AppliedRecord, changed: readonly PlannedField[]): boolean {
  if (version === known.version) return false;
  return changed.some(({ field, write }) => write === "always" && oursOf(known, field).length === 0);
}

/** What somebody typed there is written over, and noted: by what we know, nobody has typed anything. */
function isNoted({ owner }: PlannedField): boolean {
  return owner === "bookingbug";
}
