/** What of a purchase's personal data is shown: all of it, or only what kind of data it is. */
import type { FieldValue, FieldValues } from "../../../connectors/connector.ts";
import { maskPayload, maskValue } from "../../booking/mask.ts";
import { digest } from "../../redis/keys.ts";
import type { ActionEntry, DriftEntry, PassEntry, RecordEntry, TimelineEntry } from "../../synclog/entries.ts";

export interface Veil {
  /** What BookingBug said. */
  payload(value: unknown): unknown;
  /** What a CRM was sent. */
  values(values: FieldValues): FieldValues;
  /** What a person or a company is known by. */
  identity(identity: string): string;
  entry(entry: TimelineEntry): ShownEntry;
}

export type ShownEntry = ActionEntry | ShownPass | ShownDrift;

export interface ShownPass extends Omit<PassEntry, "records"> {
  readonly records: readonly ShownRecord[];
}

export interface ShownDrift extends Omit<DriftEntry, "what"> {
  readonly what:
    | Exclude<DriftEntry["what"], { kind: "edited" }>
    | {
        readonly kind: "edited";
        readonly fields: readonly {
          readonly field: string;
          /** Absent when it is veiled; so are who it was and what the CRM holds. */
          readonly from?: FieldValue;
          readonly to?: FieldValue;
          readonly by?: string | undefined;
          readonly at?: string | undefined;
        }[];
      };
}

interface ShownRecord extends Omit<RecordEntry, "changes"> {
  readonly changes: readonly {
    readonly field: string;
    readonly from?: FieldValue | undefined;
    /** Absent when it is veiled. */
    readonly to?: FieldValue;
  }[];
}

export const revealing: Veil = {
  payload: (value) => value,
  values: (values) => values,
  identity: (identity) => identity,
  entry: (entry) => entry,
};

export const masking: Veil = {
  payload: (value) => maskPayload(value),
  // A CRM's names of fields do not tell which of them are harmless.
  values: (values) => Object.fromEntries(Object.entries(values).map(([field, value]) => [field, maskValue(value)])),
  // As it stands in the names of keys.
  identity: digest,
  entry(entry) {
    switch (entry.kind) {
      case "action":
        return entry;
      case "pass":
        return { ...entry, records: entry.records.map(withoutValues) };
      case "drift":
        return { ...entry, what: namesOnly(entry.what) };
    }
  },
};

function namesOnly(what: DriftEntry["what"]): ShownDrift["what"] {
  return what.kind === "edited" ? { ...what, fields: what.fields.map(({ field, at }) => ({ field, at })) } : what;
}

function withoutValues(record: RecordEntry): ShownRecord {
  return { ...record, changes: record.changes.map(({ field }) => ({ field })) };
}
