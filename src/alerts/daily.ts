/**
 * Sends the summary once a day, at a time of a zone, whatever processes there are and however often they start. A day is
 * claimed in Redis: a time that the clock's change skips is made up for right after it, and one that comes twice is used once.
 */
import { DateTime } from "luxon";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { AnnouncedAlerts } from "../health/announced.ts";
import type { Facts, Limits } from "../health/facts.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { repeat } from "../redis/repeat.ts";
import type { Statistics } from "../stats/statistics.ts";
import { inText } from "./message.ts";
import type { Outlets } from "./outlets.ts";
import { summaryOf } from "./summary.ts";

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

export interface DailyDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly at: TimeOfDay;
  readonly zone: string;
  readonly facts: () => Promise<Facts>;
  readonly limits: Limits;
  readonly statistics: Pick<Statistics, "read">;
  readonly announced: Pick<AnnouncedAlerts, "read">;
  readonly log: ConnectorLog;
  readonly outlets: Outlets;
  readonly dashboardUrl: string | undefined;
}

export interface Daily {
  /** Sends it if it is due. @param now milliseconds since the epoch */
  look(now: number): Promise<void>;
  /** @returns what ends it */
  start(): () => void;
}

const LOOK_MS = 20_000;
const MINUTE_MS = 60_000;
/** What was missed for longer, because nothing ran, is not made up for. */
const LATE_MS = 120 * MINUTE_MS;
const KEPT_SECONDS = 3 * 86_400;

export function createDaily(deps: DailyDeps): Daily {
  const { redis, keys, log } = deps;

  async function look(now: number): Promise<void> {
    const day = dueDay(now, deps.at, deps.zone);
    if (day === undefined || (await redis.exists(keys.summary(day))) === 1) return;
    const [facts, announced] = await Promise.all([deps.facts(), deps.announced.read()]);
    const read = facts.crms.map(async ({ crm }) => [crm, await deps.statistics.read(crm)] as const);
    const { limits, dashboardUrl } = deps;
    const message = summaryOf({ facts, limits, statistics: new Map(await Promise.all(read)), announced, dashboardUrl });
    const isOurs = (await redis.set(keys.summary(day), new Date(now).toISOString(), "EX", KEPT_SECONDS, "NX")) === "OK";
    if (!isOurs) return;
    log.info({ summary: day }, inText(message));
    deps.outlets.tell(message);
  }

  return {
    look,
    start: () =>
      repeat(
        () => look(Date.now()),
        LOOK_MS,
        (error) => log.error({ error: String(error) }, "the day's summary could not be made"),
      ),
  };
}

/** @returns the day, in the zone, whose summary is due; undefined when it is too early or too late for any */
export function dueDay(now: number, { hour, minute }: TimeOfDay, zone: string): string | undefined {
  const today = DateTime.fromMillis(now, { zone });
  for (const day of [today, today.minus({ days: 1 })]) {
    const late = now - day.set({ hour, minute, second: 0, millisecond: 0 }).toMillis();
    if (late >= 0 && late <= LATE_MS) return day.toISODate() ?? undefined;
  }
  return undefined;
}
