/** `crm-sync mapping check`: every problem of every mapping file, at once, before it meets a booking. */
import type { Connector, ObjectDescription } from "../../connectors/connector.ts";
import { MisconfiguredError } from "../../connectors/errors.ts";
import { type CrmMetadata, checkMapping } from "../mapping/check.ts";
import { codedNotes } from "../mapping/coded.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { namedIds } from "../mapping/named-ids.ts";
import { formatProblem, type MappingProblem } from "../mapping/problems.ts";
import type { MappingSet } from "../mapping/set.ts";
import { suspicions } from "../mapping/suspicions.ts";
import type { Judged } from "./judged.ts";
import { judgeLinks } from "./linked-kinds.ts";
import { judgeIds } from "./named-records.ts";

/** What else is known of the mappings in this CRM, and does not keep them from working. @throws CrmError */
export async function mappingNotes({ mappings }: MappingSet, connector: Connector): Promise<string[]> {
  const own = mappings.filter((mapping) => mapping.crm === connector.crm);
  const { objects } = await readMetadata(connector, objectsOf(own));
  return own.flatMap((mapping) => codedNotes(mapping, objects));
}

export function objectsOf(mappings: readonly Mapping[]): string[] {
  return [
    ...new Set(mappings.flatMap(({ sections, lookUps }) => [...sections, ...lookUps].map(({ object }) => object))),
  ];
}

/** @param connectors mappings of other CRMs are only read, not compared. @throws CrmError when a CRM cannot be asked */
export async function checkMappings(set: MappingSet, connectors: readonly Connector[]): Promise<MappingProblem[]> {
  return [...(await judgeInCrm(set, connectors)).problems];
}

/** @throws CrmError when a CRM cannot be asked */
export async function judgeInCrm(set: MappingSet, connectors: readonly Connector[]): Promise<Judged> {
  const judged: Judged[] = [];
  for (const connector of connectors) {
    const mappings = set.mappings.filter((mapping) => mapping.crm === connector.crm);
    judged.push(await judgeWith(await readMetadata(connector, objectsOf(mappings)), mappings, connector));
  }
  return together(judged);
}

/** @param metadata of the objects that the mappings name. @throws CrmError when the CRM cannot be asked */
export async function judgeWith(
  metadata: CrmMetadata,
  mappings: readonly Mapping[],
  connector: Connector,
): Promise<Judged> {
  const { objects } = metadata;
  const judged = mappings.map(async (mapping) => {
    const { problems, warnings } = together([
      { problems: checkMapping(mapping, metadata), warnings: suspicions(mapping, objects) },
      await judgeLinks(mapping, objects, connector),
      await judgeIds(namedIds(mapping, objects), connector),
    ]);
    return { problems: inOrder(problems), warnings: inOrder(warnings) };
  });
  return together(await Promise.all(judged));
}

function together(judged: readonly Judged[]): Judged {
  return {
    problems: judged.flatMap(({ problems }) => problems),
    warnings: judged.flatMap(({ warnings }) => warnings),
  };
}

function inOrder(problems: readonly MappingProblem[]): MappingProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** As it is shown beside problems. */
export function formatWarning(warning: MappingProblem): string {
  return formatProblem({ ...warning, message: `warning: ${warning.message}` });
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
