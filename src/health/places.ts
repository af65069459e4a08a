/** Where in the dashboard something is shown. */
import type { DriftList } from "../drift/lists.ts";
import { type Place, SERVICE } from "./findings.ts";

const PATHS: Readonly<Record<Place, (about: string) => string>> = {
  crm: (about) => `/admin#crm-${about}`,
  received: () => "/admin#received",
  mappings: () => "/admin#mappings",
  schema: (about) => `/admin/mappings/schema#crm-${about}`,
  failed: (about) => `/admin/failed#crm-${about}`,
  held: (about) => `/admin/held#crm-${about}`,
  quarantine: () => "/admin/quarantine",
  deleted: (about) => driftPath(about, "deleted"),
  asked: (about) => driftPath(about, "ask"),
  reconciliation: () => "/admin/reconciliation",
  waiting: (about) => (about === SERVICE ? "/admin/bookings" : `/admin/bookings?waiting=${encodeURIComponent(about)}`),
};

/** @param list undefined: all that drifted */
export function driftPath(crm: string, list: DriftList | undefined): string {
  return `/admin/drift?${new URLSearchParams({ crm, ...(list !== undefined && { list }) })}#records`;
}

export function pathTo(place: Place, about: string): string {
  return PATHS[place](about);
}
