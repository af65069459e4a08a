/**
 * Keeps all workers together under a CRM's limits, through Redis: a log of the requests of the rolling window, and what
 * the CRM's own headers said last about the window and the day.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { LimitReport, Pacer, PublishedLimits } from "../../connectors/connector.ts";
import { RateLimitedError } from "../../connectors/errors.ts";
import type { Keys } from "../inbox/keys.ts";

/**
 * Admits a request when fewer than `limit` were admitted in the last `window` ms, else says how many ms to wait.
 * Redis' own clock is used, so that workers on several machines agree.
 *
 * KEYS: log (sorted set), block (until when the CRM's headers ask for silence). ARGV: limit, window in ms, member.
 */
const ADMIT_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local blocked = redis.call('PTTL', KEYS[2])
if blocked > 0 then return blocked end
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], window)
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(1, tonumber(oldest[2]) + window - now)
`;

interface PacerCommands {
  crmSyncAdmit(log: string, block: string, limit: number, windowMs: number, member: string): Promise<number>;
}

/** A request is counted when we send it and by the CRM when it arrives; the difference must not add up to a 429. */
const WINDOW_MARGIN_MS = 400;
/** How long an answer about the daily allocation is believed before one request may find out anew. */
const DAILY_BELIEVED_MS = 15 * 60_000;
/** Below this share of the window left, somebody else is using it too: stay silent for a moment. */
const NEARLY_EMPTY = 0.04;
const SILENCE_MS = 1_000;

export interface PacerOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly crm: string;
  readonly limits: PublishedLimits;
  /** Calls of the daily allocation left to the customer's other integrations. */
  readonly dailyReserve: number;
  readonly onError: (error: unknown) => void;
}

export function createPacer(options: PacerOptions): Pacer {
  const { keys, crm, limits, dailyReserve } = options;
  options.redis.defineCommand("crmSyncAdmit", { numberOfKeys: 2, lua: ADMIT_SCRIPT });
  const redis = options.redis as Redis & PacerCommands;
  let burstLimit = limits.burst?.limit;
  let daily: { remaining: number; limit: number; at: number } | undefined;

  function refuseWhenDayIsSpent(): void {
    if (daily === undefined || Date.now() - daily.at > DAILY_BELIEVED_MS) return;
    if (daily.remaining > dailyReserve) return;
    throw new RateLimitedError(
      `${daily.remaining} of ${daily.limit} calls are left for today and ${dailyReserve} are reserved for other integrations.`,
      { scope: "daily", retryAt: new Date(daily.at + DAILY_BELIEVED_MS), code: "DAILY_RESERVE" },
    );
  }

  async function admit(window: string, limit: number, windowMs: number): Promise<void> {
    for (;;) {
      const log = keys.pace(crm, window);
      const wait = await redis.crmSyncAdmit(log, keys.pace(crm, "silence"), limit, windowMs, randomUUID());
      if (wait === 0) return;
      await sleep(wait);
    }
  }

  function observeBurst(report: LimitReport): void {
    burstLimit = report.limit;
    if (report.remaining > report.limit * NEARLY_EMPTY) return;
    redis.set(keys.pace(crm, "silence"), "1", "PX", SILENCE_MS).catch(options.onError);
  }

  return {
    async acquire(kind) {
      refuseWhenDayIsSpent();
      const { burst, search } = limits;
      if (burst !== undefined && burstLimit !== undefined) {
        await admit("burst", burstLimit, burst.windowMs + WINDOW_MARGIN_MS);
      }
      if (kind === "search" && search !== undefined) {
        await admit("search", search.limit, search.windowMs + WINDOW_MARGIN_MS);
      }
      return () => {};
    },

    observe(report) {
      if (report.window === "burst") observeBurst(report);
      else daily = { remaining: report.remaining, limit: report.limit, at: Date.now() };
    },
  };
}
