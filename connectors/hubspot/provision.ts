/** Creates properties ("Properties API"), gathered in a group of our own. */
import { z } from "zod";
import type { ProvisionOptions, ProvisionStep, WantedField, WantedType } from "../connector.ts";
import { CrmError, DuplicateError, MisconfiguredError, NotFoundError } from "../errors.ts";
import type { HubspotHttp } from "./http.ts";
import type { Paths } from "./paths.ts";
import type { NewProperty, RequestBody } from "./wire.ts";

const GROUP = { name: "bookingbug", label: "BookingBug" } as const;

/** Internal names: lower case, and not HubSpot's own prefix. */
const CUSTOM_NAME = /^(?!hs_|hubspot_)[a-z][a-z0-9_]*$/;

const TYPES: Readonly<Record<WantedType, Pick<NewProperty, "type" | "fieldType">>> = {
  text: { type: "string", fieldType: "text" },
  long_text: { type: "string", fieldType: "textarea" },
  number: { type: "number", fieldType: "number" },
  checkbox: { type: "bool", fieldType: "booleancheckbox" },
  date: { type: "date", fieldType: "date" },
  datetime: { type: "datetime", fieldType: "date" },
  picklist: { type: "enumeration", fieldType: "select" },
  email: { type: "string", fieldType: "text" },
  phone: { type: "string", fieldType: "phonenumber" },
  url: { type: "string", fieldType: "text" },
};

export async function provisionHubspot(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  wanted: readonly WantedField[],
  { dryRun, onStep }: ProvisionOptions,
): Promise<void> {
  for (const { object, name } of wanted.filter((field) => !CUSTOM_NAME.test(field.name))) {
    const reason = "HubSpot's own properties cannot be created, and names are in lower case; correct it in the mapping";
    onStep({ what: `property ${object}.${name}`, outcome: "failed", reason });
  }
  const custom = wanted.filter((field) => CUSTOM_NAME.test(field.name));
  for (const object of new Set(custom.map((field) => field.object))) {
    const ofObject = custom.filter((field) => field.object === object);
    const isGrouped = await ensureGroup(deps, object, { dryRun, onStep });
    for (const field of ofObject) {
      if (dryRun) onStep({ what: `create property ${describe(field)}`, outcome: "planned" });
      else await createOne(deps, field, isGrouped, onStep);
    }
  }
}

const groups = z.looseObject({ results: z.array(z.looseObject({ name: z.string() })) });

/** @returns whether our group is there; without it properties go into HubSpot's own */
async function ensureGroup(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  object: string,
  { dryRun, onStep }: ProvisionOptions,
): Promise<boolean> {
  const what = `create group "${GROUP.label}" for the properties of ${object}`;
  const answer = groups.safeParse(await ask(deps, object, { method: "GET", rest: "/groups" }));
  if (answer.data?.results.some(({ name }) => name === GROUP.name)) return true;
  if (dryRun) {
    onStep({ what, outcome: "planned" });
    return true;
  }
  return await attempt(what, onStep, () => ask(deps, object, { method: "POST", rest: "/groups", body: GROUP }));
}

/** Whether properties of meetings may have unique values is not documented; without, bookings are found by a look. */
async function createOne(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  field: WantedField,
  isGrouped: boolean,
  onStep: ProvisionOptions["onStep"],
): Promise<void> {
  const steps: ProvisionStep[] = [];
  const create = (wanted: WantedField, what: string): Promise<boolean> =>
    attempt(
      what,
      (step) => steps.push(step),
      () => createProperty(deps, wanted, isGrouped),
    );
  const isCreated = await create(field, `create property ${describe(field)}`);
  if (!isCreated && field.unique && field.object !== "contacts") {
    const loose = { ...field, unique: false };
    const what = `create property ${describe(loose)}, without unique values, which HubSpot refuses for ${field.object}`;
    if (await create(loose, what)) steps.shift();
  }
  const [first] = steps;
  if (first !== undefined) onStep(first);
}

async function createProperty(
  deps: { readonly http: HubspotHttp; readonly paths: Paths },
  field: WantedField,
  isGrouped: boolean,
): Promise<unknown> {
  const body: NewProperty = {
    name: field.name,
    label: field.label,
    ...TYPES[field.unique ? "text" : field.type],
    groupName: isGrouped ? GROUP.name : groupOf(field.object),
    ...(field.unique && { hasUniqueValue: true }),
    ...(!field.unique && optionsOf(field)),
  };
  return await ask(deps, field.object, { method: "POST", rest: "", body });
}

/** HubSpot's own groups: `contactinformation`, `meetinginformation`, `companyinformation`, `dealinformation`. */
function groupOf(object: string): string {
  return `${object === "companies" ? "company" : object.replace(/s$/, "")}information`;
}

function optionsOf({ type, options }: WantedField): Pick<NewProperty, "options"> {
  if (type === "checkbox") {
    return { options: [toOption("true", "Yes", 0), toOption("false", "No", 1)] };
  }
  return type === "picklist" ? { options: options.map((value, index) => toOption(value, value, index)) } : {};
}

function toOption(value: string, label: string, displayOrder: number): NonNullable<NewProperty["options"]>[number] {
  return { value, label, displayOrder, hidden: false };
}

/** What one step meets is said of that step; what concerns the whole run ends it. */
async function attempt(
  what: string,
  onStep: ProvisionOptions["onStep"],
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    onStep({ what, outcome: "done" });
    return true;
  } catch (error) {
    // Somebody else's run got there first. A refusal of unique values sounds alike, with another status.
    if (error instanceof DuplicateError && error.status === 409) {
      onStep({ what, outcome: "present" });
      return true;
    }
    if (!(error instanceof CrmError) || error.retry) throw error;
    onStep({ what, outcome: "failed", reason: error.message });
    return false;
  }
}

/** The properties API was dated later than the objects API; where the dated path is not known, the legacy one is. */
async function ask(
  { http, paths }: { readonly http: HubspotHttp; readonly paths: Paths },
  object: string,
  { method, rest, body }: { readonly method: "GET" | "POST"; readonly rest: string; readonly body?: RequestBody },
): Promise<unknown> {
  const [dated = "", ...legacy] = paths.properties(object);
  const send = (path: string): Promise<{ body: unknown }> =>
    http.send({ method, path: `${path}${rest}`, operation: "provision", object, ...(body !== undefined && { body }) });
  try {
    return (await send(dated)).body;
  } catch (error) {
    const [other] = legacy;
    const isUnknownPath =
      error instanceof NotFoundError || (error instanceof MisconfiguredError && error.status === 404);
    if (other === undefined || !isUnknownPath) throw error;
    return (await send(other)).body;
  }
}

function describe({ object, name, label, unique, type }: WantedField): string {
  return `${object}.${name} "${label}" (${unique ? "unique text" : type.replaceAll("_", " ")})`;
}
