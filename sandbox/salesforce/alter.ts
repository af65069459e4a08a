/** What an admin of the make-believe org does to a field of an object. */
import type { FieldChange } from "../crm.ts";
import type { Field, Fields } from "./schema.ts";

/** @param first as the org began */
export function alterField(fields: Fields, name: string, change: FieldChange, first: Field | undefined): void {
  if (change.kind === "restore") {
    if (first === undefined) delete fields[name];
    else fields[name] = first;
    return;
  }
  const field = fields[name];
  if (field === undefined) throw new Error(`alter: there is no field ${name}`);
  if (change.kind === "remove") delete fields[name];
  else fields[name] = altered(field, change);
}

function altered(field: Field, change: FieldChange): Field {
  switch (change.kind) {
    case "read_only":
      return { ...field, readOnly: true };
    case "required":
      return { ...field, required: true };
    case "not_unique": {
      const { unique: _unique, ...rest } = field;
      return rest;
    }
    case "length":
      return { ...field, type: { type: "string", length: change.length } };
    case "options":
      return { ...field, type: { type: "picklist", values: change.options, restricted: true } };
    case "remove":
    case "restore":
      return field;
    case "number":
      return { ...field, type: { type: "double" } };
  }
}
