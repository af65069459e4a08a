/** The make-believe account's properties and their groups: listing and creating them ("Properties API"). */
import { count, type SandboxAnswer } from "../crm.ts";
import type { Values } from "../table.ts";
import { problem } from "./answers.ts";
import type { Property } from "./schema.ts";
import type { State } from "./state.ts";

const TYPES = ["string", "number", "bool", "date", "datetime", "enumeration"];
const MAX_UNIQUE = 10;

export function listProperties({ account, stats }: State, type: string): SandboxAnswer {
  count(stats, "properties");
  const results = Object.entries(account.schema[type] ?? {}).map(([name, property]) => ({
    name,
    label: name,
    type: property.type,
    fieldType: property.type === "enumeration" ? "select" : "text",
    hasUniqueValue: property.unique ?? false,
    options: (property.options ?? []).map((value) => ({ label: value, value, hidden: false })),
    modificationMetadata: { readOnlyValue: property.readOnly ?? false },
  }));
  return { status: 200, body: { results } };
}

/** @param groups of the object, beside HubSpot's own */
export function createProperty(state: State, type: string, groups: ReadonlySet<string>, body: Values): SandboxAnswer {
  const { account, stats } = state;
  count(stats, "create_property");
  const fields = account.schema[type] ?? {};
  const { name, label, type: kind, fieldType, groupName, hasUniqueValue, options } = body;
  const invalid = (message: string): SandboxAnswer => problem(400, "VALIDATION_ERROR", message);
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name)) return invalid(`Invalid property name: ${name}`);
  if (fields[name] !== undefined)
    return problem(409, "OBJECT_ALREADY_EXISTS", `Property named ${name} already exists.`);
  if (typeof label !== "string" || typeof fieldType !== "string") return invalid("label and fieldType are required");
  if (!TYPES.includes(String(kind))) return invalid(`${kind} is not a property type`);
  if (!String(groupName).endsWith("information") && !groups.has(String(groupName))) {
    return invalid(`Property group ${groupName} does not exist`);
  }
  const given = (options ?? []) as { value: string }[];
  if ((kind === "enumeration" || kind === "bool") && given.length === 0) return invalid(`${name} needs options`);
  if (hasUniqueValue === true && type === "meetings" && state.options.uniqueMeetings === false) {
    return invalid(`Unique values are not supported for object type ${type}`);
  }
  const unique = Object.values(fields).filter((property) => property.unique).length;
  if (hasUniqueValue === true && unique >= MAX_UNIQUE) return invalid(`At most ${MAX_UNIQUE} unique properties`);
  const property: Property = {
    type: (kind === "date" ? "datetime" : kind) as Property["type"],
    ...(kind === "enumeration" && { options: given.map(({ value }) => value) }),
    ...(hasUniqueValue === true && { unique: true as const }),
  };
  account.schema[type] = { ...fields, [name]: property };
  return { status: 201, body: { ...body, archived: false } };
}

export function propertyGroups(groups: Set<string>, method: string, body: Values): SandboxAnswer {
  if (method === "GET") {
    return { status: 200, body: { results: [...groups].map((name) => ({ name, label: name })) } };
  }
  const name = String(body.name);
  if (groups.has(name)) return problem(409, "OBJECT_ALREADY_EXISTS", `Property group ${name} already exists.`);
  groups.add(name);
  return { status: 201, body: { name, label: body.label, archived: false } };
}
