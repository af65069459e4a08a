import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { bucketOf, LAG_BOUNDS_MS, quantile } from "../../src/stats/histogram.ts";

function counted(durations: readonly number[]): number[] {
  const counts = new Array<number>(LAG_BOUNDS_MS.length + 1).fill(0);
  for (const ms of durations) {
    const index = bucketOf(LAG_BOUNDS_MS, ms);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

describe("a quantile from buckets", () => {
  it("lies in the bucket of the true one", () => {
    const durations = fc.array(fc.integer({ min: 0, max: 80_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95), (all, q) => {
        const truth = all.toSorted((a, b) => a - b)[Math.ceil(q * all.length) - 1] ?? Number.NaN;
        const estimate = quantile({ bounds: LAG_BOUNDS_MS, counts: counted(all) }, q) ?? Number.NaN;
        const bucket = bucketOf(LAG_BOUNDS_MS, truth);
        expect(estimate).toBeGreaterThanOrEqual(LAG_BOUNDS_MS[bucket - 1] ?? 0);
        expect(estimate).toBeLessThanOrEqual(LAG_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("is not known of nothing, and is the last bound of what lies beyond it", () => {
    expect(quantile({ bounds: LAG_BOUNDS_MS, counts: counted([]) }, 0.5)).toBeUndefined();
    expect(quantile({ bounds: LAG_BOUNDS_MS, counts: counted([1e12]) }, 0.5)).toBe(86_400_000);
  });

  it("has ascending bounds", () => {
    expect(LAG_BOUNDS_MS).toEqual(LAG_BOUNDS_MS.toSorted((a, b) => a - b));
  });
});
