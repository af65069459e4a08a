/**
 * Creates custom fields, and a permission set that lets our user see them: a field made through the Metadata API is
 * invisible to everybody at first. What exists is never redefined, only made visible.
 */
import { z } from "zod";
import type { ProvisionOptions, ProvisionStep, WantedField } from "../connector.ts";
import type { SalesforceHttp } from "./http.ts";
import { createOrgMetadata, type FieldMetadata, type FieldPermission, type OrgMetadata } from "./metadata.ts";
import { quote } from "./soql.ts";

const PERMISSION_SET = "BookingBug_CRM_Sync";
const LABEL = "BookingBug CRM Sync";

/** Events and tasks have their custom fields on Activity ("Object Reference: Activity"). */
const ON_ACTIVITY = new Set(["Event", "Task"]);

/** "Custom Field Naming": letters, digits and single underscores, then `__c`; more underscores make a package's field. */
const CUSTOM_NAME = /^[A-Za-z](?!.*__.*__c$)\w*__c$/;

export async function provisionSalesforce(
  http: SalesforceHttp,
  wanted: readonly WantedField[],
  options: ProvisionOptions,
): Promise<void> {
  const org = createOrgMetadata(http);
  const { dryRun, onStep } = options;
  for (const { object, name } of wanted.filter((field) => !CUSTOM_NAME.test(field.name))) {
    const reason = "only custom fields can be created, and their names end in __c; correct the name in the mapping";
    onStep({ what: `field ${object}.${name}`, outcome: "failed", reason });
  }
  const custom = wanted.filter((field) => CUSTOM_NAME.test(field.name));
  if (custom.length === 0) return;

  const existing = await org.existingFields(custom.map(fullNameOf));
  const visible: string[] = [];
  for (const field of custom.filter((one) => existing.has(fullNameOf(one)))) {
    onStep({ what: `field ${describe(field)} exists and is hidden from our user`, outcome: "present" });
    visible.push(fullNameOf(field));
  }
  const missing = custom.filter((field) => !existing.has(fullNameOf(field)));
  if (dryRun) {
    for (const field of missing) onStep({ what: `create field ${describe(field)}`, outcome: "planned" });
    onStep({ what: `let our user read and edit them, by permission set ${PERMISSION_SET}`, outcome: "planned" });
    return;
  }
  visible.push(...(await createFields(org, missing, onStep)));
  if (visible.length > 0) await letUserSee(http, org, visible, onStep);
}

/** @returns full names of those that exist now */
async function createFields(
  org: OrgMetadata,
  fields: readonly WantedField[],
  onStep: (step: ProvisionStep) => void,
): Promise<string[]> {
  const results = await org.upsertFields(fields.map(toMetadata));
  return results.flatMap(({ fullName, reason }, index) => {
    const field = fields[index];
    const what = `create field ${field === undefined ? fullName : describe(field)}`;
    onStep(reason === undefined ? { what, outcome: "done" } : { what, outcome: "failed", reason });
    return reason === undefined ? [fullName] : [];
  });
}

async function letUserSee(
  http: SalesforceHttp,
  org: OrgMetadata,
  fullNames: readonly string[],
  onStep: (step: ProvisionStep) => void,
): Promise<void> {
  const before = (await org.fieldPermissions(PERMISSION_SET)) ?? [];
  const granted = await grant(org, before, fullNames);
  const what = `let permission set ${PERMISSION_SET} read and edit ${fullNames.length} field(s)`;
  if (granted !== undefined) return onStep({ what, outcome: "failed", reason: granted });
  onStep({ what, outcome: "done" });
  const userId = await org.userId();
  const assigned = await assign(http, userId);
  onStep({ what: `assign permission set ${PERMISSION_SET} to our user ${userId}`, outcome: assigned });
}

/**
 * Whether a permission names an activity's field by Activity or by Event is not documented, so both are tried. What the
 * set grants already is sent along: whether an upsert adds or replaces is not documented either.
 *
 * @returns why it was refused
 */
async function grant(
  org: OrgMetadata,
  before: readonly FieldPermission[],
  fullNames: readonly string[],
): Promise<string | undefined> {
  const all = [...new Set([...before.map(({ field }) => field), ...fullNames])];
  const permissions = (names: readonly string[]): FieldPermission[] =>
    names.map((field) => ({ field, readable: true, editable: true }));
  const { reason } = await org.upsertPermissionSet(PERMISSION_SET, LABEL, permissions(all));
  if (reason === undefined || !all.some((name) => name.startsWith("Activity."))) return reason;
  const onEvent = all.map((name) => name.replace(/^Activity\./, "Event."));
  return (await org.upsertPermissionSet(PERMISSION_SET, LABEL, permissions(onEvent))).reason;
}

const idRows = z.looseObject({ records: z.array(z.looseObject({ Id: z.string() })) });

async function assign(http: SalesforceHttp, userId: string): Promise<"done" | "present"> {
  const sets = await select(http, `SELECT Id FROM PermissionSet WHERE Name = ${quote(PERMISSION_SET)}`);
  const setId = sets[0] ?? "";
  const where = `AssigneeId = ${quote(userId)} AND PermissionSetId = ${quote(setId)}`;
  if ((await select(http, `SELECT Id FROM PermissionSetAssignment WHERE ${where}`)).length > 0) return "present";
  await http.send({
    method: "POST",
    path: "/sobjects/PermissionSetAssignment",
    body: { AssigneeId: userId, PermissionSetId: setId },
    operation: "provision",
    object: "PermissionSetAssignment",
  });
  return "done";
}

async function select(http: SalesforceHttp, soql: string): Promise<string[]> {
  const path = `/query?q=${encodeURIComponent(soql)}`;
  const { body } = await http.send({ method: "GET", path, operation: "provision" });
  return idRows.parse(body).records.map(({ Id }) => Id);
}

function fullNameOf({ object, name }: WantedField): string {
  return `${ON_ACTIVITY.has(object) ? "Activity" : object}.${name}`;
}

function describe(field: WantedField): string {
  const kind = field.unique ? "unique external id" : field.type.replaceAll("_", " ");
  return `${fullNameOf(field)} "${field.label}" (${kind})`;
}

/** "CustomField" of the Metadata API. Whether case counts in an external id must be decided when it is made. */
function toMetadata(field: WantedField): FieldMetadata {
  const common = { fullName: fullNameOf(field), label: field.label.slice(0, 40) };
  if (field.unique) {
    const length = Math.min(field.length, 255);
    return { ...common, type: "Text", length, externalId: true, unique: true, caseSensitive: true };
  }
  switch (field.type) {
    case "text":
      return field.length > 255
        ? { ...common, type: "LongTextArea", length: field.length, visibleLines: 4 }
        : { ...common, type: "Text", length: field.length };
    case "long_text":
      return { ...common, type: "LongTextArea", length: Math.max(256, field.length), visibleLines: 4 };
    case "number":
      return { ...common, type: "Number", precision: 18, scale: field.decimals };
    case "checkbox":
      return { ...common, type: "Checkbox", defaultValue: "false" };
    case "date":
      return { ...common, type: "Date" };
    case "datetime":
      return { ...common, type: "DateTime" };
    case "picklist":
      return { ...common, type: "Picklist", valueSet: toValueSet(field.options) };
    case "email":
      return { ...common, type: "Email" };
    case "phone":
      return { ...common, type: "Phone" };
    case "url":
      return { ...common, type: "Url" };
  }
}

function toValueSet(options: readonly string[]): unknown {
  const value = options.map((option) => ({ fullName: option, default: false, label: option }));
  return { restricted: true, valueSetDefinition: { sorted: false, value } };
}
