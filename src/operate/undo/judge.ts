/** What is to become of each field that was written, by what the CRM holds of it now and what the ledger says of it. */
import type { FieldValue, FieldValues } from "../../../connectors/connector.ts";
import { isCutShort } from "../../sync/pass-notes.ts";
import { isSameValue } from "../../sync/same-value.ts";
import type { WrittenField, WrittenRecord } from "./written.ts";

export type SkipReason = "edited" | "written_again" | "not_known" | "too_long" | "external_id" | "gone" | "unreadable";

/** `nothing`: the CRM holds what it did before, and only our ledger may have to be told. */
export type Known = Pick<WrittenField, "field" | "to" | "wasOurs"> & {
  readonly do: "give_back" | "nothing";
  readonly from: FieldValue;
};

export type Verdict = Known | { readonly do: "skip"; readonly field: string; readonly why: SkipReason };

/** What the CRM holds now of the fields; or why that is not known. */
export type Live = FieldValues | "gone" | "unreadable";

export interface Seen {
  readonly live: Live;
  /** What we last wrote, where the ledger still has the record. */
  readonly base: FieldValues | undefined;
  /** Fields that hold external ids of ours. */
  readonly externalIds: ReadonlySet<string>;
}

/** Of a record that the passes made nothing is given back: before them there was none. */
export function judge({ fields, became }: WrittenRecord, seen: Seen): Verdict[] {
  return became === "written" ? fields.map((field) => judgeField(field, seen)) : [];
}

function judgeField(
  { field, from, to, wasOurs, isWrittenAgain }: WrittenField,
  { live, base, externalIds }: Seen,
): Verdict {
  const skip = (why: SkipReason): Verdict => ({ do: "skip", field, why });
  if (externalIds.has(field)) return skip("external_id");
  if (isWrittenAgain) return skip("written_again");
  if (from === undefined) return skip("not_known");
  if (isCutShort(from)) return skip("too_long");
  if (live === "gone" || live === "unreadable") return skip(live);
  const now = live[field];
  if (now === undefined) return skip("unreadable");
  if (isSameValue(from, now)) return { do: "nothing", field, from, to, wasOurs };
  const last = base?.[field];
  if (last !== undefined && !isSameValue(to, last)) return skip("written_again");
  return isSameValue(to, now) ? { do: "give_back", field, from, to, wasOurs } : skip("edited");
}

/** Whether the CRM still holds all that was written when the record was made, and nobody has written to those fields since. */
export function isAsMade({ fields }: WrittenRecord, { live }: Seen): boolean {
  if (live === "gone" || live === "unreadable") return false;
  return fields.every(({ field, to, isWrittenAgain }) => !isWrittenAgain && isSameValue(to, live[field] ?? null));
}
