/** "sObject Collections": up to 200 records in a call, each with its own result, in the order they were sent. */
import { count, type SandboxAnswer, type SandboxRequest, type SandboxStats } from "../crm.ts";
import type { FaultAction } from "../faults.ts";
import type { StoredRecord, Values } from "../table.ts";
import { failed, failure, toCreatedRow, toRow } from "./answers.ts";
import { duplicateRuleFor, type RuleCheck } from "./duplicate-rule.ts";
import type { SalesforceSandboxOptions } from "./options.ts";
import { isWrongType, referenced } from "./references.ts";
import type { Org, RowResult } from "./rows.ts";

const MAX_ROWS = 200;

interface Call {
  readonly org: Org;
  readonly options: SalesforceSandboxOptions;
  readonly stats: SandboxStats;
  /** Of an upsert: the object and its external id field. */
  readonly upsert: { readonly object: string; readonly key: string } | undefined;
  /** Otherwise rows without an upsert are records that are there. */
  readonly creates: boolean;
  readonly rows: readonly Values[];
  readonly rule: RuleCheck;
  /** Whether the org's assignment rules are to run: where nothing is said of it, they are. */
  readonly assigns: boolean;
}

export function collections(
  deps: Pick<Call, "org" | "options" | "stats">,
  request: SandboxRequest,
  [object, key]: readonly (string | undefined)[],
  fault: FaultAction | undefined,
): SandboxAnswer {
  const { records: rows = [], allOrNone = false } = JSON.parse(request.body) as {
    records?: Values[];
    allOrNone?: boolean;
  };
  const upsert = object === undefined || key === undefined ? undefined : { object, key };
  const creates = request.method === "POST";
  const rule = duplicateRuleFor(deps.org, deps.options.duplicateRule, request);
  const assigns = !/^false$/i.test(String(request.headers["sforce-auto-assign"] ?? ""));
  const call: Call = { ...deps, upsert, creates, rows, rule, assigns };
  count(call.stats, creates ? "create" : upsert === undefined ? "update" : "upsert");
  const refusal = refuseCall(call);
  if (refusal !== undefined) return refusal;
  if (fault?.type === "empty") return { status: 200, body: [] };
  if (fault?.type === "end_session") return { status: 200, body: rows.map(() => toRow(ENDED)) };
  if (fault?.type === "refuse_rows") {
    const { code, message } = fault;
    return { status: 200, body: rows.map(() => toRow(failed(code, message))) };
  }
  if (fault === undefined && isInMaintenance(call)) return { status: 200, body: rows.map(() => toRow(IN_MAINTENANCE)) };
  const ended = endedTrigger(call);
  if (ended !== undefined) return { status: 200, body: rows.map(() => toRow(ended)) };
  const locked = fault?.type === "lock" ? Math.floor(rows.length / 2) : -1;
  if (allOrNone || call.options.rollsBack) {
    const rolledBack = rollBack(call);
    if (rolledBack !== undefined) return { status: 200, body: rolledBack.map((result) => toRow(result)) };
  }
  const results = rows.map((row, index) => (index === locked ? LOCKED : assigned(call, row, writeRow(call, row))));
  const toAnswer = creates ? toCreatedRow : toRow;
  return { status: 200, body: results.map((result) => toAnswer(result, call.options.duplicateRule?.matches)) };
}

const LOCKED = failed("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: ");
const IN_MAINTENANCE = failed(
  "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
  "Updates can't be made during maintenance. Try again after the release has completed.",
);
const ENDED = failed("INVALID_SESSION_ID", "Session expired or invalid");

/** An org that is read-only for one call of writes out of so many. */
function isInMaintenance({ options, stats }: Call): boolean {
  const { maintenanceEvery } = options;
  const { calls } = stats;
  const written = (calls.create ?? 0) + (calls.update ?? 0) + (calls.upsert ?? 0);
  if (maintenanceEvery === undefined || written % maintenanceEvery > 0) return false;
  count(stats, "maintenance");
  return true;
}

