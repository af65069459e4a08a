/** `query`, and `queryAll`, which sees the recycle bin and where a merge has put a record into it. */
import { count, type SandboxAnswer, type SandboxStats } from "../crm.ts";
import type { StoredRecord, Values } from "../table.ts";
import { failure } from "./answers.ts";
import type { Org } from "./rows.ts";
import type { Fields } from "./schema.ts";
import { type Condition, fieldsOf, matches, parseSoql, SoqlError } from "./soql.ts";
import { nameOf, OUR_USER } from "./users.ts";

export function query(
  { org, stats }: { readonly org: Org; readonly stats: SandboxStats },
  text: string,
  deletedToo: boolean,
): SandboxAnswer {
  count(stats, deletedToo ? "queryAll" : "query");
  try {
    const parsed = parseSoql(text);
    const { object, where } = parsed;
    const fields = org.schema[object];
    if (fields === undefined) return failure(400, "INVALID_TYPE", `sObject type '${object}' is not supported.`);
    const unknown = fieldsOf(parsed).find((name) => !isColumn(fields, name));
    if (unknown !== undefined) {
      return failure(400, "INVALID_FIELD", `No such column '${unknown}' on entity '${object}'.`);
    }
    const candidates = candidatesFor(org, object, where).filter((record) => deletedToo || !record.deleted);
    const found = candidates.filter(
      (record) => where === undefined || matches(where, (name) => columnOf(record, name)),
    );
    for (const name of parsed.order.toReversed()) {
      found.sort((one, other) => String(columnOf(one, name)).localeCompare(String(columnOf(other, name))));
    }
    const records = found.slice(0, parsed.limit).map((record) => ({
      attributes: { type: object, url: `/services/data/v68.0/sobjects/${object}/${record.id}` },
      ...columnsOf(org, object, record, parsed.fields),
    }));
    return { status: 200, body: { totalSize: records.length, done: true, records } };
  } catch (cause) {
    if (cause instanceof SoqlError) return failure(400, "MALFORMED_QUERY", cause.message);
    throw cause;
  }
}

/** By index where the condition is a plain list, so that a large org stays quick. */
function candidatesFor(org: Org, object: string, where: Condition | undefined): StoredRecord[] {
  const table = org.table(object);
  if (table === undefined) return [];
  if (where?.kind !== "in" || where.negated) return table.everything();
  if (where.field !== "Id") return [...new Set(where.values.flatMap((value) => table.find(where.field, value)))];
  return where.values.map((id) => table.get(String(id))).filter((record) => record !== undefined);
}

/** A field, or one of the record that this one was merged into (`MasterRecord.IsDeleted`), or of the user whose it is. */
function isColumn(fields: Fields, path: string): boolean {
  if (path === "Owner.Name") return fields.OwnerId !== undefined;
  if (path === "LastModifiedBy.Name" || STAMPS.includes(path)) return true;
  const [, name] = /^MasterRecord\.(.+)$/.exec(path) ?? [];
  if (name === undefined) return path === "Id" || fields[path] !== undefined;
  return fields.MasterRecordId !== undefined && isColumn(fields, name);
}

function columnsOf(org: Org, object: string, record: StoredRecord, names: readonly string[]): Values {
  const columns: Values = {};
  for (const name of names) {
    const [first = "", ...rest] = name.split(".");
    if (rest.length === 0) columns[name] = columnOf(record, name);
    else if (first === "LastModifiedBy") columns[first] = { [rest.join(".")]: modifiedBy(org, record) };
    else if (first === "Owner") columns[first] = nested(columns[first], ownerColumns(org, record, rest.join(".")));
    else columns[first] = nested(columns[first], masterColumns(org, object, record, rest.join(".")));
  }
  return columns;
}

/** "System Fields": every object has them. */
const STAMPS = ["LastModifiedById", "LastModifiedDate", "SystemModstamp"];

function columnOf({ id, values, deleted, createdAt, updatedAt, writes }: StoredRecord, name: string): unknown {
  if (name === "Id") return id;
  if (name === "LastModifiedById") return writes.at(-1)?.by ?? OUR_USER.id;
  if (STAMPS.includes(name)) return `${updatedAt.toISOString().slice(0, 19)}.000+0000`;
  if (name === "CreatedDate") return values.CreatedDate ?? createdAt.toISOString();
  return name === "IsDeleted" ? deleted : (values[name] ?? null);
}

/** A relation that leads nowhere is null as a whole. */
function nested(before: unknown, more: Values | null): Values | null {
  return more === null ? null : { ...(before as Values | undefined), ...more };
}

function modifiedBy(org: Org, record: StoredRecord): unknown {
  const id = String(columnOf(record, "LastModifiedById"));
  return org.byId("User", id)?.values.Name ?? nameOf(id) ?? null;
}

function ownerColumns(org: Org, { values }: StoredRecord, name: string): Values | null {
  const owner = org.byId("User", String(values.OwnerId ?? ""));
  return owner === undefined ? null : columnsOf(org, "User", owner, [name]);
}

function masterColumns(org: Org, object: string, { values }: StoredRecord, name: string): Values | null {
  const master = org.byId(object, String(values.MasterRecordId ?? ""));
  return master === undefined ? null : columnsOf(org, object, master, [name]);
}
