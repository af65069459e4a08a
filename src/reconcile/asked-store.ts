/** Up to which notification a purchase was read, and when: so that a hundred repetitions of it are one question. */
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import { DAY_SECONDS } from "../redis/day.ts";
import type { Keys } from "../redis/keys.ts";

const lastReading = z.object({
  /** The newest of the purchase when the reading began; 0 when it was not read lately. */
  number: z.number(),
  /** When one began last, in ms since the epoch. */
  at: z.number(),
});
export type LastReading = z.infer<typeof lastReading>;

export interface AskedStore {
  load(purchaseId: string): Promise<LastReading>;
  save(purchaseId: string, reading: LastReading): Promise<void>;
}

const NEVER: LastReading = { number: 0, at: 0 };

export function createAskedStore({ redis, keys }: { redis: RedisClient; keys: Keys }): AskedStore {
  return {
    async load(purchaseId) {
      const text = await redis.get(keys.asked(purchaseId));
      return text === null ? NEVER : (lastReading.safeParse(JSON.parse(text)).data ?? NEVER);
    },
    async save(purchaseId, reading) {
      await redis.set(keys.asked(purchaseId), JSON.stringify(reading), "EX", DAY_SECONDS);
    },
  };
}
