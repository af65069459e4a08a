/** `crm-sync mapping check`: every problem of every mapping file, at once, before it meets a booking. */
import type { Connector, ObjectDescription } from "../../connectors/connector.ts";
import { MisconfiguredError } from "../../connectors/errors.ts";
import { type CrmMetadata, checkMapping } from "../mapping/check.ts";
import { codedNotes } from "../mapping/coded.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { MappingProblem } from "../mapping/problems.ts";
import type { MappingSet } from "../mapping/set.ts";
import { suspicions } from "../mapping/suspicions.ts";

/** What else is known of the mappings in this CRM, and does not keep them from working. @throws CrmError */
export async function mappingNotes({ mappings }: MappingSet, connector: Connector): Promise<string[]> {
  const own = mappings.filter((mapping) => mapping.crm === connector.crm);
  const { objects } = await readMetadata(connector, objectsOf(own));
  return own.flatMap((mapping) => codedNotes(mapping, objects));
}

function objectsOf(mappings: readonly Mapping[]): string[] {
  return [
    ...new Set(mappings.flatMap(({ sections, lookUps }) => [...sections, ...lookUps].map(({ object }) => object))),
  ];
}

export interface Judged {
  readonly problems: readonly MappingProblem[];
  /** What works, and is seldom what was meant. */
  readonly warnings: readonly MappingProblem[];
}

/** @param connectors mappings of other CRMs are only read, not compared. @throws CrmError when a CRM cannot be asked */
export async function checkMappings(set: MappingSet, connectors: readonly Connector[]): Promise<MappingProblem[]> {
  return [...(await judgeInCrm(set, connectors)).problems];
}

/** @throws CrmError when a CRM cannot be asked */
export async function judgeInCrm(set: MappingSet, connectors: readonly Connector[]): Promise<Judged> {
  const problems: MappingProblem[] = [];
  const warnings: MappingProblem[] = [];
  for (const connector of connectors) {
    const mappings = set.mappings.filter((mapping) => mapping.crm === connector.crm);
    const metadata = await readMetadata(connector, objectsOf(mappings));
    problems.push(...mappings.flatMap((mapping) => checkMapping(mapping, metadata)));
    warnings.push(...mappings.flatMap((mapping) => suspicions(mapping, metadata.objects)));
  }
  return { problems, warnings };
}

/** What the CRM says of these objects, each asked about once. @throws CrmError when it cannot be asked */
export async function readMetadata(connector: Connector, objects: readonly string[]): Promise<CrmMetadata> {
  const entries = await Promise.all(
    objects.map(async (object) => [object, await describe(connector, object)] as const),
  );
  const someUnknown = entries.some(([, found]) => "refusal" in found);
  return { objects: new Map(entries), names: (someUnknown && (await connector.objectNames?.())) || [] };
}

async function describe(connector: Connector, object: string): Promise<ObjectDescription | { refusal: string }> {
  try {
    return await connector.describe(object);
  } catch (error) {
    // An object that does not exist, or may not be seen, is a finding; a CRM that does not answer is not.
    if (error instanceof MisconfiguredError) return { refusal: error.message };
    throw error;
  }
}
