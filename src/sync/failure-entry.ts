/** A failure as the sync log keeps it: taken apart, so that it can be grouped and shown. */
import { CrmError } from "../../connectors/errors.ts";
import { redactCrmWords } from "../../connectors/redact.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { MappingError } from "../mapping/problems.ts";
import type { FailureEntry } from "../synclog/entries.ts";
import { canHeal, describeFailure, HeldError, kindOf, nextStep, type RecordFailure } from "./failures.ts";

export function failureEntry(crm: string, failure: RecordFailure): FailureEntry {
  const { plan, error, bookingId, words } = failure;
  const code = error instanceof CrmError ? error.code : undefined;
  const object = plan?.object ?? (error instanceof CrmError ? error.object : undefined);
  return {
    kind: kindOf(error),
    words,
    fields: fieldsOf(plan, error),
    nextStep: nextStep(error),
    heals: canHeal(error),
    sentence: describeFailure(crm, failure),
    ...(bookingId !== undefined && { bookingId }),
    ...(plan !== undefined && { section: plan.section }),
    ...(object !== undefined && { object }),
    ...(code !== undefined && { code }),
    ...(error instanceof HeldError && { hold: error.detail }),
  };
}

/** For a job that ended without a pass saying why: its worker died too often, or something nobody foresaw. */
export function unexpectedFailure(error: Error): FailureEntry {
  const words = redactCrmWords(error.message);
  return {
    kind: kindOf(error),
    code: error.name,
    words,
    fields: [],
    nextStep: "Next: look into the worker's log, then retry.",
    heals: false,
    sentence: `${words} Next: look into the worker's log, then retry.`,
  };
}

function fieldsOf(plan: RecordPlan | undefined, error: Error): FailureEntry["fields"] {
  if (error instanceof MappingError) {
    const { file, line, expression } = error.source;
    return [{ field: `${file}:${line}`, file, line, expression }];
  }
  if (!(error instanceof CrmError)) return [];
  return error.fields.map((field) => {
    const source = plan?.fields.find((planned) => planned.field.toLowerCase() === field.toLowerCase())?.source;
    if (source === undefined) return { field };
    const { file, line, expression } = source;
    return { field, file, line, expression };
  });
}
