/**
 * Purchases that brought a worker down twice. What comes for them is stored and waits, until a person lets them go again; their
 * next pass is tried apart then. Kept beside what is settled of the purchase, so that it lives and ages with it.
 */
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

/** `on_trial`: a person has let it go, and it has not shown yet that it harms nobody. */
export type Standing = "free" | "apart" | "on_trial";

export interface SetApart {
  standing(crm: string, purchaseId: string): Promise<Standing>;
  setApart(crm: string, purchaseId: string): Promise<void>;
  /** Of the given purchases those that are set apart may be tried once more. */
  letGo(crm: string, purchaseIds: readonly string[]): Promise<void>;
  free(crm: string, purchaseId: string): Promise<void>;
}

export function createSetApart({ redis, keys }: { readonly redis: RedisClient; readonly keys: Keys }): SetApart {
  const place = (crm: string, purchaseId: string): [key: string, field: string] => [
    keys.settled(purchaseId),
    `apart ${crm}`,
  ];

  async function standing(crm: string, purchaseId: string): Promise<Standing> {
    const said = await redis.hget(...place(crm, purchaseId));
    return said === "apart" || said === "on_trial" ? said : "free";
  }

  return {
    standing,

    async setApart(crm, purchaseId) {
      await redis.hset(...place(crm, purchaseId), "apart");
    },

    async letGo(crm, purchaseIds) {
      await Promise.all(
        purchaseIds.map(async (purchaseId) => {
          if ((await standing(crm, purchaseId)) === "free") return;
          await redis.hset(...place(crm, purchaseId), "on_trial");
        }),
      );
    },

    async free(crm, purchaseId) {
      await redis.hdel(...place(crm, purchaseId));
    },
  };
}
