/** What the mapping's write rules make of what the CRM holds: which fields are written, and which are left alone and why. */
import type { FieldValue, FieldValues } from "../../connectors/connector.ts";
import type { PlannedField } from "../mapping/plan.ts";
import { stepOf } from "../mapping/writing.ts";
import type { SkippedField } from "../synclog/entries.ts";
import type { Ours } from "./applied-record.ts";
import { isSameValue } from "./same-value.ts";
import { isEmpty } from "./values.ts";

export interface Judged {
  readonly writable: readonly PlannedField[];
  readonly left: readonly SkippedField[];
}

/** Whether the CRM has to be asked what it holds. */
export function needsLook(planned: PlannedField): boolean {
  switch (planned.write) {
    case "always":
    case "on_create":
      return false;
    case "when_empty":
    case "unless_edited":
      return true;
    case "forward":
      return stepOf(planned.order, planned.value) !== undefined;
  }
}

/**
 * @param held what the CRM holds of those that need a look
 * @param ours what it may hold of a field that we wrote
 */
export function judge(
  fields: readonly PlannedField[],
  held: FieldValues,
  ours: (field: string) => readonly FieldValue[],
): Judged {
  const writable: PlannedField[] = [];
  const left: SkippedField[] = [];
  for (const planned of fields) {
    const { field } = planned;
    const why = leftBecause(planned, held[field], ours(field));
    if (why === undefined) writable.push(planned);
    else if (why !== "there_already") left.push({ field, why });
  }
  return { writable, left };
}

/** What a new record is made with. */
export function judgeNew(fields: readonly PlannedField[]): Judged {
  const lacking = fields.filter((planned) => planned.write === "forward" && !needsLook(planned));
  return {
    writable: fields.filter((planned) => !lacking.includes(planned)),
    left: lacking.map(({ field }) => ({ field, why: "not_in_order" })),
  };
}

/** @returns undefined where the field is to be written */
export function leftBecause(
  planned: PlannedField,
  now: FieldValue | undefined,
  ours: readonly FieldValue[],
): SkippedField["why"] | "there_already" | undefined {
  switch (planned.write) {
    case "always":
      return undefined;
    case "on_create":
      return "on_create";
    case "when_empty":
      return isEmpty(now) ? undefined : "when_empty";
    case "unless_edited": {
      if (isEmpty(now) || [planned.value, ...ours].some((one) => isSameValue(one, now))) return undefined;
      return planned.owner === "ask" ? "asked" : "edited";
    }
    case "forward": {
      const step = stepOf(planned.order, planned.value);
      if (step === undefined) return "not_in_order";
      if (isEmpty(now)) return undefined;
      const reached = stepOf(planned.order, now);
      if (reached === undefined) return "crm_not_in_order";
      if (reached === step) return "there_already";
      return reached > step ? "not_forward" : undefined;
    }
  }
}

/** Of what is about to be written, what has to be known for ours when it is found in the CRM. */
export function valuesToKnow(fields: readonly PlannedField[]): Ours | undefined {
  const some = fields.filter(({ write }) => write === "unless_edited");
  return some.length === 0 ? undefined : Object.fromEntries(some.map(({ field, value }) => [field, [value]]));
}
