/** Creates and updates single records as HubSpot would, or says why not in its words. */
import { createTable, isBlank, type Stamp, type StoredRecord, type Table, type Values } from "../table.ts";
import { createSchema, type Properties, type Property } from "./schema.ts";

export interface Refusal {
  readonly status: 400 | 404 | 409 | 423;
  readonly category: "VALIDATION_ERROR" | "CONFLICT" | "OBJECT_NOT_FOUND" | "INTERNAL_ERROR";
  readonly message: string;
  readonly code?: string;
  readonly property?: string;
}

export type RowResult = { readonly record: StoredRecord; readonly created: boolean } | { readonly refusal: Refusal };

export interface Account {
  readonly schema: Record<string, Properties>;
  table(type: string): Table | undefined;
  /** Why the properties cannot be written, if they cannot; writes nothing. */
  refuse(type: string, properties: Values, existing: StoredRecord | undefined): Refusal | undefined;
  create(type: string, properties: Values, stamp?: Stamp): RowResult;
  /** The contact that has this among its additional e-mails. */
  byAdditionalEmail(email: string): StoredRecord | undefined;
  update(type: string, record: StoredRecord | undefined, properties: Values): RowResult;
}

const MAX_TEXT = 65_536;

export function createAccount(): Account {
  const schema = createSchema();
  let lastId = 100_000;
  const tables = new Map(
    Object.keys(schema).map((type) => {
      const nextId = (): string => {
        lastId += 1;
        return String(lastId);
      };
      return [type, createTable(nextId)] as const;
    }),
  );
  const table = (type: string): Table | undefined => tables.get(type);
  const additional = new Map<string, StoredRecord>();

  function noteAdditional(type: string, record: StoredRecord, properties: Values): void {
    if (type !== "contacts" || isBlank(properties.hs_additional_emails)) return;
    for (const email of String(properties.hs_additional_emails).split(";")) additional.set(email.toLowerCase(), record);
  }

  function check(type: string, properties: Values, existing: StoredRecord | undefined): Refusal | undefined {
    for (const [name, value] of Object.entries(properties)) {
      const refusal = checkProperty(name, schema[type]?.[name], value);
      if (refusal !== undefined) return refusal;
    }
    return (
      checkUnique(type, properties, existing) ?? (type === "meetings" ? checkMeeting(properties, existing) : undefined)
    );
  }

  function checkUnique(type: string, properties: Values, existing: StoredRecord | undefined): Refusal | undefined {
    for (const [name, value] of Object.entries(properties)) {
      const isEmail = type === "contacts" && name === "email";
      if (!isEmail && !schema[type]?.[name]?.unique) continue;
      const other = table(type)
        ?.find(name, value)
        .find((record) => record.id !== existing?.id);
      if (other === undefined) continue;
      const message = isEmail
        ? `Contact already exists. Existing ID: ${other.id}`
        : `Cannot set PropertyValueCoordinates{objectTypeId=${type}, propertyName=${name}, value=${String(value)}}. ${other.id} already has that value.`;
      return { status: 409, category: "CONFLICT", message };
    }
    return undefined;
  }

  return {
    schema,
    table,
    refuse: check,
    byAdditionalEmail(email) {
      const record = additional.get(email.toLowerCase());
      return record?.deleted ? undefined : record;
    },
    create(type, properties, stamp) {
      const refusal = check(type, properties, undefined);
      if (refusal !== undefined) return { refusal };
      const record = table(type)?.insert(normalise(properties), stamp);
      if (record !== undefined) noteAdditional(type, record, properties);
      return record === undefined
        ? {
            refusal: {
              status: 400,
              category: "VALIDATION_ERROR",
              message: `Unable to infer object type from: ${type}`,
            },
          }
        : { record, created: true };
    },
    update(type, record, properties) {
      if (record === undefined || record.deleted) {
        return {
          refusal: {
            status: 404,
            category: "OBJECT_NOT_FOUND",
            message: "Object not found. objectId are usually numeric.",
          },
        };
      }
      const refusal = check(type, properties, record);
      if (refusal !== undefined) return { refusal };
      table(type)?.update(record, normalise(properties));
      noteAdditional(type, record, properties);
      return { record, created: false };
    },
  };
}

function checkProperty(name: string, property: Property | undefined, value: unknown): Refusal | undefined {
  const invalid = (code: string, text: string): Refusal => ({
    status: 400,
    category: "VALIDATION_ERROR",
    message: `Property values were not valid: ${JSON.stringify([{ isValid: false, message: text, error: code, name }])}`,
    code,
    property: name,
  });
  if (property === undefined) return invalid("PROPERTY_DOESNT_EXIST", `Property "${name}" does not exist`);
  if (typeof value !== "string") return invalid("INVALID_STRING", `${name} must be sent as a string`);
  if (property.readOnly)
    return invalid("READ_ONLY_VALUE", `"${name}" is a read only property; its value cannot be set.`);
  if (value === "") return undefined;
  switch (property.type) {
    case "string":
      if (name === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
        return invalid("INVALID_EMAIL", `Email address ${value} is invalid`);
      return value.length > MAX_TEXT ? invalid("PROPERTY_VALUE_TOO_LONG", `${name} is too long`) : undefined;
    case "number":
      return Number.isNaN(Number(value)) ? invalid("INVALID_LONG", `${value} was not a valid number.`) : undefined;
    case "bool":
      return value === "true" || value === "false"
        ? undefined
        : invalid("INVALID_BOOLEAN", `${value} was not a boolean`);
    case "date":
      return checkDate(value, (text) => invalid("INVALID_DATE", text));
    case "datetime":
      return toTime(value) === undefined ? invalid("INVALID_DATE", `${value} was not a valid date`) : undefined;
    case "enumeration":
      return property.options?.some((option) => option.value === value)
        ? undefined
        : invalid("INVALID_OPTION", `${value} was not one of the allowed options`);
  }
}

/** "Properties: date": a day, or the moment that is its midnight in UTC. */
function checkDate(value: string, invalid: (text: string) => Refusal): Refusal | undefined {
  const time = toTime(value);
  if (time === undefined) return invalid(`${value} was not a valid date`);
  return time % 86_400_000 === 0 ? undefined : invalid(`${value} is at ${new Date(time).toISOString()}, not midnight!`);
}

/** "Meetings": a timestamp is required, and defaults to the start. */
function checkMeeting(properties: Values, existing: StoredRecord | undefined): Refusal | undefined {
  const merged = { ...existing?.values, ...properties };
  if (!isBlank(merged.hs_timestamp) || !isBlank(merged.hs_meeting_start_time)) return undefined;
  return {
    status: 400,
    category: "VALIDATION_ERROR",
    message: "Missing required property: hs_timestamp",
    property: "hs_timestamp",
  };
}

/** Milliseconds since the epoch, or ISO 8601. */
function toTime(value: string): number | undefined {
  const time = /^\d{10,}$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

function normalise(properties: Values): Values {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      name === "email" ? String(value).toLowerCase() : value === "" ? null : value,
    ]),
  );
}
