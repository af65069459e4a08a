/** What tells the mappings in force from any others. */
import type { LiveMappings } from "../mapping/live.ts";
import { digest } from "../redis/keys.ts";

export function mappingsId(mappings: LiveMappings): string {
  const versions = mappings.current().set.mappings.map(({ crm, version }) => `${crm} ${version}`);
  return digest(versions.toSorted().join("\n"));
}
