/** What of the CRMs' objects no longer suits the mappings, as they were last asked; nothing of one that was not. */
import type { SchemaSeen } from "../stats/schema-seen.ts";
import { gauge, type MetricJson } from "./metric-json.ts";

export async function schemaMetrics(schemas: Pick<SchemaSeen, "last">, crms: readonly string[]): Promise<MetricJson[]> {
  const all = await Promise.all(crms.map(async (crm) => ({ crm, look: await schemas.last(crm) })));
  const asked = all.flatMap(({ crm, look }) => (look === undefined ? [] : [{ crm, look }]));
  return [
    gauge(
      "crm_sync_schema_issues",
      "Fields of the CRM that do not suit the mappings in force, when it was last asked.",
      asked.map(({ crm, look }) => ({ value: look.issues.length, labels: { crm } })),
    ),
    gauge(
      "crm_sync_schema_looked_at_timestamp_seconds",
      "When the CRM last said what its objects are, as Unix time.",
      asked.map(({ crm, look }) => ({ value: Date.parse(look.at) / 1_000, labels: { crm } })),
    ),
  ];
}
