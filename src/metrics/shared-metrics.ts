/**
 * What all processes did together, from Redis, as Prometheus metrics. Any web process can tell it, which is what a
 * platform needs where workers have no port; nothing is lost when a process ends. No label holds personal data, and each
 * has few values: CRMs, kinds of request, HTTP statuses, reasons.
 */

import type { History } from "../reconcile/history.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { RECEIVER } from "../stats/buckets.ts";
import { callCounts, lagCounts } from "../stats/figures.ts";
import { CALL_BOUNDS_MS, LAG_BOUNDS_MS } from "../stats/histogram.ts";
import type { SchemaSeen } from "../stats/schema-seen.ts";
import type { Statistics } from "../stats/statistics.ts";
import { GATE_REASONS } from "../sync/gate-reasons.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { type DriftOf, driftMetrics } from "./drift-metrics.ts";
import { counter, gauge, histogram, histogramValues, type MetricJson, type MetricValue } from "./metric-json.ts";
import { schemaMetrics } from "./schema-metrics.ts";
import { type ObservedCrm, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { walkMetrics } from "./walk-metrics.ts";

export interface SharedMetricsDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crms: readonly (ObservedCrm & DriftOf)[];
  readonly statistics: Statistics;
  readonly syncLog: SyncLog;
  readonly walks: Pick<History, "newest">;
  readonly schemas: Pick<SchemaSeen, "last">;
}

export async function sharedMetrics(deps: SharedMetricsDeps): Promise<MetricJson[]> {
  const received = await deps.redis.hgetall(deps.keys.received);
  const receiver = await deps.statistics.totals(RECEIVER);
  const crms = await Promise.all(deps.crms.map((observed) => read(deps, observed)));
  const names = deps.crms.map(({ crm }) => crm);
  const perCrm = (values: (of: CrmReading) => MetricValue[]): MetricValue[] => crms.flatMap(values);

  return [
    counter("crm_sync_notifications_received_total", "Notifications stored and acknowledged.", [
      { value: Number(received.accepted ?? 0), labels: {} },
    ]),
    counter("crm_sync_notifications_quarantined_total", "Deliveries that could not be read, kept for a person.", [
      { value: Number(received.quarantined ?? 0), labels: {} },
    ]),
    counter("crm_sync_quarantine_dropped_total", "Deliveries that left a full quarantine unseen, the oldest first.", [
      { value: Number(received.quarantine_dropped ?? 0), labels: {} },
    ]),
    counter("crm_sync_notifications_ignored_total", "Deliveries of a format that is not for us.", [
      { value: receiver.get("ignored") ?? 0, labels: {} },
    ]),
    counter("crm_sync_notifications_suppressed_total", "For people who were forgotten, and kept nowhere.", [
      { value: receiver.get("suppressed") ?? 0, labels: {} },
    ]),
    counter(
      "crm_sync_notifications_refused_total",
      "Posted without BookingBug's credentials or refused a token, and kept nowhere.",
      [{ value: receiver.get("refused") ?? 0, labels: {} }],
    ),
    counter(
      "crm_sync_notifications_lost_total",
      "BookingBug's own, and kept nowhere: posted to an address that is none of ours, or broken off in the midst.",
      (["astray", "broken_off"] as const).map((how) => ({ value: receiver.get(how) ?? 0, labels: { how } })),
    ),
    counter(
      "crm_sync_notifications_applied_total",
      "Notifications that the CRM was brought up to date with.",
      perCrm(({ crm, counts }) => [{ value: Number(counts.applied ?? 0), labels: { crm } }]),
    ),
    counter(
      "crm_sync_notifications_superseded_total",
      "Notifications that a newer one had overtaken before they were applied.",
      perCrm(({ crm, counts }) => [{ value: Number(counts.superseded ?? 0), labels: { crm } }]),
    ),
    counter(
      "crm_sync_failures_total",
      "Times that a purchase failed for good (failed) or began to wait for a person (held).",
      perCrm(({ crm, totals }) =>
        (["failed", "held"] as const).map((outcome) => ({ value: totals.get(outcome) ?? 0, labels: { crm, outcome } })),
      ),
    ),
    counter(
      "crm_sync_fields_left_out_total",
      "Fields whose values the CRM refused, and without which the record was written.",
      perCrm(({ crm, totals }) => [{ value: totals.get("left_out") ?? 0, labels: { crm } }]),
    ),
    gauge(
      "crm_sync_failed_purchases",
      "Purchases on the failed list now, held ones included.",
      perCrm(({ crm, failed }) => [{ value: failed, labels: { crm } }]),
    ),
    histogram(
      "crm_sync_lag_seconds",
      "From acknowledgement to applied.",
      perCrm(({ crm, totals }) =>
        histogramValues("crm_sync_lag_seconds", { crm }, LAG_BOUNDS_MS, lagCounts(totals), totals.get("lag:sum")),
      ),
    ),
    counter(
      "crm_sync_crm_calls_total",
      "Requests to the CRM by what they were for and how they were answered.",
      perCrm(({ crm, totals }) =>
        callCounts(totals).map(({ operation, status, count }) => ({
          value: count,
          labels: { crm, operation, status },
        })),
      ),
    ),
    histogram("crm_sync_crm_call_duration_seconds", "How long requests to the CRM took.", perCrm(callDurations)),
    gauge(
      "crm_sync_jobs",
      "Jobs in the CRM's queue by state.",
      perCrm(({ crm, snapshot }) =>
        Object.entries(snapshot.jobs).map(([state, value]) => ({ value, labels: { crm, state } })),
      ),
    ),
    gauge(
      "crm_sync_queue_paused",
      "1 while nothing is taken from the CRM's queue.",
      perCrm(({ crm, snapshot }) => [{ value: Number(snapshot.paused), labels: { crm } }]),
    ),
    gauge(
      "crm_sync_gate_closed",
      "1 for the reason why nothing is sent to the CRM, if any.",
      perCrm(({ crm, snapshot }) =>
        GATE_REASONS.map((reason) => ({
          value: Number(snapshot.gate?.reason === reason),
          labels: { crm, reason },
        })),
      ),
    ),
    gauge(
      "crm_sync_pending_purchases",
      "Purchases with a notification that is neither applied nor failed.",
      perCrm(({ crm, snapshot }) => [{ value: snapshot.pending, labels: { crm } }]),
    ),
    gauge(
      "crm_sync_oldest_pending_seconds",
      "Age of the oldest notification that is neither applied nor failed.",
      perCrm(({ crm, snapshot }) => [{ value: snapshot.lagMs / 1000, labels: { crm } }]),
    ),
    gauge(
      "crm_sync_limit_calls",
      "Calls that the CRM allows in a window, as it said last.",
      perCrm(({ crm, limits }) => limits.map(({ window, limit }) => ({ value: limit, labels: { crm, window } }))),
    ),
    gauge(
      "crm_sync_limit_remaining_calls",
      "Calls left of them, as the CRM said last.",
      perCrm(({ crm, limits }) =>
        limits.map(({ window, remaining }) => ({ value: remaining, labels: { crm, window } })),
      ),
    ),
    ...(await walkMetrics(deps.walks)),
    ...(await driftMetrics(deps.crms)),
    ...(await schemaMetrics(deps.schemas, names)),
  ];
}

