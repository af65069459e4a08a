/** Purchases are read side by side for `mapping impact`, within bounds, and none is left out. [W8] */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import type { OperateDeps } from "../../src/operate/deps.ts";
import { keptStates } from "../../src/operate/impact.ts";

/** Synthetic: an inbox and a ledger that answer late, and count who waits. */
function slow(count: number, failing?: string) {
  const seen = { now: 0, most: 0 };
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  const ledger = {
    load: async (purchaseId: string) => {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await sleep(2);
      seen.now -= 1;
      if (purchaseId === failing) throw new Error("Redis is gone");
      return { state: { purchaseId, bookings: {}, purchase: {}, holds: [], seq: 1 } };
    },
    listings: async () => new Map(),
  };
  const inbox = {
    purchases: async function* () {
      yield* ids;
    },
    walk: async function* () {},
  };
  return { deps: { inbox, crms: [{ crm: "salesforce", ledger }] } as unknown as OperateDeps, ids, seen };
}

async function idsOf(deps: OperateDeps): Promise<string[]> {
  const ids: string[] = [];
  for await (const { state } of keptStates(deps, "salesforce")) ids.push(state.purchaseId);
  return ids;
}

describe("what is still kept", () => {
  it("is read for some purchases at a time, and comes in their order", async () => {
    const { deps, ids, seen } = slow(50);

    expect(await idsOf(deps)).toEqual(ids);
    expect(seen.most).toBeGreaterThan(4);
    expect(seen.most).toBeLessThanOrEqual(16);
  });

  it("is not told as if it were all when one cannot be read", async () => {
    const { deps } = slow(50, "20");
    await expect(idsOf(deps)).rejects.toThrow("Redis is gone");
  });
});
