/** What is in the CRMs otherwise than it was written, by the rounds over their records; nothing of one without a round. */
import { driftFigures } from "../drift/figures.ts";
import type { DriftKept } from "../drift/store.ts";
import { gauge, type MetricJson } from "./metric-json.ts";

export interface DriftOf {
  readonly crm: string;
  readonly drift: {
    readonly rounds: Pick<DriftKept["rounds"], "load" | "ended">;
    readonly store: Pick<DriftKept["store"], "count">;
  };
}

export async function driftMetrics(crms: readonly DriftOf[]): Promise<MetricJson[]> {
  const all = await Promise.all(
    crms.map(async ({ crm, drift: { rounds, store } }) => {
      const [round, ended] = await Promise.all([rounds.load(), rounds.ended()]);
      return { crm, ended, figures: round && (await driftFigures(store)) };
    }),
  );
  const ended = all.flatMap(({ crm, ended: one }) => (one === undefined ? [] : [{ crm, ...one }]));
  return [
    gauge(
      "crm_sync_drift_records",
      "Records that were edited, deleted or merged in the CRM since they were written; ask: edits that wait for a decision.",
      all.flatMap(({ crm, figures = {} }) =>
        Object.entries(figures).map(([kind, value]) => ({ value, labels: { crm, kind } })),
      ),
    ),
    gauge(
      "crm_sync_drift_round_ended_timestamp_seconds",
      "When a round over the CRM's records last came to its end, as Unix time.",
      ended.map(({ crm, at }) => ({ value: Date.parse(at) / 1_000, labels: { crm } })),
    ),
    gauge(
      "crm_sync_drift_round_records",
      "Records that this round looked at.",
      ended.map(({ crm, records }) => ({ value: records, labels: { crm } })),
    ),
  ];
}
