/** Metrics that were counted elsewhere, in the form that prom-client renders. */

/** In the form of prom-client's `getMetricsAsJSON`. */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly aggregator: "sum";
  readonly values: readonly MetricValue[];
}

export interface MetricValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly metricName?: string;
}

/** Prometheus' buckets count everything up to their bound. */
export function histogramValues(
  name: string,
  labels: MetricValue["labels"],
  boundsMs: readonly number[],
  counts: readonly number[],
  sumMs: number | undefined,
): MetricValue[] {
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    const bound = boundsMs[index];
    const le = bound === undefined ? "+Inf" : bound / 1000;
    return { metricName: `${name}_bucket`, value: below, labels: { le, ...labels } };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, value: (sumMs ?? 0) / 1000, labels },
    { metricName: `${name}_count`, value: below, labels },
  ];
}

export function counter(name: string, help: string, values: readonly MetricValue[]): MetricJson {
  return { name, help, type: "counter", aggregator: "sum", values };
}

export function gauge(name: string, help: string, values: readonly MetricValue[]): MetricJson {
  return { name, help, type: "gauge", aggregator: "sum", values };
}

export function histogram(name: string, help: string, values: readonly MetricValue[]): MetricJson {
  return { name, help, type: "histogram", aggregator: "sum", values };
}
