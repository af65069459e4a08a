/** All mappings in force, and which one is for a booking. */
import type { Mapping } from "./mapping.ts";

export interface MappingSet {
  readonly mappings: readonly Mapping[];
}

/** No file maps this CRM (for this company). */
export class NoMappingError extends Error {
  readonly kind = "misconfigured_mapping";
  readonly retry = false;
  override readonly name = "NoMappingError";
}

/**
 * The file for the first of these companies that has one of its own, else the file without `companies`.
 *
 * @param companyIds most specific first: the location, then its parent
 * @throws NoMappingError
 */
export function selectMapping(set: MappingSet, crm: string, companyIds: readonly string[]): Mapping {
  const candidates = set.mappings.filter((mapping) => mapping.crm === crm);
  for (const id of companyIds) {
    const own = candidates.find((mapping) => mapping.companies.includes(id));
    if (own !== undefined) return own;
  }
  const general = candidates.find((mapping) => mapping.companies.length === 0);
  if (general !== undefined) return general;
  throw new NoMappingError(
    `No mapping file for ${crm} serves company ${companyIds.join(" or ") || "(none given)"}. ` +
      "Add the company to a file's `companies`, or a file without `companies`.",
  );
}

/** Chooses the mapping for the company of a booking, most specific company first. @throws NoMappingError */
export type ChooseMapping = (companyIds: readonly string[]) => Mapping;

export function mappingChooser(set: MappingSet, crm: string): ChooseMapping {
  return (companyIds) => selectMapping(set, crm, companyIds);
}

/** Every CRM needs a file; one that serves only some companies is enough. @throws NoMappingError */
export function requireMapping(set: MappingSet, crm: string): void {
  const some = set.mappings.find((mapping) => mapping.crm === crm);
  selectMapping(set, crm, some?.companies ?? []);
}
