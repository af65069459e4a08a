/**
 * Brings one CRM record to what its plan says, writing only the difference to what was applied before. Running it twice,
 * or again after a crash at any line, ends in the same single record.
 */
import type { Connector, CrmRecord, FieldValue, FieldValues, Link, WriteTarget } from "../../connectors/connector.ts";
import { ConflictError, DuplicateError, DuplicateRuleError, NotFoundError } from "../../connectors/errors.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { SkippedField } from "../synclog/entries.ts";
import { isForeign, isMeant } from "./adoptable.ts";
import {
  type AppliedRecord,
  type Ours,
  type Over,
  oursOf,
  type Stamp,
  stampOf,
  withoutGranted,
} from "./applied-record.ts";
import { type AskedOfRecord, askedOf } from "./asked-fields.ts";
import { refusedByRule } from "./duplicate-rule.ts";
import { DeletedInCrmError } from "./failures.ts";
import { type LeftOut, refusedIn, saveLeavingOut, taken } from "./leave-out.ts";
import { isLinked, linkChanges, linkKey, linkOf } from "./links.ts";
import { findBy, findLeft, findStamped, type Matching, matchRecord } from "./match-record.ts";
import type { News } from "./news-in.ts";
import {
  changedFields,
  changesOf,
  differing,
  type FieldChange,
  identityOf,
  isStamped,
  overwritten,
  valuesOf,
  withoutFields,
} from "./record-changes.ts";
import { isOff, isRedone, notOurs, type Redo, withOver } from "./redo.ts";
import { isEmpty } from "./values.ts";
import { type Judged, judge, judgeNew, needsLook } from "./write-rules.ts";

/** What writing records needs of a connector. */
export type RecordStore = Pick<Connector, "find" | "save" | "remove">;

/** The CRM has no such record, and the mapping wants none made: no failure, but an answer. */
export class NotThereError extends Error {
  override readonly name = "NotThereError";

  constructor() {
    super("The CRM has no such record, and the mapping makes none.");
  }
}

export interface RecordTask {
  readonly connector: RecordStore;
  readonly plan: RecordPlan;
  readonly links: readonly Link[];
  /** What the ledger says we wrote, if anything. */
  readonly known: AppliedRecord | undefined;
  /** The external id of ours that `known` bears, where that is known and ours. */
  readonly stamp?: Stamp | undefined;
  /** False when we certainly never tried to create this record. */
  readonly attempted: boolean;
  /** Links that such a try may have made. */
  readonly mayBeLinked?: readonly string[] | undefined;
  /** Values that such a try may have written. */
  readonly mayHold?: Ours | undefined;
  /** What such a try was to write over that was not ours. */
  readonly over?: readonly Over[] | undefined;
  /** What is to be written once more where the CRM does not hold it. */
  readonly redo?: Redo | undefined;
  /** Told before that is written over, so that it is told although the answer is lost. */
  readonly noteOver?: ((over: readonly Over[]) => Promise<void>) | undefined;
  /** Number of the notification the plan comes from, or the order of the statement. */
  readonly seq: number;
  /** What the CRM was just seen to hold of the record that `known` is, as far as somebody looked. */
  readonly seen?: FieldValues | undefined;
  /** Shared records are locked while they are written to, and known by themselves. */
  readonly holding?: Holding;
  /** Told before the outcome is, of fields whose owner somebody is asked about. */
  readonly noteAsked?: ((asked: AskedOfRecord) => Promise<void>) | undefined;
}

/**
 * @param write gets what was written to the record so far, by whomever, and what of the plan is news to it where not all is
 * @param stamp our id, where the record lacks it: written also when nothing else is
 */
export type Holding = (
  id: string,
  write: (known: AppliedRecord | undefined, news?: HeldNews) => Promise<RecordOutcome>,
  stamp?: FieldValues,
) => Promise<RecordOutcome>;

/** With what is known of earlier tries. */
export type HeldNews = News & Pick<RecordTask, "redo" | "over" | "noteOver">;

const alone: Holding = (_id, write) => write(undefined);

export type RecordOutcome = {
  readonly record: AppliedRecord;
  /** What was written. */
  readonly changes: readonly FieldChange[];
  /** What differed and was left alone. */
  readonly skipped: readonly SkippedField[];
  /** What the CRM refused; absent when it was nothing. */
  readonly leftOut?: readonly LeftOut[];
  readonly action: "unchanged" | "updated" | "created" | "adopted" | "recreated";
  /** Whether the record has our external id, where that is known. */
  readonly own?: boolean;
  /** Which record it is was not known before it was written to, so that it was not held. */
  readonly isUnheld?: true;
};

