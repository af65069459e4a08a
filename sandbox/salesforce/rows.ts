/** Creates and updates single rows as Salesforce would, or says why not in its words. */
import { createTable, isBlank, type Stamp, type StoredRecord, type Table, type Values } from "../table.ts";
import { addPicklists, checkAddresses, inStep } from "./picklists.ts";
import { createSchema, type Field, type Fields, KEY_PREFIXES, type RowError } from "./schema.ts";

export type RowResult =
  | { readonly ok: true; readonly id: string; readonly created: boolean }
  | { readonly ok: false; readonly error: RowError };

export interface Org {
  readonly schema: Record<string, Fields>;
  table(object: string): Table | undefined;
  create(object: string, values: Values, stamp?: Stamp): RowResult;
  update(object: string, id: string, values: Values): RowResult;
  upsert(object: string, key: string, value: unknown, values: Values): RowResult;
  /** What would be wrong with writing these values; writes nothing. */
  refuse(object: string, values: Values, existing: StoredRecord | undefined): RowError | undefined;
  /** A record by its id of 18 or 15 characters, deleted ones included. */
  byId(object: string, id: string): StoredRecord | undefined;
}

export interface OrgOptions {
  /** Fields that do not exist or that field-level security hides, as `Contact.BB_Id__c`. */
  readonly hiddenFields: readonly string[];
  /** Whether a duplicate value's message names the field and the record, or `<unknown>`. */
  readonly namesDuplicates: boolean;
  /** "State and Country/Territory Picklists" are on. */
  readonly picklists: boolean;
}

const refuse = (code: string, message: string, ...fields: string[]): RowResult => ({
  ok: false,
  error: { code, message, fields },
});

/** The last three of an id's 18 characters, which say no more than which of the others are capitals. */
const ID_END = "AAA";

const CONVERTED: RowError = {
  code: "CANNOT_UPDATE_CONVERTED_LEAD",
  message: "cannot reference converted lead",
  fields: [],
};

/** What the fields of a record must be together. */
const CHECKS: Readonly<Record<string, (values: Values) => RowError | undefined>> = {
  Event: checkEvent,
  Account: ({ Name, LastName }) =>
    isBlank(Name) && isBlank(LastName)
      ? { code: "REQUIRED_FIELD_MISSING", message: "Required fields are missing: [Name]", fields: ["Name"] }
      : undefined,
};

