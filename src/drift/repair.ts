/** What is to be done about what drifted, as the mapping says: what would be written, without doing anything. */
import { createHash } from "node:crypto";
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import { placeOf, type RecordPlace } from "./place.ts";
import type { Drifted, DriftStore } from "./store.ts";

interface Place extends RecordPlace {
  readonly purchaseId: string;
  readonly section: string;
}

/** A record, with what is to be written back over what the CRM holds; a record that is gone is made, or followed, as a pass does. */
export type Repair = Place & { readonly fields: readonly RepairedField[] } & (
    | { readonly kind: "written_back" | "recreated" }
    | { readonly kind: "followed"; readonly into: string }
  );

export interface RepairedField {
  readonly field: string;
  /** What the CRM held when we last wrote. */
  readonly base: FieldValue;
  readonly theirs: FieldValue;
  readonly ours: FieldValue;
  readonly isLink?: true | undefined;
  readonly associated?: string | undefined;
  readonly isReplaced?: true | undefined;
}

/** @returns undefined where it is nobody's to repair, or somebody has to decide first */
export function repairOf(entry: Drifted): Repair | undefined {
  const { purchaseId, section, object, id } = entry;
  const place = { purchaseId, section, object, id };
  switch (entry.kind) {
    case "deleted":
      return entry.isRecreated ? { kind: "recreated", ...place, fields: [] } : undefined;
    case "merged":
      return { kind: "followed", into: entry.into, ...place, fields: [] };
    case "drifted": {
      const fields = entry.fields.filter(({ asks }) => asks === "write_back");
      return fields.length === 0 ? undefined : { kind: "written_back", ...place, fields: fields.map(sidesOf) };
    }
  }
}

export function sidesOf({ field, base, theirs, ours, isLink, associated, isReplaced }: RepairedField): RepairedField {
  return {
    ...{ field, base, theirs, ours },
    ...(isLink && { isLink }),
    ...(associated !== undefined && { associated }),
    ...(isReplaced && { isReplaced }),
  };
}

/** What the CRM holds that may be written over. */
export function overOf({ fields }: Repair): FieldValues {
  return Object.fromEntries(fields.filter(({ isLink }) => !isLink).map(({ field, theirs }) => [field, theirs]));
}

/** By what the record is to be linked once more. */
export function relinkedBy({ fields }: Pick<Repair, "fields">): string[] {
  return [...new Set(fields.filter(({ isLink }) => isLink).map(({ field }) => field))];
}

/** A repair as somebody was told of it: whether it is still the same can be seen, and no value. */
export interface PlannedRepair extends RecordPlace {
  readonly purchaseId: string;
  readonly digest: string;
  /** By what it is to be linked once more. */
  readonly links?: readonly string[] | undefined;
}

/** Those of a purchase stand together. */
export function planned(repairs: readonly Repair[]): PlannedRepair[] {
  const all = repairs.map((one) => {
    const { purchaseId, object, id } = one;
    const links = relinkedBy(one);
    return { purchaseId, object, id, digest: digestOf(JSON.stringify(one)), ...(links.length > 0 && { links }) };
  });
  const orderOf = (one: PlannedRepair): string => `${one.purchaseId}\n${placeOf(one)}`;
  return all.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Of a whole plan: another one has another. */
export function planDigest(plan: readonly PlannedRepair[]): string {
  return digestOf(plan.map(({ digest }) => digest).join());
}

const DIGEST_CHARS = 16;

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_CHARS);
}

/** All that would be repaired now. */
export async function repairsIn(store: Pick<DriftStore, "all">): Promise<Repair[]> {
  const repairs: Repair[] = [];
  for await (const entry of store.all()) {
    const one = repairOf(entry);
    if (one !== undefined) repairs.push(one);
  }
  return repairs;
}
