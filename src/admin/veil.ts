/** What pages show of people: everything to an operator; to who may only look, that there is somebody, and what kind of data. */
import { maskPayload, maskValue } from "../booking/mask.ts";
import type { BookingState, CleanObject, Hold, PurchaseState } from "../booking/types.ts";
import type { Role } from "../config/roles.ts";
import type { Drifted, DriftedField } from "../drift/drifted.ts";
import type { DriftEntry, TimelineEntry } from "../synclog/entries.ts";

export interface PageVeil {
  /** Whatever is made of it then, a name or a field's value, is veiled as well. */
  state(state: PurchaseState): PurchaseState;
  timeline(entries: readonly TimelineEntry[]): readonly TimelineEntry[];
  drifted(entry: Drifted): Drifted;
}

const revealing: PageVeil = { state: (state) => state, timeline: (entries) => entries, drifted: (entry) => entry };

const masking: PageVeil = {
  state(state) {
    const { client, member, company, ...rest } = state;
    return {
      ...rest,
      purchase: masked(state.purchase),
      client: { name: nameOf(client ?? member) },
      ...(company && { company: masked(company) }),
      bookings: mapped(state.bookings, withoutPeople),
      holds: state.holds.map(maskHold),
    };
  },
  timeline: (entries) =>
    entries.map((entry) => {
      if (entry.kind === "drift") return { ...entry, what: maskDrift(entry.what) };
      return entry.kind === "pass" ? { ...entry, records: entry.records.map(maskRecord) } : entry;
    }),
  drifted: (entry) => (entry.kind === "drifted" ? { ...entry, fields: entry.fields.map(maskDriftedField) } : entry),
};

export function veilFor(role: Role): PageVeil {
  return role === "operator" ? revealing : masking;
}

function nameOf(person: CleanObject | undefined): string {
  return person === undefined ? "Nobody known" : "Name not shown";
}

function maskHold({ unknown, ...hold }: Hold): Hold {
  return unknown === undefined ? hold : { ...hold, unknown: mapped(unknown, withoutPeople) };
}

/** A member of staff or a room may be there by name. */
function withoutPeople<Booking extends Pick<BookingState, "body" | "person" | "resource">>(booking: Booking): Booking {
  const { person, resource, ...rest } = booking;
  return { ...rest, body: masked(booking.body) } as Booking;
}

type RecordEntry = Extract<TimelineEntry, { kind: "pass" }>["records"][number];

/** A CRM's names of fields do not tell which of them are harmless. */
function maskRecord(record: RecordEntry): RecordEntry {
  const changes = record.changes.map(({ field, from, to }) => ({
    field,
    ...(from !== undefined && { from: maskValue(from) }),
    to: maskValue(to),
  }));
  return { ...record, changes };
}

/** Who edited is somebody too. */
function maskDrift(what: DriftEntry["what"]): DriftEntry["what"] {
  if (what.kind !== "edited") return what;
  const fields = what.fields.map(({ by: _, ...one }) => ({ ...one, from: maskValue(one.from), to: maskValue(one.to) }));
  return { ...what, fields };
}

/** A link's sides are ids. Who edited is somebody too. */
function maskDriftedField({ by: _, ...one }: DriftedField): DriftedField {
  if (one.isLink) return one;
  return { ...one, base: maskValue(one.base), ours: maskValue(one.ours), theirs: maskValue(one.theirs) };
}

/** The same shape, so that what reads a body reads this one. */
function masked(body: CleanObject): CleanObject {
  return maskPayload(body) as CleanObject;
}

function mapped<Value>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