export function createOrg({ hiddenFields, namesDuplicates, picklists }: OrgOptions): Org {
  const schema = createSchema();
  if (picklists) addPicklists(schema);
  for (const hidden of hiddenFields) {
    const [object = "", field = ""] = hidden.split(".");
    delete schema[object]?.[field];
  }
  const tables = new Map<string, Table>();
  for (const object of Object.keys(schema)) {
    const prefix = KEY_PREFIXES[object] ?? "a00";
    tables.set(
      object,
      createTable((n) => `${prefix}SB${String(n).padStart(10, "0")}${ID_END}`),
    );
  }
  const table = (object: string): Table | undefined => tables.get(object);

  function check(object: string, values: Values, existing: StoredRecord | undefined): RowError | undefined {
    const fields = schema[object] ?? {};
    for (const [name, value] of Object.entries(values)) {
      const error = checkField(object, name, fields[name], value, existing);
      if (error !== undefined) return error;
    }
    const merged = { ...existing?.values, ...values };
    const missing = Object.keys(fields).filter((name) => fields[name]?.required && isBlank(merged[name]));
    if (missing.length > 0) {
      return {
        code: "REQUIRED_FIELD_MISSING",
        message: `Required fields are missing: [${missing.join(", ")}]`,
        fields: missing,
      };
    }
    return (
      checkAddresses(fields, values, merged) ??
      CHECKS[object]?.(merged) ??
      checkUnique(object, fields, values, existing)
    );
  }

  function checkField(
    object: string,
    name: string,
    field: Field | undefined,
    value: unknown,
    existing: StoredRecord | undefined,
  ): RowError | undefined {
    if (field === undefined) {
      return { code: "INVALID_FIELD", message: `No such column '${name}' on sobject of type ${object}`, fields: [] };
    }
    if (field.readOnly || (field.createOnly && existing !== undefined)) {
      const message = `Unable to create/update fields: ${name}. Please check the security settings of this field.`;
      return { code: "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields: [name] };
    }
    return isBlank(value) ? undefined : checkValue(name, field, value);
  }

  function checkValue(name: string, { type }: Field, value: unknown): RowError | undefined {
    const bad = (code: string, message: string): RowError => ({ code, message, fields: [name] });
    const wrongType = (kind: string): RowError =>
      bad("JSON_PARSER_ERROR", `Cannot deserialize instance of ${kind} from ${value}`);
    switch (type.type) {
      case "email":
        if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(value))) {
          return bad("INVALID_EMAIL_ADDRESS", `${name}: invalid email address: ${value}`);
        }
        return tooLong(name, String(value), type.length);
      case "string":
      case "phone":
      case "textarea":
      case "combobox":
        if (typeof value !== "string") return wrongType("string");
        return tooLong(name, String(value), type.length);
      case "picklist":
        if (!type.restricted || type.codes || type.values.includes(String(value))) return undefined;
        return bad(
          "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
          `${name}: bad value for restricted picklist field: ${value}`,
        );
      case "datetime":
        return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? undefined : wrongType("datetime");
      case "int":
      case "double":
        return typeof value === "number" ? undefined : wrongType("double");
      case "boolean":
        return typeof value === "boolean" ? undefined : wrongType("boolean");
      case "reference":
        return checkReference(name, type.to, String(value));
    }
  }

  function checkReference(name: string, objects: readonly string[], id: string): RowError | undefined {
    if (!/^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(id)) {
      return { code: "MALFORMED_ID", message: `${name}: id value of incorrect type: ${id}`, fields: [name] };
    }
    const target = objects.map((object) => byId(object, id)).find((record) => record !== undefined);
    if (target === undefined)
      return { code: "INVALID_CROSS_REFERENCE_KEY", message: "invalid cross reference id", fields: [name] };
    if (target.deleted) return { code: "ENTITY_IS_DELETED", message: "entity is deleted", fields: [name] };
    return target.values.IsConverted === true ? CONVERTED : undefined;
  }

  function checkUnique(object: string, fields: Fields, values: Values, existing?: StoredRecord): RowError | undefined {
    for (const name of Object.keys(values).filter((field) => fields[field]?.unique)) {
      const other = table(object)
        ?.find(name, values[name])
        .find((record) => record.id !== existing?.id);
      if (other === undefined) continue;
      const [field, id] = namesDuplicates ? [name, other.id] : ["<unknown>", "<unknown>"];
      const message = `duplicate value found: ${field} duplicates value on record with id: ${id}`;
      return { code: "DUPLICATE_VALUE", message, fields: [] };
    }
    return undefined;
  }

  function create(object: string, values: Values, stamp?: Stamp): RowResult {
    const error = check(object, values, undefined);
    if (error !== undefined) return { ok: false, error };
    if (object === "EventRelation" && isInvited(values)) return refuse("DUPLICATE_VALUE", "duplicate value found");
    const record = table(object)?.insert(stored(schema[object] ?? {}, values), stamp);
    return record === undefined
      ? refuse("INVALID_TYPE", `sObject type '${object}' is not supported.`)
      : { ok: true, id: record.id, created: true };
  }

  function isInvited({ EventId, RelationId }: Values): boolean {
    const guests = table("EventRelation")?.find("EventId", EventId) ?? [];
    return guests.some(({ values }) => values.RelationId === RelationId);
  }

  function byId(object: string, id: string): StoredRecord | undefined {
    return table(object)?.get(id.length === 15 ? `${id}${ID_END}` : id);
  }

  function update(object: string, id: string, given: Values): RowResult {
    const record = byId(object, id);
    if (record === undefined) return refuse("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    if (record.deleted) return refuse("ENTITY_IS_DELETED", "entity is deleted");
    if (record.values.IsConverted === true) return { ok: false, error: CONVERTED };
    const values = object === "Event" ? withEnd(given, record.values) : given;
    const error = check(object, values, record);
    if (error !== undefined) return { ok: false, error };
    table(object)?.update(record, stored(schema[object] ?? {}, values));
    return { ok: true, id: record.id, created: false };
  }

  return {
    schema,
    table,
    create,
    update,
    refuse: check,
    byId,
    upsert(object, key, value, values) {
      if (isBlank(value)) return refuse("MISSING_ARGUMENT", `${key} not specified`, key);
      const [existing, second] = table(object)?.find(key, value) ?? [];
      if (second !== undefined)
        return refuse("DUPLICATE_EXTERNAL_ID", `${key}: more than one record found for external id`, key);
      return existing === undefined ? create(object, { ...values, [key]: value }) : update(object, existing.id, values);
    },
  };
}

