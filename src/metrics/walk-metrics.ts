/** The last walk over BookingBug's bookings as metrics; nothing where none has ended. */
import { type History, neverCameIn, type Walk } from "../reconcile/history.ts";
import { gauge, type MetricJson, type MetricValue } from "./metric-json.ts";

const OUTCOMES = [
  "complete",
  "uncounted",
  "shifted",
  "broke_off",
] as const satisfies readonly Walk["outcome"]["kind"][];

export async function walkMetrics(walks: Pick<History, "newest">): Promise<MetricJson[]> {
  const [last] = await walks.newest(1);
  const values = (of: (walk: Walk) => MetricValue[]): MetricValue[] => (last === undefined ? [] : of(last));
  return [
    gauge(
      "crm_sync_reconcile_last_timestamp_seconds",
      "When the last walk over BookingBug's bookings began, as Unix time.",
      values(({ startedAt }) => [{ value: Date.parse(startedAt) / 1_000, labels: {} }]),
    ),
    gauge(
      "crm_sync_reconcile_last_outcome",
      "1 for how the last walk ended.",
      values(({ outcome }) =>
        OUTCOMES.map((kind) => ({ value: Number(outcome.kind === kind), labels: { outcome: kind } })),
      ),
    ),
    gauge(
      "crm_sync_reconcile_last_bookings",
      "Bookings of the last walk by what was found of them and done.",
      values((walk) => kindsOf(walk).map(([kind, value]) => ({ value, labels: { kind } }))),
    ),
    gauge(
      "crm_sync_reconcile_last_in_crm_bookings",
      "Bookings of the last walk that the CRM had as BookingBug had them.",
      values(({ inCrms }) => Object.entries(inCrms).map(([crm, value]) => ({ value, labels: { crm } }))),
    ),
  ];
}

function kindsOf(walk: Walk): [string, number][] {
  const { listed, known, missing, stale, cancelledThere, cancelledHere, repaired, ...rest } = walk.counts;
  const { forgotten, overtaken, notReadable } = rest;
  return Object.entries({
    ...{ listed, known, missing, stale, cancelled_there: cancelledThere, cancelled_here: cancelledHere, repaired },
    ...{ forgotten, overtaken, not_readable: notReadable, never_came: neverCameIn(walk) },
  });
}
