/** Salesforce's answers: bodies of a failed request say `errorCode`, rows of a collections answer `statusCode`. */
import type { SandboxAnswer } from "../crm.ts";
import type { RowResult } from "./rows.ts";
import type { RowError } from "./schema.ts";

/** "Status Codes and Error Responses": an array of errors, `fields` only where some are meant. */
export function failure(
  status: number,
  errorCode: string,
  message: string,
  fields: readonly string[] = [],
): SandboxAnswer {
  return { status, body: [{ message, errorCode, ...(fields.length > 0 && { fields }) }] };
}

export function failed(code: string, message: string): RowResult {
  return { ok: false, error: { code, message, fields: [] } };
}

/** "SaveResult" of sObject Collections. */
export function toRow(result: RowResult): unknown {
  if (result.ok) return { id: result.id, success: true, errors: [], created: result.created };
  const { code, message, fields }: RowError = result.error;
  return { success: false, errors: [{ statusCode: code, message, fields }] };
}

/** "Create Multiple Records": that they were created goes without saying. */
export function toCreatedRow(result: RowResult): unknown {
  return result.ok ? { id: result.id, success: true, errors: [] } : toRow(result);
}

/** "Insert or Update (Upsert) a Record Using an External ID": 201 when created, `created` in the body from v46.0 on. */
export function single(result: RowResult, status: number): SandboxAnswer {
  if (!result.ok) return failure(400, result.error.code, result.error.message, result.error.fields);
  return {
    status: result.created ? 201 : status,
    body: { id: result.id, success: true, errors: [], created: result.created },
  };
}
