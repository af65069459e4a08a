import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { RateLimitedError, UnavailableError, UnknownError } from "../../connectors/errors.ts";
import { backoffDelay } from "../../src/sync/backoff.ts";

const now = Date.parse("2026-11-24T10:00:00Z");

describe("the backoff", () => {
  it("doubles from about a second to about ten minutes", () => {
    const delays = [1, 2, 3, 11, 25].map((attempt) => backoffDelay(attempt, new Error("x"), 1_000, now, 0.5));
    expect(delays).toEqual([1_000, 2_000, 4_000, 600_000, 600_000]);
  });

  it("of what nobody knows grows from a greater distance, so that trouble has time to pass", () => {
    const error = new UnknownError("x");
    expect([1, 2, 3, 4].map((attempt) => backoffDelay(attempt, error, 1_000, now, 0.5))).toEqual([
      10_000, 20_000, 40_000, 80_000,
    ]);
  });

  it("never comes back before the CRM said to [W2]", () => {
    const retryAt = new Date(now + 30_000);
    const limited = new RateLimitedError("slow down", { scope: "burst", retryAt });
    const down = new UnavailableError("down", { retryAt });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        for (const error of [limited, down]) {
          expect(backoffDelay(attempt, error, 1_000, now, random)).toBeGreaterThanOrEqual(30_000);
        }
      }),
    );
  });
});
