/**
 * Traces of jobs, through BullMQ's own integration. They go to the OpenTelemetry SDK that the process was started with;
 * without one they go nowhere.
 */
import type { Telemetry } from "bullmq";

/** @returns undefined when it is off; the integration is not even loaded then */
export async function createTelemetry(on: boolean): Promise<Telemetry | undefined> {
  if (!on) return undefined;
  const { BullMQOtel } = await import("bullmq-otel");
  return new BullMQOtel({ tracerName: "bookingbug-crm-sync" });
}