interface CrmReading {
  readonly crm: string;
  readonly counts: Readonly<Record<string, string>>;
  readonly totals: ReadonlyMap<string, number>;
  readonly snapshot: Snapshot;
  readonly failed: number;
  readonly limits: readonly { readonly window: string; readonly limit: number; readonly remaining: number }[];
}

async function read(
  { redis, keys, statistics, syncLog }: SharedMetricsDeps,
  observed: ObservedCrm,
): Promise<CrmReading> {
  const { crm } = observed;
  const [counts, totals, snapshot, failed, limits] = await Promise.all([
    redis.hgetall(keys.counts(crm)),
    statistics.totals(crm),
    takeSnapshot(redis, keys, observed),
    syncLog.failedCount(crm),
    statistics.limits(crm),
  ]);
  return {
    crm,
    counts,
    totals,
    snapshot,
    failed,
    limits: Object.entries(limits).map(([window, { limit, remaining }]) => ({ window, limit, remaining })),
  };
}

function callDurations({ crm, totals }: CrmReading): MetricValue[] {
  const operations = new Set(
    [...totals.keys()].flatMap((field) => (field.startsWith("took:") ? (field.split(":")[1] ?? []) : [])),
  );
  return [...operations].flatMap((operation) => {
    const counts = Array.from(
      { length: CALL_BOUNDS_MS.length + 1 },
      (_, index) => totals.get(`took:${operation}:${index}`) ?? 0,
    );
    const sum = totals.get(`took:${operation}:sum`);
    return histogramValues("crm_sync_crm_call_duration_seconds", { crm, operation }, CALL_BOUNDS_MS, counts, sum);
  });
}
