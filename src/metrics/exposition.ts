/** What `GET /metrics` answers with, in Prometheus' text format. */
import { AggregatorRegistry, collectDefaultMetrics, Registry } from "prom-client";
import { type SharedMetricsDeps, sharedMetrics } from "./shared-metrics.ts";

export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * @param name of the process; a label of the metrics that are its own: memory, event loop, garbage collection
 * @param shared what is told of all processes together; without it, only the process' own metrics
 */
export function createExposition(name: string, shared: SharedMetricsDeps | undefined): Exposition {
  const own = new Registry();
  collectDefaultMetrics({ register: own, labels: { process: name } });
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    async text() {
      if (shared === undefined) return await own.metrics();
      // Made for the workers of a cluster; it takes metrics as JSON, which ours are.
      const all = AggregatorRegistry.aggregate([await sharedMetrics(shared)]);
      return `${await all.metrics()}\n${await own.metrics()}`;
    },
  };
}
