/** Finds, adopts or creates a record that the ledger knows nothing of. */
import type { CrmRecord, FieldValues, WriteTarget } from "../../connectors/connector.ts";
import { ConflictError, DuplicateError, DuplicateRuleError, NotFoundError } from "../../connectors/errors.ts";
import { isMeant } from "./adoptable.ts";
import { oursOf } from "./applied-record.ts";
import { refusedByRule } from "./duplicate-rule.ts";
import { refusedIn, saveLeavingOut, taken } from "./leave-out.ts";
import { findBy, findStamped, matchRecord } from "./match-record.ts";
import { changesOf, identityOf, valuesOf } from "./record-changes.ts";
import { alone, NotThereError, type RecordOutcome, type RecordTask } from "./record-task.ts";
import { notOurs, withOver } from "./redo.ts";
import { update } from "./update-record.ts";
import { isEmpty } from "./values.ts";
import { judge, judgeNew, needsLook } from "./write-rules.ts";
import {
  applied,
  changesTaken,
  matching,
  oursLeft,
  readBack,
  strayLinks,
  tellAsked,
  tellOver,
} from "./written-record.ts";

/** @throws as `applyRecord` */
export async function establish(task: RecordTask): Promise<RecordOutcome> {
  try {
    const existing = await matchRecord(matching(task));
    if (existing !== undefined) return await adopt(task, existing);
    if (task.plan.create === "never") throw new NotThereError();
    return await create(task);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new ConflictError("The record was deleted while we were adopting it.", { cause: error });
  }
}

/** Makes a record that was found in the CRM the one that we write to. @throws as `applyRecord` */
export async function adopt(task: RecordTask, existing: CrmRecord): Promise<RecordOutcome> {
  const { identity } = task.plan;
  const stamp = existing.values[identity.field];
  // A record stamped with another client's id stays theirs; we remember the way to it instead of fighting over it.
  if (!isEmpty(stamp)) return await takeOver(task, existing, { own: stamp === identity.value, values: {} });
  try {
    return await takeOver(task, existing, { own: identity.value !== undefined, values: identityOf(task.plan) });
  } catch (error) {
    if (!(error instanceof DuplicateError)) throw error;
    const owner = await ownerOfIdentity(task, error, existing.id);
    return await takeOver(task, owner, { own: true, values: {} });
  }
}

/** Writes to a record that the ledger did not know of this person or booking; of somebody else's it may know it. */
async function takeOver(
  task: RecordTask,
  existing: CrmRecord,
  stamp: { readonly own: boolean; readonly values: FieldValues },
): Promise<RecordOutcome> {
  const { connector, holding = alone } = task;
  const { id } = existing;
  const outcome = await holding(
    id,
    async (known, news) => {
      const current = { ...task, ...news };
      const { plan, links } = current;
      if (known !== undefined && Object.keys(stamp.values).length === 0) {
        return await update(current, known, existing.values);
      }
      const guarded = plan.fields.filter(needsLook);
      // What was found may have been written to by somebody else of ours before we held it.
      const held = known === undefined || guarded.length === 0 ? existing : await readBack(current, id, plan.fields);
      const ours = (field: string) => (known === undefined ? (task.mayHold?.[field] ?? []) : oursOf(known, field));
      const judged = judge(plan.fields, held.values, ours);
      const { writable } = judged;
      const values = { ...valuesOf(writable), ...stamp.values };
      const target = { by: "id", id } as const;
      const write = { object: plan.object, target, values, links, unlink: strayLinks(current) };
      const changes = withOver(changesOf(writable, { ...existing.values, ...held.values }), current.over);
      await tellOver(current, notOurs(changes, ours));
      const { leftOut } = await saveLeavingOut(connector, plan.fields, write);
      await tellAsked(current, id, { judged, held: held.values, written: taken(writable, leftOut), ours });
      const remembered = taken(plan.fields, leftOut).filter((planned) => planned.write !== "on_create");
      return {
        record: applied(current, id, {
          values: valuesOf(remembered),
          ours: oursLeft(judged, ours),
          refused: refusedIn(leftOut),
        }),
        changes: changesTaken(changes, leftOut),
        skipped: judged.left,
        leftOut,
        action: "adopted",
      };
    },
    stamp.values,
  );
  return { ...outcome, own: stamp.own };
}

async function create(task: RecordTask): Promise<RecordOutcome> {
  const { plan, connector, links } = task;
  const { object, duplicateRules, assign } = plan;
  const target = targetOf(task);
  const { writable, left } = judgeNew(plan.fields);
  const values = valuesOf(writable);
  try {
    const write = { object, target, values, links, unlink: [], duplicateRules, assign };
    const { saved, leftOut } = await saveLeavingOut(connector, plan.fields, write);
    const { id, created } = saved;
    const unlink = strayLinks(task);
    if (unlink.length > 0) {
      await connector.save({ object: plan.object, target: { by: "id", id }, values: {}, links, unlink });
    }
    return {
      record: applied(task, id, { values: valuesOf(taken(plan.fields, leftOut)), refused: refusedIn(leftOut) }),
      changes: changesOf(taken(writable, leftOut), {}),
      skipped: left,
      leftOut,
      action: created ? "created" : "adopted",
      isUnheld: true,
      own: plan.identity.value !== undefined,
    };
  } catch (error) {
    if (error instanceof DuplicateRuleError) throw await refusedByRule(matching(task), error);
    if (!(error instanceof DuplicateError)) throw error;
    // Somebody else's write got there first, or the person exists under a value we could not look up.
    return await adopt(task, await ownerOfIdentity(task, error, undefined));
  }
}

function targetOf({ plan: { identity, match }, attempted }: RecordTask): WriteTarget {
  const { field, value } = identity;
  if (value !== undefined) return { by: "external_id", field, value, expect: attempted ? "unknown" : "new" };
  const [first] = match;
  if (first === undefined) throw new Error("A plan has an id, or something to be recognised by.");
  return { by: "match", ...first };
}

/**
 * What holds the value that made our write a duplicate: the record with our external id, else the one the CRM named, if
 * the mapping would recognise it.
 */
async function ownerOfIdentity(task: RecordTask, error: DuplicateError, notId: string | undefined): Promise<CrmRecord> {
  const asked = matching(task);
  const named = async (id: string): Promise<CrmRecord | undefined> => (await findBy(asked, { id })).at(0);
  const stamped = await findStamped(asked);
  if (stamped !== undefined && stamped.id !== notId) return stamped;
  const owner = error.existingId === undefined ? undefined : await named(error.existingId);
  if (owner === undefined || owner.id === notId || !isMeant(task.plan, owner, error)) throw error;
  return owner;
}
