/** `crm-sync provision`: creates what the mappings need and a CRM lacks. */
import type { Connector, ProvisionOptions } from "../../connectors/connector.ts";
import type { MappingSet } from "../mapping/set.ts";
import { looseKeys, missingObjects, wantedFields } from "../mapping/wanted-fields.ts";
import { readMetadata } from "./mapping-check.ts";

/** @returns how many fields were missing. @throws CrmError when the CRM cannot be asked */
export async function provision(
  { mappings }: MappingSet,
  connector: Connector,
  options: ProvisionOptions,
): Promise<number> {
  const own = mappings.filter(({ crm }) => crm === connector.crm);
  const objects = own.flatMap(({ sections }) => sections.map(({ object }) => object));
  const metadata = await readMetadata(connector, [...new Set(objects)]);
  for (const object of missingObjects(own, metadata)) {
    const reason = "objects are not created; create or activate it in the CRM, or let our user see it";
    options.onStep({ what: `object ${object}`, outcome: "failed", reason });
  }
  for (const key of looseKeys(own, metadata)) {
    const reason = "it exists but is not a unique external id; make it one in the CRM, or name another field";
    options.onStep({ what: `external id ${key}`, outcome: "failed", reason });
  }
  const wanted = wantedFields(own, metadata);
  if (wanted.length > 0) await provisionFields(connector, wanted, options);
  return wanted.length;
}

async function provisionFields(
  connector: Connector,
  wanted: ReturnType<typeof wantedFields>,
  options: ProvisionOptions,
): Promise<void> {
  if (connector.provision !== undefined) return await connector.provision(wanted, options);
  for (const { object, name } of wanted) {
    const reason = `${connector.crm} offers no way to create fields; create it by hand`;
    options.onStep({ what: `field ${object}.${name}`, outcome: "failed", reason });
  }
}
