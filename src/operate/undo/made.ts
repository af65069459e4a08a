/** What becomes of a booking's record that the chosen passes made. */
import type { PurchaseState } from "../../booking/types.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { type AppliedRecord, type MadeRecord, type Ours, withUnsureFields } from "../../sync/applied-record.ts";
import type { BegunWrite } from "../../sync/begun.ts";
import { type Cancelled, type CancelledForm, cancelledForm } from "../../sync/cancelled-form.ts";
import type { Seen } from "./judge.ts";
import { isAsMade } from "./judge.ts";
import type { CreatedChoice } from "./undoing.ts";
import type { WrittenRecord } from "./written.ts";

export type MadeStep =
  | { readonly do: "keep" | "delete" }
  | { readonly do: "cancel"; readonly form: Writing; readonly former: MadeRecord }
  /** No mapping in force says what a cancelled one looks like, or the ledger no longer knows the record. */
  | { readonly do: "fail" };

type Writing = Extract<CancelledForm, { readonly kind: "write" }>;

/** @param own what the ledger knows of the record @param mappings of the CRM, in force */
export function madeStep(
  created: CreatedChoice,
  {
    record,
    seen,
    own,
    state,
    mappings,
  }: {
    readonly record: WrittenRecord;
    readonly seen: Seen;
    readonly own: AppliedRecord | undefined;
    readonly state: PurchaseState | undefined;
    readonly mappings: readonly Mapping[];
  },
): MadeStep {
  if (created === "keep" || record.became !== "created" || !isAsMade(record, seen)) return { do: "keep" };
  if (created === "remove") return { do: "delete" };
  if (record.owner.kind !== "booking") return { do: "keep" };
  const { bookingId, key } = record.owner;
  const section = key.slice(0, key.indexOf(":"));
  if (own === undefined || state?.bookings[bookingId] === undefined) return { do: "fail" };
  const former = { section, bookingId, record: own };
  const form = cancelledForm(mappings, state, former);
  if (form === undefined) return { do: "fail" };
  return form.kind === "delete" ? { do: "delete" } : { do: "cancel", form, former };
}

/** @returns what may be written of the cancelled form, as what is begun says it */
export function toNote({
  form: { fields },
}: Extract<MadeStep, { readonly do: "cancel" }>): Required<Pick<BegunWrite, "fields" | "may">> {
  return {
    fields: fields.map(({ field }) => field),
    may: Object.fromEntries(fields.map(({ field, value }): [string, Ours[string]] => [field, [value]])),
  };
}

/** The record of the ledger in its cancelled form. */
export function withForm(known: AppliedRecord, written: Cancelled["changes"]): AppliedRecord {
  const names = written.map(({ field }) => field);
  const { ours: left = {}, ...record } = withUnsureFields(known, names);
  const ours = Object.fromEntries(Object.entries(left).filter(([field]) => !names.includes(field)));
  return {
    ...record,
    values: { ...record.values, ...Object.fromEntries(written.map(({ field, to }) => [field, to])) },
    ...(Object.keys(ours).length > 0 && { ours }),
  };
}
