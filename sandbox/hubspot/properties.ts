/** The make-believe account's properties and their groups: listing and creating them ("Properties API"). */
import { count, type SandboxAnswer } from "../crm.ts";
import type { Values } from "../table.ts";
import { problem } from "./answers.ts";
import { type Option, type Property, toOption } from "./schema.ts";
import type { State } from "./state.ts";

/** Which field types a type can have ("Properties: type and fieldType"). */
const FIELD_TYPES: Readonly<Record<Property["type"], readonly string[]>> = {
  string: ["text", "textarea", "phonenumber", "html", "file", "calculation_equation"],
  number: ["number", "calculation_equation"],
  bool: ["booleancheckbox", "calculation_equation"],
  date: ["date"],
  datetime: ["date"],
  enumeration: ["select", "radio", "checkbox", "booleancheckbox", "calculation_equation"],
};
const MAX_UNIQUE = 10;

export function listProperties({ account, stats }: State, type: string): SandboxAnswer {
  count(stats, "properties");
  const results = Object.entries(account.schema[type] ?? {}).map(([name, one]) => toAnswer(type, name, one));
  return { status: 200, body: { results } };
}

function toAnswer(type: string, name: string, property: Property): Values {
  const { label = name, description = "", groupName = groupOf(type), fieldType } = property.definition ?? {};
  const isOurs = property.definition !== undefined;
  return {
    name,
    label,
    description,
    groupName,
    type: property.type,
    fieldType: fieldType ?? FIELD_TYPES[property.type][0],
    hasUniqueValue: property.unique ?? false,
    options: property.options ?? [],
    displayOrder: -1,
    hidden: false,
    formField: false,
    archived: false,
    hubspotDefined: !isOurs,
    modificationMetadata: {
      archivable: isOurs,
      readOnlyDefinition: !isOurs,
      readOnlyValue: property.readOnly ?? false,
    },
  };
}

/** @param groups of the object, beside HubSpot's own */
export function createProperty(state: State, type: string, groups: ReadonlySet<string>, body: Values): SandboxAnswer {
  const { account, stats } = state;
  count(stats, "create_property");
  const fields = account.schema[type] ?? {};
  const { name } = body;
  const invalid = (message: string): SandboxAnswer => problem(400, "VALIDATION_ERROR", message);
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name)) return invalid(`Invalid property name: ${name}`);
  if (fields[name] !== undefined)
    return problem(409, "OBJECT_ALREADY_EXISTS", `Property named ${name} already exists.`);
  const wrong = wrongDefinition(state, type, groups, body);
  if (wrong !== undefined) return invalid(wrong);
  const { label, description, groupName, fieldType, options } = body as Record<string, string>;
  const kind = body.type as Property["type"];
  const property: Property = {
    type: kind,
    definition: { label: label ?? name, description: description ?? "", groupName: groupName ?? "", fieldType },
    ...(options !== undefined && { options: (body.options as Option[]).map(toOption) }),
    ...(body.hasUniqueValue === true && { unique: true as const }),
  };
  account.schema[type] = { ...fields, [name]: property };
  return { status: 201, body: toAnswer(type, name, property) };
}

/** Why there can be no such property. */
function wrongDefinition(
  { account, options: { uniqueMeetings } }: State,
  object: string,
  groups: ReadonlySet<string>,
  { name, label, type, fieldType, groupName, hasUniqueValue, options = [] }: Values,
): string | undefined {
  if (typeof label !== "string" || label === "") return "label is required";
  if (!isType(type)) return `${type} is not a property type`;
  if (!FIELD_TYPES[type].includes(String(fieldType))) return `${fieldType} is no fieldType of the type ${type}`;
  if (!String(groupName).endsWith("information") && !groups.has(String(groupName))) {
    return `Property group ${groupName} does not exist`;
  }
  if (!Array.isArray(options) || !options.every(isOption)) {
    return "Invalid input JSON: options must have label, value, hidden and displayOrder";
  }
  if ((type === "enumeration" || type === "bool") && options.length === 0) return `${name} needs options`;
  if (new Set(options.map(({ value }) => value)).size < options.length) return "Property option values must be unique";
  if (hasUniqueValue !== true) return undefined;
  if (object === "meetings" && uniqueMeetings === false)
    return `Unique values are not supported for object type ${object}`;
  const unique = Object.values(account.schema[object] ?? {}).filter((property) => property.unique).length;
  return unique >= MAX_UNIQUE ? `At most ${MAX_UNIQUE} unique properties` : undefined;
}

function isType(type: unknown): type is Property["type"] {
  return typeof type === "string" && Object.keys(FIELD_TYPES).includes(type);
}

function isOption(option: unknown): option is Option {
  const { label, value, hidden, displayOrder } = (option ?? {}) as Values;
  const isNamed = typeof label === "string" && label !== "" && typeof value === "string" && value !== "";
  return isNamed && typeof hidden === "boolean" && Number.isInteger(displayOrder);
}

/** HubSpot's own group of an object's properties. */
function groupOf(type: string): string {
  return `${type === "companies" ? "company" : type.replace(/s$/, "")}information`;
}

export function propertyGroups(groups: Set<string>, method: string, body: Values): SandboxAnswer {
  const toGroup = (name: string, label = name): Values => ({ name, label, displayOrder: -1, archived: false });
  if (method === "GET") return { status: 200, body: { results: [...groups].map((name) => toGroup(name)) } };
  const { name, label } = body;
  if (typeof name !== "string" || typeof label !== "string") {
    return problem(400, "VALIDATION_ERROR", "name and label are required");
  }
  if (groups.has(name)) return problem(409, "OBJECT_ALREADY_EXISTS", `Property group ${name} already exists.`);
  groups.add(name);
  return { status: 201, body: toGroup(name, label) };
}
