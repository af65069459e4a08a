/**
 * What people have been told of and is not over, and who has seen to it. Told, told again and over are each claimed by one
 * process of many; notes are by the time when it began as well, so that none of an earlier time speaks for a later one.
 */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

const announcement = z.object({
  /** Or `SERVICE` or `SENDER`. */
  crm: z.string(),
  title: z.string(),
  /** ISO UTC. */
  since: z.string(),
  /** Of the dashboard's page about it; what an older version announced has none. */
  path: z.string().optional(),
  /** Purchases, when it was told. */
  count: z.number().optional(),
  /** It happened: nobody is told that it is over. */
  isEvent: z.literal(true).optional(),
});
export type Announcement = Readonly<z.infer<typeof announcement>>;

const acknowledgement = z.object({ by: z.string(), at: z.string() });
export type Acknowledgement = Readonly<z.infer<typeof acknowledgement>>;

export interface Announced extends Announcement {
  readonly key: string;
  readonly toldOfGrowth: boolean;
  readonly acknowledged: Acknowledgement | undefined;
}

export interface AnnouncedAlerts {
  read(): Promise<readonly Announced[]>;
  /** @returns whether this process is the one to tell */
  claim(key: string, announcement: Announcement): Promise<boolean>;
  claimGrowth(announced: Announced): Promise<boolean>;
  claimOver(announced: Announced): Promise<boolean>;
  /** @returns what was acknowledged, now or before; undefined when it is over, or there never was any */
  acknowledge(key: string, by: string): Promise<Announced | undefined>;
}

export function createAnnounced({
  redis,
  keys,
}: {
  readonly redis: RedisClient;
  readonly keys: Keys;
}): AnnouncedAlerts {
  const { alerts, alertNotes } = keys;

  async function read(): Promise<Announced[]> {
    const [entries, notes] = await Promise.all([redis.hgetall(alerts), redis.hgetall(alertNotes)]);
    return Object.entries(entries).map(([key, text]) => {
      const found = announcement.parse(JSON.parse(text));
      const seen = notes[fieldOf("seen", key, found.since)];
      return {
        ...found,
        key,
        toldOfGrowth: notes[fieldOf("grown", key, found.since)] !== undefined,
        acknowledged: seen === undefined ? undefined : acknowledgement.parse(JSON.parse(seen)),
      };
    });
  }

  return {
    read,
    claim: async (key, what) => (await redis.hsetnx(alerts, key, JSON.stringify(what))) === 1,

    async claimGrowth({ key, since }) {
      return (await redis.hsetnx(alertNotes, fieldOf("grown", key, since), "1")) === 1;
    },

    async claimOver({ key, since }) {
      const isOurs = (await redis.hdel(alerts, key)) === 1;
      if (isOurs) await redis.hdel(alertNotes, fieldOf("seen", key, since), fieldOf("grown", key, since));
      return isOurs;
    },

    async acknowledge(key, by) {
      const found = (await read()).find((one) => one.key === key);
      if (found === undefined || found.acknowledged !== undefined) return found;
      const acknowledged = { by, at: new Date().toISOString() };
      await redis.hsetnx(alertNotes, fieldOf("seen", key, found.since), JSON.stringify(acknowledged));
      return { ...found, acknowledged };
    },
  };
}

function fieldOf(note: "seen" | "grown", key: string, since: string): string {
  return `${note} ${since} ${key}`;
}
