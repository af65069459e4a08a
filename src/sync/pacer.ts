/**
 * Keeps all workers together under a CRM's limits, through Redis: a log of the requests of the rolling window, the
 * requests under way, and what the CRM's own answers said last about the window and the day.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LimitReport, Pacer, PublishedLimits } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { withScripts } from "../redis/scripts.ts";
import { createDayLeft } from "./day-left.ts";

/**
 * Admits a request when nobody asked for silence, fewer than `concurrent` are under way and fewer than `limit` were
 * admitted in the last `window` ms; else says how many ms to wait. Zero stands for "no such limit". Redis' own clock is
 * used, so that workers on several machines agree.
 *
 * KEYS: log (sorted set), silence (set while all must wait), under way (sorted set, by the end of each lease).
 * ARGV: limit, window in ms, concurrent, lease in ms, member.
 */
const ADMIT_SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local silent = redis.call('PTTL', KEYS[2])
if silent > 0 then return silent end
local concurrent = tonumber(ARGV[3])
if concurrent > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  if redis.call('ZCARD', KEYS[3]) >= concurrent then return 20 end
end
local limit = tonumber(ARGV[1])
if limit > 0 then
  local window = tonumber(ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  if redis.call('ZCARD', KEYS[1]) >= limit then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return math.max(1, tonumber(oldest[2]) + window - now)
  end
  redis.call('ZADD', KEYS[1], now, ARGV[5])
  redis.call('PEXPIRE', KEYS[1], window)
end
if concurrent > 0 then
  redis.call('ZADD', KEYS[3], now + tonumber(ARGV[4]), ARGV[5])
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
end
return 0
`;

interface PacerCommands {
  crmSyncAdmit(
    log: string,
    silence: string,
    underWay: string,
    limit: number,
    windowMs: number,
    concurrent: number,
    leaseMs: number,
    member: string,
  ): Promise<number>;
}

/** A request is counted when we send it and by the CRM when it arrives; the difference must not add up to a 429. */
const WINDOW_MARGIN_MS = 400;
/** Below this share of the window left, somebody else is using it too: stay silent for a moment. */
const NEARLY_EMPTY = 0.04;
const SILENCE_MS = 1_000;
/** A request whose worker died no longer counts as under way after this, unless told otherwise. */
const LEASE_MS = 120_000;

/** The pacer that workers share, which can also be told to be silent. */
export interface SharedPacer extends Pacer {
  /** Nobody sends anything to this CRM before then: it has asked one of us to slow down. */
  holdOff(until: Date): Promise<void>;
}

export interface PacerOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly limits: PublishedLimits;
  /** Calls of the daily allocation left to the customer's other integrations. */
  readonly dailyReserve: number;
  /** A request whose process died counts as under way for so long; two minutes when absent. */
  readonly leaseMs?: number;
  /** A window is taken to be longer by so much, for what the way to the CRM may differ; 400 ms when absent. */
  readonly marginMs?: number;
  readonly onError: (error: unknown) => void;
}

interface Window {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly concurrent: number;
}

export function createPacer(options: PacerOptions): SharedPacer {
  const { keys, crm, limits, dailyReserve, leaseMs = LEASE_MS, marginMs = WINDOW_MARGIN_MS } = options;
  const redis = withScripts<PacerCommands>(options.redis, { crmSyncAdmit: { numberOfKeys: 3, lua: ADMIT_SCRIPT } });
  const silence = keys.pace(crm, "silence");
  const underWay = keys.pace(crm, "under-way");
  const concurrent = limits.concurrent ?? 0;
  let burstLimit = limits.burst?.limit ?? 0;
  const day = createDayLeft({
    redis: options.redis,
    key: keys.pace(crm, "day"),
    reserve: dailyReserve,
    onError: options.onError,
  });

  async function admit(window: Window, member: string): Promise<void> {
    const log = keys.pace(crm, window.name);
    for (;;) {
      const wait = await redis.crmSyncAdmit(
        log,
        silence,
        underWay,
        window.limit,
        window.windowMs + marginMs,
        window.concurrent,
        leaseMs,
        member,
      );
      if (wait === 0) return;
      await sleep(wait);
    }
  }

  async function holdOff(ms: number): Promise<void> {
    if (ms <= 0) return;
    // Of two wishes for silence the longer one counts.
    await redis.multi().set(silence, "1", "PX", Math.ceil(ms), "NX").pexpire(silence, Math.ceil(ms), "GT").exec();
  }

  return {
    holdOff: (until) => holdOff(until.getTime() - Date.now()),

    async acquire(kind) {
      await day.refuseWhenSpent();
      const member = randomUUID();
      const { burst, search } = limits;
      await admit({ name: "burst", limit: burstLimit, windowMs: burst?.windowMs ?? 0, concurrent }, member);
      if (kind === "search" && search !== undefined) {
        await admit({ name: "search", limit: search.limit, windowMs: search.windowMs, concurrent: 0 }, member);
      }
      if (concurrent === 0) return () => {};
      return () => {
        redis.zrem(underWay, member).catch(options.onError);
      };
    },

    observe(report: LimitReport) {
      if (report.window === "daily") {
        day.observe(report);
        return;
      }
      burstLimit = report.limit;
      if (report.remaining <= report.limit * NEARLY_EMPTY) holdOff(SILENCE_MS).catch(options.onError);
    },
  };
}