function restampOf({ plan, stamp }: RecordTask): FieldValues {
  return isStamped(plan, stamp) ? {} : identityOf(plan);
}

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
    return survivor === undefined || isForeign(task.plan, survivor) ? undefined : await adopt(task, survivor);
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

async function update(task: RecordTask, known: AppliedRecord): Promise<RecordOutcome> {
  const { connector, plan, links } = task;
  const changed = changedFields(plan, known);
  const linking = linkChanges(links, known);
  const restamp = restampOf(task);
  const isComplete = isLinked(linking) && Object.keys(restamp).length === 0;
  if (changed.length === 0 && isComplete) return { record: known, changes: [], skipped: [], action: "unchanged" };

  const isAsked = changed.some((one) => needsLook(one) || isNoted(one) || isRedone(one, known, task.redo));
  const isRead = isAsked || isFirstWritten(plan, known, changed);
  const current = isRead ? (await readBack(task, known.id, changed)).values : {};
  const ours = (field: string) => oursOf(known, field);
  const judged = judge(differing(plan, known), current, ours);
  const { redo } = task;
  const isThere = (one: PlannedField): boolean =>
    redo !== undefined && isRedone(one, known, redo) && !isOff(one, current, redo, ours);
  const writable = judged.writable.filter((one) => !isThere(one));
  const values = { ...valuesOf(writable), ...restamp };
  const target = { by: "id", id: known.id } as const;
  const isNothing = writable.length === 0 && isComplete;
  const write = { object: plan.object, target, values, ...linking };
  const changes = withOver(changesOf(writable, { ...known.values, ...task.seen, ...current }), task.over);
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

function changesTaken(changes: readonly FieldChange[], leftOut: readonly LeftOut[]): FieldChange[] {
  return changes.filter(({ field }) => !leftOut.some(({ planned }) => planned.field === field));
}

async function tellOver({ noteOver }: RecordTask, over: readonly Over[]): Promise<void> {
  if (over.length > 0) await noteOver?.(over);
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

async function tellAsked(
  { plan, noteAsked }: RecordTask,
  id: string,
  now: Parameters<typeof askedOf>[2],
): Promise<void> {
  const asked = askedOf(plan, id, now);
  if (asked !== undefined) await noteAsked?.(asked);
}

async function readBack(task: RecordTask, id: string, fields: readonly PlannedField[]): Promise<CrmRecord> {
  const select = fields.filter(needsLook).map(({ field }) => field);
  const also = overwritten(fields);
  const [record] = await task.connector.find({ object: task.plan.object, by: { id }, select, also });
  if (record === undefined) throw new NotFoundError(`The CRM has no ${task.plan.object} with the id we know.`);
  return record;
}

/** Finds, adopts or creates the record when the ledger knows none. */
async function establish(task: RecordTask): Promise<RecordOutcome> {
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

/** What is decided by what the CRM holds: fields that must not overwrite. Of the others what they were is to be known. */
function matching({ connector, plan }: RecordTask): Matching {
  const guarded = plan.fields.filter(needsLook).map((planned) => planned.field);
  return { connector, plan, select: guarded, also: overwritten(plan.fields) };
}

async function adopt(task: RecordTask, existing: CrmRecord): Promise<RecordOutcome> {
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
        return await update({ ...current, seen: existing.values }, known);
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

/** Those that an earlier try may have made and that are not to be. */
function strayLinks({ links, mayBeLinked = [] }: RecordTask): Link[] {
  const wanted = new Set(links.map(linkKey));
  return mayBeLinked.filter((key) => !wanted.has(key)).map(linkOf);
}

/** What a person's words in the CRM are told from later. */
function oursLeft({ left }: Judged, ours: (field: string) => readonly FieldValue[]): Ours {
  return Object.fromEntries(
    left.filter(({ why }) => why === "edited" || why === "asked").map(({ field }) => [field, ours(field)]),
  );
}

interface Applied {
  readonly values: FieldValues;
  readonly ours?: Ours;
  readonly refused: FieldValues;
  /** What another section is to write. */
  readonly again?: readonly string[];
}

function applied(
  { plan, links, seq }: RecordTask,
  id: string,
  { values, ours = {}, refused, again = [] }: Applied,
): AppliedRecord {
  const told = plan.fields.filter(({ field, write }) => write === "unless_edited" && field in ours);
  const some = {
    ...(told.length > 0 && { ours: Object.fromEntries(told.map(({ field }) => [field, ours[field] ?? []])) }),
    ...(Object.keys(refused).length > 0 && { refused }),
    ...(again.length > 0 && { again }),
  };
  const { object, version } = plan;
  const record = { object, id, values, ...some, links: links.map(linkKey), seq, ...(version && { version }) };
  if (plan.scope.kind === "shared") return { ...record, look: plan.scope.look };
  return { ...record, mapping: plan.identity.source.file, stamp: stampOf(plan) };
}
