/** What the CRMs hold beside what was written to them, as it was last looked at; nothing of one that was not. */
import { toldBy, type Verdicts } from "../reconcile/verdicts.ts";
import { gauge, type MetricJson } from "./metric-json.ts";

export async function heldMetrics(verdicts: Pick<Verdicts, "of">, crms: readonly string[]): Promise<MetricJson[]> {
  const all = await Promise.all(crms.map(async (crm) => ({ crm, kept: await verdicts.of(crm) })));
  const told = all.flatMap(({ crm, kept }) => (kept === undefined ? [] : [{ crm, verdict: toldBy(kept) }]));
  return [
    gauge(
      "crm_sync_crm_differences",
      "Records that were gone, merged or edited since they were written, when the CRM was last looked at.",
      told.flatMap(({ crm, verdict: { different } }) =>
        Object.entries({ gone: different.gone, merged: different.merged, edited: different.differs }).map(
          ([kind, value]) => ({ value, labels: { crm, kind } }),
        ),
      ),
    ),
    gauge(
      "crm_sync_crm_looked_at_timestamp_seconds",
      "When the CRM was last looked at without breaking off, as Unix time.",
      told
        .filter(({ verdict }) => verdict.outcome.kind !== "broke_off")
        .map(({ crm, verdict }) => ({ value: Date.parse(verdict.startedAt) / 1_000, labels: { crm } })),
    ),
  ];
}
