/** How far a round over a CRM's records has come, in Redis, so that whoever is there next goes on. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";
import { placeOf, type RecordPlace } from "./place.ts";

const count = z.int().nonnegative();

const round = z.object({
  /** ISO UTC. */
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** The last purchase all of whose records were looked at. */
  after: z.object({ at: z.number(), id: z.string() }).optional(),
  /** The last purchase that was met: who goes on from `after` counts those up to it no second time. */
  met: z.object({ at: z.number(), id: z.string() }).optional(),
  /** Purchases to be looked at once more in the end, since something of them was under way. */
  again: z.array(z.string()).readonly(),
  counts: z.object({
    ...{ purchases: count, underWay: count, records: count, unread: count, calls: count },
    ...{ drifted: count, deleted: count, merged: count, updateDue: count, notKept: count },
  }),
  /** The day (UTC) that calls were last spent on, and how many. */
  day: z.string(),
  spent: count,
});
export type Round = Readonly<z.infer<typeof round>>;

const endedRound = z.object({ at: z.string(), records: count });
/** When a round came to its end, and how many records it looked at. */
export type EndedRound = Readonly<z.infer<typeof endedRound>>;

export const NO_COUNTS: Round["counts"] = {
  ...{ purchases: 0, underWay: 0, records: 0, unread: 0, calls: 0 },
  ...{ drifted: 0, deleted: 0, merged: 0, updateDue: 0, notKept: 0 },
};

/** Up to when the CRM was asked which records changed. */
const asked = z.object({
  /** When that was last tried, and what it took; ISO UTC. */
  at: z.string(),
  calls: count,
  /** From when on the next is to ask. */
  since: z.string(),
  /** Purchases to be looked at the next time, since something of them was under way. */
  again: z.array(z.string()).readonly(),
});
export type Asked = Readonly<z.infer<typeof asked>>;

export interface Rounds {
  load(): Promise<Round | undefined>;
  /** The last one that came to its end, whether or not another one is under way. */
  ended(): Promise<EndedRound | undefined>;
  /** In place of the one before. */
  begin(round: Round): Promise<void>;
  /** These were looked at, and the round is so far. */
  save(round: Round, looked?: readonly RecordPlace[]): Promise<void>;
  /** Which of them the round has looked at already. */
  looked(records: readonly RecordPlace[]): Promise<readonly boolean[]>;
  asked(): Promise<Asked | undefined>;
  saveAsked(asked: Asked): Promise<void>;
}

export function createRounds(options: {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly retentionDays: number;
}): Rounds {
  const { redis, keys, crm, retentionDays } = options;
  const [key, endedKey] = [keys.driftRound(crm), keys.driftEnded(crm)];
  const [lookedKey, askedKey] = [keys.driftLooked(crm), keys.driftAsked(crm)];
  const seconds = retentionDays * DAY_SECONDS;

  return {
    async load() {
      const text = await redis.get(key);
      return text === null ? undefined : round.safeParse(JSON.parse(text)).data;
    },

    async ended() {
      const text = await redis.get(endedKey);
      return text === null ? undefined : endedRound.safeParse(JSON.parse(text)).data;
    },

    async begin(begun) {
      await redis.multi().set(key, JSON.stringify(begun), "EX", seconds).del(lookedKey).exec();
    },

    async save(current, looked = []) {
      const writing = redis.multi().set(key, JSON.stringify(current), "EX", seconds);
      if (looked.length > 0) writing.sadd(lookedKey, ...looked.map(placeOf)).expire(lookedKey, seconds);
      const { endedAt: at, counts } = current;
      if (at !== undefined) {
        const ended: EndedRound = { at, records: counts.records };
        writing.del(lookedKey).set(endedKey, JSON.stringify(ended), "EX", seconds);
      }
      await writing.exec();
    },

    async looked(records) {
      if (records.length === 0) return [];
      return (await redis.smismember(lookedKey, ...records.map(placeOf))).map((is) => is === 1);
    },

    async asked() {
      const text = await redis.get(askedKey);
      return text === null ? undefined : asked.safeParse(JSON.parse(text)).data;
    },

    async saveAsked(current) {
      await redis.set(askedKey, JSON.stringify(current), "EX", seconds);
    },
  };
}

export function counted(round: Round, more: Partial<Round["counts"]>): Round {
  const counts = { ...round.counts };
  for (const [name, count] of Object.entries(more)) counts[name as keyof typeof counts] += count;
  return { ...round, counts };
}

/** The round, with the purchase counted unless it was met before. */
export function meeting(round: Round, { at, id }: NonNullable<Round["met"]>): Round {
  const { met } = round;
  const isMet = met !== undefined && (at < met.at || (at === met.at && id <= met.id));
  return isMet ? round : { ...counted(round, { purchases: 1 }), met: { at, id } };
}

/** What is under way once more in the end is left to the next round. */
const MOST_AGAIN = 1_000;

export function lookAgain(round: Round, purchaseId: string): Round {
  if (round.again.includes(purchaseId) || round.again.length >= MOST_AGAIN) return round;
  return { ...round, again: [...round.again, purchaseId] };
}
