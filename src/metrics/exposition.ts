/** What `GET /metrics` answers with, in Prometheus' text format. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Registry } from "prom-client";
import { type SharedMetricsDeps, sharedMetrics } from "./shared-metrics.ts";

export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * @param name of the process; a label of the metrics that are its own: memory, event loop, garbage collection
 * @param shared what is told of all processes together; without it, only the process' own metrics
 * @param losses of lines for the audit trail: what Redis did not take cannot be counted there
 */
export function createExposition(
  name: string,
  shared: SharedMetricsDeps | undefined,
  losses: { count(): number },
): Exposition {
  const own = new Registry();
  collectDefaultMetrics({ register: own, labels: { process: name } });
  new Counter({
    name: "crm_sync_audit_lost_total",
    help: "Lines that the audit trail could not take in; the process' log has them.",
    labelNames: ["process"],
    registers: [own],
    collect() {
      this.reset();
      this.inc({ process: name }, losses.count());
    },
  });
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
