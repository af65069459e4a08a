/** HubSpot's answers and its error envelope: `{status, message, correlationId, category, errors?, context?}` ("Error handling"). */
import { randomUUID } from "node:crypto";
import type { SandboxAnswer } from "../crm.ts";
import { isBlank, type StoredRecord, type Values } from "../table.ts";
import type { Refusal } from "./rows.ts";

export function problem(status: number, category: string, message: string, more: Values = {}): SandboxAnswer {
  return { status, body: { status: "error", message, correlationId: randomUUID(), category, ...more } };
}

/** Refused before anything was read: HubSpot's gateway answers, which knows no categories. */
export function refusedAtGateway(status: 404 | 405 | 415, message: string): SandboxAnswer {
  return { status, body: { status: "error", message, correlationId: randomUUID() } };
}

/** A batch of nothing. */
export function noInputs(): SandboxAnswer {
  return problem(400, "VALIDATION_ERROR", "Invalid input JSON: `inputs` may not be empty");
}

/** A path that does not exist. */
export function noSuchPath(): SandboxAnswer {
  return refusedAtGateway(404, "resource not found");
}

/** An answer of any batch call; those of records that failed among them. */
export function batchAnswer(
  status: number,
  results: readonly unknown[],
  errors: readonly ItemError[] = [],
): SandboxAnswer {
  const now = new Date().toISOString();
  const failed = errors.length > 0 && { numErrors: errors.length, errors };
  return { status, body: { status: "COMPLETE", startedAt: now, completedAt: now, results, ...failed } };
}

export interface ItemError {
  readonly category: string;
  readonly message: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** "StandardError": one among the results of a batch. */
export function itemError(fault: ItemError, details: readonly Values[] = []): ItemError & Values {
  return { status: "error", ...fault, errors: details, links: {} };
}

export function refused({ status, category, message, code, property }: Refusal): SandboxAnswer {
  const detail = code !== undefined && {
    errors: [{ message, code, in: property, context: { propertyName: [property] } }],
  };
  return problem(status, category, message, detail || {});
}

/** @param wanted the properties asked for; all when absent */
export function toItem(record: StoredRecord, wanted?: readonly string[]): Values {
  const names = wanted ?? Object.keys(record.values);
  const properties = Object.fromEntries(names.map((name) => [name, propertyOf(record, name)]));
  return {
    id: record.id,
    properties: { hs_object_id: record.id, ...properties },
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    archived: record.deleted,
    ...(record.deletedAt !== undefined && { archivedAt: record.deletedAt.toISOString() }),
  };
}

/** When a record was written last; contacts have a name of their own for it. */
const MODIFIED = ["lastmodifieddate", "hs_lastmodifieddate"];

export function propertyOf({ values, updatedAt }: StoredRecord, name: string): unknown {
  if (MODIFIED.includes(name)) return updatedAt.toISOString();
  return isBlank(values[name]) ? null : values[name];
}
