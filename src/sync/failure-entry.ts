/** A failure as the sync log keeps it: taken apart, so that it can be grouped and shown, and in one sentence. */
import { CrmError, DuplicateError, DuplicateRuleError } from "../../connectors/errors.ts";
import type { PlannedField, RecordPlan } from "../mapping/plan.ts";
import { MappingError } from "../mapping/problems.ts";
import type { FailureEntry } from "../synclog/entries.ts";
import { nextStep } from "../synclog/failure-kinds.ts";
import { holdWords } from "../synclog/hold-reasons.ts";
import { HeldError, isTriedAgain, kindOf, LeftBehindError, type RecordFailure } from "./failures.ts";

/** @param attempts how many were made, where none is left */
export function failureEntry(crm: string, failure: RecordFailure, attempts?: number): FailureEntry {
  const { plan, error, bookingId, words } = failure;
  const code = error instanceof CrmError ? error.code : undefined;
  const requestId = error instanceof CrmError ? error.requestId : undefined;
  const object = plan?.object ?? (error instanceof CrmError ? error.object : undefined);
  const next = nextStepOf(failure, attempts);
  const record = recordToSee(plan, error);
  const see = record === undefined ? "" : ` Record: ${record.object} ${record.id}.`;
  return {
    kind: kindOf(error),
    words,
    fields: fieldsOf(plan, error),
    nextStep: next,
    heals: isTriedAgain(failure) && attempts === undefined,
    sentence: `${subjectOf(crm, failure)}${code === undefined ? "" : `${code}: `}${words}${fieldNotes(plan, error)}${see} ${next}`,
    ...(bookingId !== undefined && { bookingId }),
    ...(plan !== undefined && { section: plan.section }),
    ...(object !== undefined && { object }),
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
    ...(error instanceof HeldError && { hold: error.detail }),
    ...(record !== undefined && { record }),
  };
}

export function sentencesOf(failures: readonly FailureEntry[]): string {
  return failures.map(({ sentence }) => sentence).join("\n");
}

/** For a line of the log; nothing where the CRM gave none. */
export function requestIdsOf(failures: readonly FailureEntry[]): { readonly requestIds?: readonly string[] } {
  const ids = failures.flatMap(({ requestId }) => requestId ?? []);
  return ids.length === 0 ? {} : { requestIds: [...new Set(ids)] };
}

function nextStepOf(failure: RecordFailure, attempts: number | undefined): string {
  const { error } = failure;
  if (error instanceof HeldError) return holdWords(error.detail).nextStep;
  const again = isTriedAgain(failure);
  const next = nextStep(kindOf(error), again && attempts === undefined);
  if (!again || attempts === undefined) return next;
  return `Given up after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}. ${next}`;
}

/** The CRM's words are shown without what may be personal, and an id may look so. */
function recordToSee(plan: RecordPlan | undefined, error: Error): FailureEntry["record"] {
  if (error instanceof LeftBehindError) return error.record;
  const id = idInTheWay(error);
  return id === undefined || plan === undefined ? undefined : { object: plan.object, id };
}

function idInTheWay(error: Error): string | undefined {
  if (error instanceof DuplicateRuleError) return error.matchIds[0];
  return error instanceof DuplicateError ? error.existingId : undefined;
}

/** Which booking, which record. */
function subjectOf(crm: string, { plan, bookingId }: RecordFailure): string {
  const about = [bookingId && `booking ${bookingId}`, plan && `${crm} ${plan.object} (${plan.section})`];
  const subject = about.filter(Boolean).join(", ");
  return subject && `${subject}: `;
}

function fieldNotes(plan: RecordPlan | undefined, error: Error): string {
  if (!(error instanceof CrmError) || plan === undefined) return "";
  const notes = error.fields.flatMap((field) => plannedAs(plan, field) ?? []).map(fieldNote);
  return notes.length > 0 ? ` [${notes.join("; ")}]` : "";
}

function fieldNote({ field, value, source }: PlannedField): string {
  const kind =
    typeof value === "string" ? `a text of ${value.length} characters` : `a ${value === null ? "blank" : typeof value}`;
  return `${field} is ${kind} from ${source.file}:${source.line} \`${source.expression}\``;
}

function fieldsOf(plan: RecordPlan | undefined, error: Error): FailureEntry["fields"] {
  if (error instanceof MappingError) {
    const { file, line, expression } = error.source;
    return [{ field: `${file}:${line}`, file, line, expression }];
  }
  if (!(error instanceof CrmError)) return [];
  return error.fields.map((field) => {
    const source = plannedAs(plan, field)?.source;
    if (source === undefined) return { field };
    const { file, line, expression } = source;
    return { field, file, line, expression };
  });
}

/** A CRM may write a field's name in another case than the mapping does. */
function plannedAs(plan: RecordPlan | undefined, name: string): PlannedField | undefined {
  return plan?.fields.find(({ field }) => field.toLowerCase() === name.toLowerCase());
}
