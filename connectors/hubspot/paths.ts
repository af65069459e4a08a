/** HubSpot's paths, by API version, in one place. Dated form: `/crm/{api}/{version}/…` ("API versioning"). */

export interface Paths {
  objects(type: string, rest?: string): string;
  /** To be tried in this order. */
  properties(type: string): readonly string[];
  associations(from: string, to: string, rest: string): string;
  /** To be tried in this order. */
  labels(from: string, to: string): readonly string[];
}

/** @param version a date such as `2026-09`, or `v3`, whose associations are v4 */
export function createPaths(version: string): Paths {
  const legacy = version === "v3";
  const objects = legacy ? "/crm/v3/objects" : `/crm/objects/${version}`;
  const properties = [...(legacy ? [] : [`/crm/properties/${version}`]), "/crm/v3/properties"];
  const associations = legacy ? "/crm/v4/associations" : `/crm/associations/${version}`;
  const labels = [...(legacy ? [] : [associations]), "/crm/v4/associations"];
  const safe = encodeURIComponent;
  return {
    objects: (type, rest = "") => `${objects}/${safe(type)}${rest}`,
    properties: (type) => properties.map((base) => `${base}/${safe(type)}`),
    associations: (from, to, rest) => `${associations}/${safe(from)}/${safe(to)}${rest}`,
    labels: (from, to) => labels.map((base) => `${base}/${safe(from)}/${safe(to)}/labels`),
  };
}

/** Object type ids, for links to records and for types written by number. */
export const TYPE_IDS: Readonly<Record<string, string>> = {
  contacts: "0-1",
  companies: "0-2",
  deals: "0-3",
  meetings: "0-47",
  appointments: "0-421",
};

/** HubSpot's own default association types ("Association type IDs"), which need no label. */
const DEFAULT_TYPES: Readonly<Record<string, number>> = {
  "meetings>contacts": 200,
  "meetings>companies": 188,
  "appointments>contacts": 906,
  "appointments>companies": 908,
  "appointments>deals": 944,
};

/** The default association type from one object to another, if its number is published. */
export function defaultType(from: string, to: string): number | undefined {
  return DEFAULT_TYPES[`${nameOf(from)}>${nameOf(to)}`];
}

function nameOf(type: string): string {
  return Object.entries(TYPE_IDS).find(([name, id]) => type === id || type === name)?.[0] ?? type;
}
