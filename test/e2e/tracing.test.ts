/** Traces of jobs, taken by an OpenTelemetry tracer in the place of an SDK. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Attributes, type Span, type SpanOptions, trace } from "@opentelemetry/api";
import { sample } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem | undefined;

afterEach(async () => {
  trace.disable();
  await system?.stop();
});

interface SeenSpan {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Notes each span and what is said of it. */
function recordSpans(): SeenSpan[] {
  const seen: SeenSpan[] = [];
  const startSpan = (name: string, options: SpanOptions = {}): Span => {
    const attributes: Attributes = { ...options.attributes };
    seen.push({ name, attributes });
    const blank = trace.wrapSpanContext({ traceId: "0".repeat(31) + 1, spanId: "0".repeat(15) + 1, traceFlags: 1 });
    return Object.assign(blank, {
      setAttributes: (more: Attributes) => Object.assign(attributes, more) && blank,
      recordException: (exception: unknown) => Object.assign(attributes, { exception: JSON.stringify(exception) }),
    });
  };
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan,
      startActiveSpan: () => {
        throw new Error("not used");
      },
    }),
  });
  return seen;
}

async function deliver(env: Readonly<Record<string, string>>): Promise<readonly SeenSpan[]> {
  const seen = recordSpans();
  system = await startSystem({ env });
  await system.deliver("bookings", sample("purchase-created"));
  return [...seen];
}

describe("OpenTelemetry", () => {
  it("is off by itself", async () => {
    expect(await deliver({})).toEqual([]);
  });

  it("gets a span where a job is added and one where it is done, without personal data", async () => {
    const spans = await deliver({ OTEL_TRACING: "true" });
    const names = spans.map(({ name }) => name);
    for (const crm of ["salesforce", "hubspot"]) {
      expect(names).toContain(`addBulk sync-${crm}`);
      expect(names).toContain(`process sync-${crm}`);
    }
    expect(JSON.stringify(spans)).not.toMatch(/gladden|test@|12345678910/i);
    expect(system?.sandbox.salesforce.records("Event")).toHaveLength(1);
  });
});
