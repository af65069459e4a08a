/** How two mappings' plans for the same purchase differ. Pure. */
import type { FieldValue } from "../../connectors/connector.ts";
import { knownAs } from "./known-as.ts";
import type { RecordPlan } from "./plan.ts";

export interface PlanDifference {
  readonly section: string;
  readonly object: string;
  readonly bookingId: string | undefined;
  readonly change: DifferenceChange;
}

export type DifferenceChange =
  /** The record is planned by one of the two only. What was written stays in the CRM. */
  | { readonly kind: "record_new" | "record_gone" }
  /** The record of a cancelled booking is deleted by one of the two only. */
  | { readonly kind: "record_deleted" | "record_kept" }
  /** Another object: the CRM would get a new record, and a booking's former one its cancelled form. */
  | { readonly kind: "record_other" }
  | { readonly kind: "external_id" }
  | { readonly kind: "links" }
  | {
      readonly kind: "field";
      readonly field: string;
      /** Undefined where a mapping writes nothing. */
      readonly before: FieldValue | undefined;
      readonly after: FieldValue | undefined;
    };

/** @param before what the mapping in force plans; @param after what the new one does */
export function differences(before: readonly RecordPlan[], after: readonly RecordPlan[]): PlanDifference[] {
  const old = new Map(before.map((plan) => [plan.key, plan]));
  const next = new Map(after.map((plan) => [plan.key, plan]));
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((key) => compare(old.get(key), next.get(key)));
}

function compare(before: RecordPlan | undefined, after: RecordPlan | undefined): PlanDifference[] {
  const plan = after ?? before;
  if (plan === undefined) return [];
  const bookingId = plan.scope.kind === "booking" ? plan.scope.bookingId : undefined;
  const about = { section: plan.section, object: plan.object, bookingId };
  return changesBetween(before, after).map((change) => ({ ...about, change }));
}

function changesBetween(before: RecordPlan | undefined, after: RecordPlan | undefined): DifferenceChange[] {
  if (before === undefined) return [{ kind: "record_new" }];
  if (after === undefined) return [{ kind: "record_gone" }];
  if (before.object !== after.object) return [{ kind: "record_other" }];
  if (before.gone !== after.gone) return [{ kind: after.gone ? "record_deleted" : "record_kept" }];
  if (after.gone) return [];
  const identity = identityOf(before) === identityOf(after) ? [] : [{ kind: "external_id" } as const];
  const links = linksOf(before) === linksOf(after) ? [] : [{ kind: "links" } as const];
  return [...identity, ...links, ...fieldChanges(before, after)];
}

function fieldChanges(before: RecordPlan, after: RecordPlan): DifferenceChange[] {
  const [old, next] = [valuesOf(before), valuesOf(after)];
  const names = [...new Set([...old.keys(), ...next.keys()])].filter((field) => old.get(field) !== next.get(field));
  return names.map((field) => ({ kind: "field", field, before: old.get(field), after: next.get(field) }));
}

function valuesOf(plan: RecordPlan): Map<string, FieldValue> {
  return new Map(plan.fields.map(({ field, value }) => [field, value]));
}

function identityOf(plan: RecordPlan): string {
  return `${plan.identity.field} ${knownAs(plan)}`;
}

function linksOf({ links }: RecordPlan): string {
  return links
    .map(({ to, via }) => `${to} ${via}`)
    .toSorted()
    .join("\n");
}
