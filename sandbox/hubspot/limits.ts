/** "API usage guidelines": a rolling window of ten seconds, five searches a second, and a day's allocation. */
import { randomUUID } from "node:crypto";
import type { SandboxAnswer, SandboxStats } from "../crm.ts";
import type { HubspotSandboxOptions } from "./options.ts";
import { createRollingWindow } from "./rate-limit.ts";

export interface Limits {
  /** Counts a request, or refuses it. */
  refuse(isSearch: boolean): SandboxAnswer | undefined;
  headers(): Record<string, string>;
  reset(): void;
}

const MESSAGES = { DAILY: "daily", TEN_SECONDLY_ROLLING: "ten_secondly_rolling", SECONDLY: "secondly" } as const;

export function createLimits(options: HubspotSandboxOptions, stats: SandboxStats): Limits {
  const { tenSecondLimit, dailyLimit = 250_000 } = options;
  const window = createRollingWindow(tenSecondLimit ?? Number.POSITIVE_INFINITY, 10_000);
  const searches = createRollingWindow(tenSecondLimit === undefined ? Number.POSITIVE_INFINITY : 5, 1_000);
  let used = 0;

  function exceeded(isSearch: boolean): keyof typeof MESSAGES | undefined {
    if (used >= dailyLimit) return "DAILY";
    if (!window.admit()) return "TEN_SECONDLY_ROLLING";
    return isSearch && !searches.admit() ? "SECONDLY" : undefined;
  }

  function headers(): Record<string, string> {
    const max = tenSecondLimit ?? 100;
    return {
      "X-HubSpot-RateLimit-Max": String(max),
      "X-HubSpot-RateLimit-Remaining": String(tenSecondLimit === undefined ? max - 1 : window.remaining()),
      "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
      "X-HubSpot-RateLimit-Daily": String(dailyLimit),
      "X-HubSpot-RateLimit-Daily-Remaining": String(Math.max(0, dailyLimit - used)),
    };
  }

  return {
    headers,
    refuse(isSearch) {
      const policyName = exceeded(isSearch);
      if (policyName === undefined) {
        used += 1;
        return undefined;
      }
      stats.rateLimited += 1;
      // An envelope of its own, without a category; HubSpot does not promise Retry-After with it.
      const message = `You have reached your ${MESSAGES[policyName]} limit.`;
      const body = {
        status: "error",
        message,
        errorType: "RATE_LIMIT",
        correlationId: randomUUID(),
        policyName,
        requestId: randomUUID(),
      };
      return { status: 429, body, headers: headers() };
    },
    reset() {
      used = 0;
    },
  };
}
