/** HubSpot's answers and its error envelope: `{status, message, correlationId, category, errors?, context?}` ("Error handling"). */
import type { SandboxAnswer } from "../crm.ts";
import { isBlank, type StoredRecord, type Values } from "../table.ts";
import type { Refusal } from "./rows.ts";

let correlation = 0;

export function problem(status: number, category: string, message: string, more: Values = {}): SandboxAnswer {
  correlation += 1;
  return { status, body: { status: "error", message, correlationId: `sandbox-${correlation}`, category, ...more } };
}

/** A path that does not exist: HubSpot's gateway answers, which knows no categories. */
export function noSuchPath(): SandboxAnswer {
  return { status: 404, body: { status: "error", message: "resource not found", correlationId: "sandbox" } };
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
  const properties = Object.fromEntries(
    names.map((name) => [name, isBlank(record.values[name]) ? null : record.values[name]]),
  );
  return { id: record.id, properties: { hs_object_id: record.id, ...properties }, archived: false };
}
