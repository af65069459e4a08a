/** Salesforce's answers: bodies of a failed request say `errorCode`, rows of a collections answer `statusCode`. */
import type { SandboxAnswer } from "../crm.ts";
import type { DuplicateRule } from "./options.ts";
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
export function toRow(result: RowResult, duplicates: DuplicateRule["matches"] = "error"): unknown {
  if (result.ok) return { id: result.id, success: true, errors: [], created: result.created };
  const { code, message, fields, duplicates: found }: RowError = result.error;
  const said = found === undefined ? {} : { duplicateResult: found };
  const error = { statusCode: code, message, fields, ...(duplicates !== "row" && said) };
  return { success: false, errors: [error], ...(duplicates === "row" && said) };
}

/** "Create Multiple Records": that they were created goes without saying. */
export function toCreatedRow(result: RowResult, duplicates?: DuplicateRule["matches"]): unknown {
  return result.ok ? { id: result.id, success: true, errors: [] } : toRow(result, duplicates);
}

/** "Insert or Update (Upsert) a Record Using an External ID": 201 when created, `created` in the body from v46.0 on. */
export function single(result: RowResult, status: number): SandboxAnswer {
  if (!result.ok) {
    const { code: errorCode, message, fields, duplicates } = result.error;
    if (duplicates === undefined) return failure(400, errorCode, message, fields);
    // The name is Salesforce's own spelling.
    return { status: 400, body: [{ duplicateResut: duplicates, errorCode, message }] };
  }
  return {
    status: result.created ? 201 : status,
    body: { id: result.id, success: true, errors: [], created: result.created },
  };
}
