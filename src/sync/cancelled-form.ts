/** The cancelled form of a booking's record, by the mapping that made it, and bringing the record to it. */
import type { FieldValues } from "../../connectors/connector.ts";
import { NotFoundError } from "../../connectors/errors.ts";
import type { BookingState, PurchaseState } from "../booking/types.ts";
import { mappingContext } from "../mapping/context.ts";
import { idAt, timeIn } from "../mapping/each-time.ts";
import { fieldsOf } from "../mapping/evaluate.ts";
import type { Mapping, Section } from "../mapping/mapping.ts";
import type { PlannedField } from "../mapping/plan.ts";
import { type MadeRecord, oursOf } from "./applied-record.ts";
import { LeftBehindError } from "./failures.ts";
import { type LeftOut, saveLeavingOut, taken } from "./leave-out.ts";
import { changesOf, type FieldChange } from "./record-changes.ts";
import type { RecordStore } from "./record-task.ts";
import { removeRecord } from "./remove-record.ts";
import { judge, needsLook } from "./write-rules.ts";

/** What was written, and what the CRM refused of it. */
export interface Cancelled {
  readonly changes: readonly FieldChange[];
  readonly leftOut: readonly LeftOut[];
}

export type CancelledForm =
  | { readonly kind: "delete" }
  /** Fields that differ from what we last wrote. */
  | { readonly kind: "write"; readonly fields: readonly PlannedField[] };

/** @returns undefined when no mapping says what it is */
export function cancelledForm(
  mappings: readonly Mapping[],
  state: PurchaseState,
  made: MadeRecord,
): CancelledForm | undefined {
  const section = sectionOf(mappings, made);
  if (section === undefined) return undefined;
  if (section.cancelled === "delete") return { kind: "delete" };
  const { values: known } = made.record;
  const fields = cancelledFields(section, state, made);
  return {
    kind: "write",
    fields: fields.filter(({ field, value, write }) => write !== "on_create" && known[field] !== value),
  };
}

/** @returns undefined when there was nothing to write, or to write to. @throws CrmError; LeftBehindError when no mapping says the form */
export async function cancelRecord(
  connector: RecordStore,
  form: CancelledForm | undefined,
  made: MadeRecord,
): Promise<Cancelled | undefined> {
  const { object, id, values: known } = made.record;
  if (form === undefined) {
    const found = await connector.find({ object, by: { id }, select: [] });
    if (found.length === 0) return undefined;
    throw new LeftBehindError(made.section, { object, id });
  }
  if (form.kind === "delete") {
    await removeRecord(connector, object, id);
    return { changes: [], leftOut: [] };
  }
  const { fields: differing } = form;
  const guarded = differing.filter(needsLook).map(({ field }) => field);
  const [found] = guarded.length === 0 ? [] : await connector.find({ object, by: { id }, select: guarded });
  if (guarded.length > 0 && found === undefined) return undefined;
  const changed = judge(differing, found?.values ?? {}, (field) => oursOf(made.record, field)).writable;
  if (changed.length === 0) return undefined;
  const values: FieldValues = Object.fromEntries(changed.map(({ field, value }) => [field, value]));
  try {
    const write = { object, target: { by: "id", id }, values, links: [], unlink: [] } as const;
    const { leftOut } = await saveLeavingOut(connector, changed, write);
    return { changes: changesOf(taken(changed, leftOut), known), leftOut };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** In the file that made it; where an older entry does not say which, in the only one that could have. */
function sectionOf(mappings: readonly Mapping[], { section: name, record }: MadeRecord): Section | undefined {
  const made = mappings.flatMap(({ file, sections }) =>
    sections
      .filter((section) => section.name === name && section.object === record.object && section.per === "booking")
      .map((section) => ({ file, section })),
  );
  const [only, ...others] = record.mapping === undefined ? made : made.filter(({ file }) => file === record.mapping);
  return others.length === 0 ? only?.section : undefined;
}

function cancelledFields(
  section: Section,
  state: PurchaseState,
  { bookingId, record }: MadeRecord,
): readonly PlannedField[] {
  const now = state.bookings[bookingId];
  if (now === undefined) return [];
  const left = timeIn(record.stamp?.value);
  const isOtherTime = left !== undefined && left !== timeIn(idAt(bookingId, now.start));
  const booking = isOtherTime ? atTime(now, left) : now;
  const lifecycle =
    booking.lifecycle.status === "cancelled"
      ? booking.lifecycle
      : ({ status: "cancelled", cancelledAt: booking.changedAt } as const);
  const bookings = { ...state.bookings, [bookingId]: { ...booking, lifecycle } };
  const fields = fieldsOf(section, mappingContext({ ...state, bookings }, bookingId), bookingId);
  if (!isOtherTime) return fields;
  // The rest stays as it was at that time.
  const marks = new Set(section.on.cancelled?.map(({ field }) => field));
  return fields.filter(({ field }) => marks.has(field));
}

function atTime(booking: BookingState, start: string): BookingState {
  const length = Date.parse(booking.end) - Date.parse(booking.start);
  return { ...booking, start, end: new Date(Date.parse(start) + length).toISOString() };
}
