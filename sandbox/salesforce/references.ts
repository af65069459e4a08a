/** References by external id (`"Who": {"attributes": {"type": "Contact"}, "BB_Id__c": "7"}`), and values of the wrong JSON type. */
import { isBlank, type Values } from "../table.ts";
import type { Org } from "./rows.ts";
import type { Field, RowError } from "./schema.ts";

/** @returns the values with each nested reference replaced by the id of the record it names */
export function referenced(org: Org, object: string, values: Values): { values: Values } | { error: RowError } {
  const flat: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "object" || value === null) {
      flat[name] = value;
      continue;
    }
    const lookup = name.endsWith("__r") ? `${name.slice(0, -1)}c` : `${name}Id`;
    if (org.schema[object]?.[lookup] === undefined) return { error: noColumn(name, object) };
    if (lookup in values) {
      return { error: { code: "INVALID_FIELD", message: `${name} and ${lookup} are both given`, fields: [lookup] } };
    }
    const { attributes, ...keys } = value as Values;
    const [[key, given] = ["", undefined]] = Object.entries(keys);
    const target = org.table(String((attributes as Values).type))?.find(key, given)[0];
    if (target === undefined) {
      const message = `Foreign key external ID: ${given} not found for field ${key} in entity ${(attributes as Values).type}`;
      return { error: { code: "INVALID_FIELD", message, fields: [] } };
    }
    flat[lookup] = target.id;
  }
  return { values: flat };
}

function noColumn(name: string, object: string): RowError {
  return { code: "INVALID_FIELD", message: `No such column '${name}' on sobject of type ${object}`, fields: [] };
}

/** Whether JSON of this type cannot be read into the field at all. */
export function isWrongType({ type }: Field, value: unknown): boolean {
  if (isBlank(value)) return false;
  switch (type.type) {
    case "datetime":
      return typeof value !== "string" || Number.isNaN(Date.parse(value));
    case "int":
    case "double":
      return typeof value !== "number";
    case "boolean":
      return typeof value !== "boolean";
    default:
      return typeof value !== "string";
  }
}
