/** What is to be done about what drifted, as the mapping says: what would be written, without doing anything. */
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { Drifted } from "./store.ts";

/** A record, with what is to be written back over what the CRM holds; a record that is gone is made, or followed, as a pass does. */
export interface Repair {
  readonly kind: "written_back" | "recreated" | "followed";
  readonly purchaseId: string;
  readonly section: string;
  readonly object: string;
  readonly id: string;
  readonly fields: readonly RepairedField[];
}

interface RepairedField {
  readonly field: string;
  readonly theirs: FieldValue;
  readonly ours: FieldValue;
}

/** @returns undefined where it is nobody's to repair, or somebody has to decide first */
export function repairOf(entry: Drifted): Repair | undefined {
  const { purchaseId, section, object, id } = entry;
  const place = { purchaseId, section, object, id };
  switch (entry.kind) {
    case "deleted":
      return entry.isRecreated ? { kind: "recreated", ...place, fields: [] } : undefined;
    case "merged":
      return { kind: "followed", ...place, fields: [] };
    case "drifted": {
      const fields = entry.fields.filter(({ asks, isLink }) => asks === "write_back" && !isLink);
      return fields.length === 0 ? undefined : { kind: "written_back", ...place, fields: fields.map(sidesOf) };
    }
  }
}

function sidesOf({ field, theirs, ours }: RepairedField): RepairedField {
  return { field, theirs, ours };
}

/** What the CRM holds that may be written over. */
export function overOf({ fields }: Repair): FieldValues {
  return Object.fromEntries(fields.map(({ field, theirs }) => [field, theirs]));
}
