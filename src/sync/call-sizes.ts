/**
 * How many records of an object a CRM takes in a call, as any process has learnt it. An org's automations change, so what is
 * learnt doubles with every hour that nothing contradicts it, until a full call is tried again.
 */
import type { CallSizes } from "../../connectors/connector.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

const DOUBLES_MS = 3_600_000;
/** After eight doublings one record has become more than any call holds. */
const REMEMBERED_MS = 8 * DOUBLES_MS;

export interface CallSizesOptions {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly crm: string;
  readonly onError: (error: unknown) => void;
}

export function createCallSizes({ redis, keys, crm, onError }: CallSizesOptions): CallSizes {
  return {
    async get(object) {
      const key = keys.callSize(crm, object);
      try {
        const [size, leftMs] = await Promise.all([redis.get(key), redis.pttl(key)]);
        if (size === null || leftMs < 0) return undefined;
        const learnt = Number(size);
        return { learnt, most: learnt * 2 ** Math.floor((REMEMBERED_MS - leftMs) / DOUBLES_MS) };
      } catch (error) {
        // A full call costs more, and loses nothing.
        onError(error);
        return undefined;
      }
    },

    async set(object, size) {
      await redis.set(keys.callSize(crm, object), size, "PX", REMEMBERED_MS).catch(onError);
    },
  };
}
