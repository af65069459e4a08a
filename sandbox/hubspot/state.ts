/** What the parts of the make-believe account share. */
import type { SandboxStats } from "../crm.ts";
import type { StoredRecord } from "../table.ts";
import { createLinks, type Links } from "./links.ts";
import type { HubspotSandboxOptions } from "./options.ts";
import { type Account, createAccount } from "./rows.ts";
import type { Properties } from "./schema.ts";

export interface State {
  readonly options: HubspotSandboxOptions;
  readonly stats: SandboxStats;
  account: Account;
  links: Links;
  /** Where a record that was merged away lives on. */
  merged: Map<string, string>;
  /** When a record was written last, for the search's lag. */
  written: Map<string, number>;
  /** Groups of properties that somebody made, by object. */
  groups: Map<string, Set<string>>;
}

export function createState(options: HubspotSandboxOptions, stats: SandboxStats): State {
  const state: State = {
    options,
    stats,
    account: createAccount(),
    links: createLinks(),
    merged: new Map(),
    written: new Map(),
    groups: new Map(),
  };
  empty(state);
  return state;
}

/** Forgets every record; the options stay. */
export function empty(state: State): void {
  const { uniqueMeetings, appointmentStatus, appointments, withoutProperties = [], alsoUnique = [] } = state.options;
  state.account = createAccount();
  state.links = createLinks();
  state.merged = new Map();
  state.written = new Map();
  state.groups = new Map();
  const { schema } = state.account;
  const lacks = [...withoutProperties, ...(appointmentStatus === false ? ["appointments.hs_appointment_status"] : [])];
  for (const name of lacks) drop(schema, name);
  for (const name of alsoUnique) makeUnique(schema, name);
  if (uniqueMeetings === false && schema.meetings?.bookingbug_booking_id)
    schema.meetings.bookingbug_booking_id = { type: "string" };
  if (appointments === false) delete schema.appointments;
}

function makeUnique(schema: Record<string, Properties>, name: string): void {
  const [object = "", property = ""] = name.split(".");
  const properties = schema[object];
  const known = properties?.[property];
  if (properties !== undefined && known !== undefined) properties[property] = { ...known, unique: true };
}

function drop(schema: Record<string, Properties>, name: string): void {
  const [object = "", property = ""] = name.split(".");
  delete schema[object]?.[property];
}

/** Email, and properties defined with `hasUniqueValue`; up to ten per object. */
export function isUnique({ account }: State, type: string, property: string): boolean {
  return (type === "contacts" && property === "email") || account.schema[type]?.[property]?.unique === true;
}

/** A live record by id, or by a property that is unique; contacts also by an additional e-mail. */
export function locate(
  state: State,
  type: string,
  idProperty: string | undefined,
  id: string,
): StoredRecord | undefined {
  const table = state.account.table(type);
  if (idProperty !== undefined && idProperty !== "hs_object_id") {
    return table?.find(idProperty, id)[0] ?? (idProperty === "email" ? state.account.byAdditionalEmail(id) : undefined);
  }
  const survivor = state.options.mergedIds === "not_found" ? undefined : state.merged.get(id);
  const record = table?.get(survivor ?? id);
  return record?.deleted ? undefined : record;
}
