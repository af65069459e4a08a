/** Which of the deliveries that were acknowledged Redis has forgotten, as only one can that was replaced by its replica. */
import type { Tools } from "../src/app/tools.ts";

export interface Memory {
  acknowledged(deliveryId: string): void;
  /** Looks for what was acknowledged since the last time; Redis knows a delivery by its id for ten minutes. */
  look(): Promise<void>;
  /** How many were not there. */
  forgotten(): number;
}

export function createMemory({ redis, keys }: Pick<Tools, "redis" | "keys">): Memory {
  let recent: string[] = [];
  let forgotten = 0;
  return {
    acknowledged: (deliveryId) => recent.push(deliveryId),
    async look() {
      const some = recent;
      recent = [];
      const there = await Promise.all(some.map((id) => redis.exists(keys.delivered(id, 0))));
      forgotten += there.filter((count) => count === 0).length;
    },
    forgotten: () => forgotten,
  };
}
