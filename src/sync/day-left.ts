/** What a CRM leaves us of its day, as it told any of our processes last, and what of that is reserved for others. */
import { z } from "zod";
import type { LimitReport } from "../../connectors/connector.ts";
import { RateLimitedError } from "../../connectors/errors.ts";
import type { RedisClient } from "../redis/client.ts";

/** How long an answer about the daily allocation is believed before one request may find out anew. */
const BELIEVED_MS = 15 * 60_000;

const told = z.object({ remaining: z.number(), limit: z.number() });
type Told = z.infer<typeof told>;

export interface DayLeft {
  observe(report: LimitReport): void;
  /** @throws RateLimitedError when no more is left than is reserved */
  refuseWhenSpent(): Promise<void>;
}

export interface DayLeftOptions {
  readonly redis: RedisClient;
  readonly key: string;
  /** Calls left to the customer's other integrations. */
  readonly reserve: number;
  readonly onError: (error: unknown) => void;
}

export function createDayLeft({ redis, key, reserve, onError }: DayLeftOptions): DayLeft {
  let known: (Told & { readonly at: number }) | undefined;

  function spent(): typeof known {
    if (known === undefined || Date.now() - known.at > BELIEVED_MS) return undefined;
    return known.remaining > reserve ? undefined : known;
  }

  return {
    observe({ remaining, limit }) {
      known = { remaining, limit, at: Date.now() };
      redis.set(key, JSON.stringify({ remaining, limit }), "PX", BELIEVED_MS).catch(onError);
    },

    async refuseWhenSpent() {
      if (spent() === undefined) return;
      // Somebody may have resumed since, or another worker have asked: what the CRM said then counts for us, too.
      const newest = parsed(await redis.get(key));
      if (newest !== undefined && newest.remaining > reserve) known = { ...newest, at: Date.now() };
      const day = spent();
      if (day === undefined) return;
      throw new RateLimitedError(
        `${day.remaining} of ${day.limit} calls are left for today and ${reserve} are reserved for other integrations.`,
        { scope: "daily", retryAt: new Date(day.at + BELIEVED_MS), code: "DAILY_RESERVE" },
      );
    },
  };
}

function parsed(text: string | null): Told | undefined {
  return text === null ? undefined : told.safeParse(JSON.parse(text)).data;
}
