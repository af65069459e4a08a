/** `crm-sync mapping check`: every problem of every mapping file, at once, before it meets a booking. */
import type { Connector, ObjectDescription } from "../../connectors/connector.ts";
import { MisconfiguredError } from "../../connectors/errors.ts";
import { checkMapping } from "../mapping/check.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { MappingProblem } from "../mapping/problems.ts";
import type { MappingSet } from "../mapping/set.ts";

/** @param connectors by CRM; mappings of other CRMs are only read, not compared. @throws CrmError when a CRM cannot be asked */
export async function checkMappings(
  set: MappingSet,
  connectors: ReadonlyMap<string, Connector>,
): Promise<MappingProblem[]> {
  const problems: MappingProblem[] = [];
  for (const mapping of set.mappings) {
    const connector = connectors.get(mapping.crm);
    if (connector !== undefined) problems.push(...checkMapping(mapping, await describeAll(connector, mapping)));
  }
  return problems;
}

async function describeAll(connector: Connector, mapping: Mapping): Promise<Map<string, ObjectDescription>> {
  const descriptions = new Map<string, ObjectDescription>();
  for (const object of new Set(mapping.sections.map((section) => section.object))) {
    try {
      descriptions.set(object, await connector.describe(object));
    } catch (error) {
      // An object that does not exist is a finding; a CRM that does not answer is not.
      if (!(error instanceof MisconfiguredError)) throw error;
    }
  }
  return descriptions;
}