function tooLong(name: string, value: string, length: number): RowError | undefined {
  if (value.length <= length) return undefined;
  const message = `${name}: data value too large: ${value} (max length=${length})`;
  return { code: "STRING_TOO_LONG", message, fields: [name] };
}

/** "Event": it has a length, which a start that is written alone leaves as it was. */
function withEnd(given: Values, { StartDateTime: start, EndDateTime: end }: Values): Values {
  const isAlone = !isBlank(given.StartDateTime) && !("EndDateTime" in given) && !("DurationInMinutes" in given);
  if (!isAlone || isBlank(start) || isBlank(end)) return given;
  const length = Date.parse(String(end)) - Date.parse(String(start));
  return { ...given, EndDateTime: new Date(Date.parse(String(given.StartDateTime)) + length).toISOString() };
}

/** "Event": fourteen days. With which code it is refused is not documented. */
const MAX_MINUTES = 14 * 24 * 60;

/** "Event": one of the two is required, and they must agree. */
function checkEvent(values: Values): RowError | undefined {
  const { StartDateTime: start, EndDateTime: end, DurationInMinutes: duration, IsAllDayEvent: allDay } = values;
  if (allDay === true) return undefined;
  const bad = (message: string, ...fields: string[]): RowError => ({
    code: "FIELD_INTEGRITY_EXCEPTION",
    message,
    fields,
  });
  if (isBlank(start) && isBlank(values.ActivityDateTime)) {
    return {
      code: "REQUIRED_FIELD_MISSING",
      message: "Required fields are missing: [StartDateTime]",
      fields: ["StartDateTime"],
    };
  }
  if (isBlank(end) && isBlank(duration)) {
    return {
      code: "REQUIRED_FIELD_MISSING",
      message: "Required fields are missing: [DurationInMinutes]",
      fields: ["DurationInMinutes"],
    };
  }
  if (isBlank(end)) return undefined;
  const minutes = (Date.parse(String(end)) - Date.parse(String(start))) / 60_000;
  if (minutes < 0) return bad("Event duration can not be negative", "EndDateTime");
  if (minutes > MAX_MINUTES) return bad("Event duration can not be longer than fourteen days", "EndDateTime");
  return isBlank(duration) || Number(duration) === minutes
    ? undefined
    : bad("duration and end differ", "DurationInMinutes");
}

function stored(fields: Fields, values: Values): Values {
  return wholeSeconds(fields, inStep(fields, values));
}

function wholeSeconds(fields: Fields, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isTime = fields[name]?.type.type === "datetime" && typeof value === "string";
      return [name, isTime ? `${new Date(value).toISOString().slice(0, 19)}.000+0000` : value];
    }),
  );
}