/** "Apex Governor Limits": all rows of a call are one transaction, which ends for all of them. */
function endedTrigger({ options, rows }: Call): RowResult | undefined {
  const [object = ""] = rows.map((row) => typeOf(row) ?? "");
  const most = options.triggerLimits?.[object];
  if (most === undefined || rows.length <= most) return undefined;
  const message = `${object}Trigger: execution of BeforeUpdate\n\ncaused by: System.LimitException: Too many SOQL queries: 101\n\nTrigger.${object}Trigger: line 12, column 1`;
  return failed("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message);
}

function refuseCall(call: Call): SandboxAnswer | undefined {
  const { rows, upsert, org, options, stats } = call;
  if (rows.length > MAX_ROWS) {
    stats.violations.push(`${rows.length} records in one collections call`);
    const message = `record limit reached. cannot submit more than ${MAX_ROWS} records in this request`;
    return failure(400, "EXCEEDED_ID_LIMIT", message);
  }
  if (rows.length === 0) return failure(400, "INVALID_INPUT", "The request has no records");
  if (rows.some((row) => typeOf(row) === undefined)) {
    stats.violations.push("a record without attributes.type");
    return failure(400, "JSON_PARSER_ERROR", "The Objects must include attributes with a type.");
  }
  const references = rows.flatMap((row) => Object.values(fieldsOf(row))).filter(isReference);
  // "You must include the type field for a polymorphic field": without it the request cannot be read at all.
  if (references.some((reference) => typeOf(reference) === undefined)) {
    return failure(400, "JSON_PARSER_ERROR", "Polymorphic reference without a type");
  }
  if (options.badInput === "call") {
    const unreadable = rows.map((row) => unreadableIn(org, row)).find((one) => one !== undefined);
    if (unreadable !== undefined) return unreadable;
  }
  if (upsert === undefined || org.schema[upsert.object]?.[upsert.key]?.unique) return undefined;
  const message = `Provided external ID field does not exist or is not accessible: ${upsert.key}`;
  return failure(404, "NOT_FOUND", message);
}

function unreadableIn({ schema }: Org, row: Values): SandboxAnswer | undefined {
  const object = typeOf(row) ?? "";
  const { id: _id, ...values } = fieldsOf(row);
  for (const [name, value] of Object.entries(values)) {
    const field = schema[object]?.[name];
    if (field === undefined && !isReference(value)) {
      return failure(400, "INVALID_FIELD", `No such column '${name}' on sobject of type ${object}`);
    }
    if (field !== undefined && isWrongType(field, value)) {
      return failure(400, "JSON_PARSER_ERROR", `Cannot deserialize instance of ${field.type.type} from ${value}`);
    }
  }
  return undefined;
}

/** One bad row: its own code, and for every other that it was rolled back. */
function rollBack(call: Call): RowResult[] | undefined {
  const errors = call.rows.map((row) => errorOf(call, row));
  if (errors.every((error) => error === undefined)) return undefined;
  const rolledBack = failed(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
  );
  return errors.map((error) => error ?? rolledBack);
}

function errorOf({ org, upsert, creates }: Call, row: Values): RowResult | undefined {
  const object = typeOf(row) ?? "";
  const { id, ...values } = fieldsOf(row);
  if (creates) {
    const refusal = org.refuse(object, values, undefined);
    return refusal && { ok: false, error: refusal };
  }
  const existing: StoredRecord | undefined =
    upsert === undefined ? org.byId(object, String(id)) : org.table(object)?.find(upsert.key, row[upsert.key])[0];
  const error = org.refuse(object, values, existing);
  return error === undefined ? undefined : { ok: false, error };
}

/** After the write, as in "Triggers and Order of Execution". */
function assigned({ org, options: { assignmentRule }, assigns }: Call, row: Values, result: RowResult): RowResult {
  const object = typeOf(row) ?? "";
  if (!assigns || !result.ok || !assignmentRule?.objects.includes(object)) return result;
  org.update(object, result.id, { OwnerId: assignmentRule.ownerId });
  return result;
}

function writeRow(call: Call, row: Values): RowResult {
  const { org, upsert, creates } = call;
  const object = typeOf(row) ?? "";
  const resolved = referenced(org, object, fieldsOf(row));
  if ("error" in resolved) return { ok: false, error: resolved.error };
  const { id, ...values } = resolved.values;
  if (creates) return refusedByRule(call, object, values) ?? org.create(object, values);
  if (upsert === undefined) return refusedByRule(call, object, values, id) ?? org.update(object, String(id), values);
  if (object !== upsert.object) return failed("INVALID_TYPE", "All records must be of the type that the URL names");
  if (isRepeated(call, row)) {
    const message = `Duplicate external id specified: ${row[upsert.key]}`;
    return failed("DUPLICATE_VALUE", message);
  }
  const { [upsert.key]: value, ...others } = values;
  return refusedByRule(call, object, values) ?? org.upsert(object, upsert.key, value, others);
}

/** Of rows that name the same external id, all are refused. */
function isRepeated({ rows, upsert, stats }: Call, row: Values): boolean {
  if (upsert === undefined) return false;
  const keys = keysOf(rows, upsert.key);
  const repeated = (keys.get(String(row[upsert.key]).toLowerCase()) ?? 0) > 1;
  if (repeated) stats.violations.push("one external id twice in a call");
  return repeated;
}

const counted = new WeakMap<readonly Values[], Map<string, number>>();

function keysOf(rows: readonly Values[], key: string): Map<string, number> {
  const known = counted.get(rows);
  if (known !== undefined) return known;
  const keys = new Map<string, number>();
  for (const row of rows) keys.set(String(row[key]).toLowerCase(), (keys.get(String(row[key]).toLowerCase()) ?? 0) + 1);
  counted.set(rows, keys);
  return keys;
}

function refusedByRule(
  { org, rule, upsert }: Call,
  object: string,
  values: Values,
  id?: unknown,
): RowResult | undefined {
  const existing =
    upsert === undefined ? org.byId(object, String(id)) : org.table(object)?.find(upsert.key, values[upsert.key])[0];
  const error = rule(object, values, existing);
  return error && { ok: false, error };
}

function typeOf({ attributes }: Values): string | undefined {
  const type = typeof attributes === "object" && attributes !== null ? Reflect.get(attributes, "type") : undefined;
  return typeof type === "string" ? type : undefined;
}

function fieldsOf({ attributes: _attributes, ...values }: Values): Values {
  return values;
}

function isReference(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}
