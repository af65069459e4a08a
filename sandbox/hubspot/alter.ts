/** What an admin of the make-believe account does to a property of an object. */
import type { FieldChange } from "../crm.ts";
import { oneOf, type Properties, type Property } from "./schema.ts";

/** @param first as the account began */
export function alterProperty(
  properties: Properties,
  name: string,
  change: FieldChange,
  first: Property | undefined,
): void {
  if (change.kind === "restore") {
    if (first === undefined) delete properties[name];
    else properties[name] = first;
    return;
  }
  const property = properties[name];
  if (property === undefined) throw new Error(`alter: there is no property ${name}`);
  if (change.kind === "remove") delete properties[name];
  else properties[name] = altered(property, change);
}

function altered(property: Property, change: FieldChange): Property {
  switch (change.kind) {
    case "read_only":
      return { ...property, readOnly: true };
    case "not_unique": {
      const { unique: _unique, ...rest } = property;
      return rest;
    }
    case "options":
      return oneOf(...change.options);
    case "remove":
    case "restore":
      return property;
    case "number":
      return { type: "number" };
    case "length":
    case "required":
      throw new Error(`alter: HubSpot's properties say nothing of ${change.kind}`);
  }
}
