/** How calls find the size that a CRM takes, and what that costs, whatever the size and whoever is at fault [W1][W9]. */
import { describe, expect, it } from "@jest/globals";
import type { CallSize, CallSizes } from "../../connectors/connector.ts";
import { RejectedError } from "../../connectors/errors.ts";
import { inFittingCalls } from "../../connectors/fitting-calls.ts";

interface Org {
  readonly limit: number;
  readonly bad?: ReadonlySet<number>;
  readonly learnt?: CallSize;
}

/** Sends so many at once. */
async function send(count: number, { limit, bad = new Set(), learnt }: Org) {
  const calls: number[] = [];
  const told: number[] = [];
  const sizes: CallSizes = { get: async () => learnt, set: async (_object, size) => void told.push(size) };
  const items = Array.from({ length: count }, (_, index) => index);
  const answers = await inFittingCalls<number, number>(
    {
      object: "Event",
      sizes,
      failedTogether: () => true,
      isAboutSome: () => false,
      guilty: () => [],
      async send(some) {
        calls.push(some.length);
        const fails = some.length > limit || some.some((item) => bad.has(item));
        return some.map((item) => (fails ? new RejectedError("Too many SOQL queries: 101", {}) : item));
      },
    },
    items,
  );
  const failed = items.filter((item) => answers[item] instanceof Error);
  expect(answers.filter((answer) => !(answer instanceof Error))).toEqual(items.filter((item) => !bad.has(item)));
  return { calls, failed, learnt: told.at(-1) };
}

describe("a size", () => {
  it("is found wherever it lies, by the calls that are needed anyway and few more", async () => {
    for (let limit = 1; limit < 200; limit += 1) {
      const { calls, failed, learnt = 0 } = await send(200, { limit });
      expect(failed).toEqual([]);
      expect(learnt).toBeLessThanOrEqual(limit);
      expect(learnt).toBeGreaterThan(limit / 2);
      expect(calls.length).toBeLessThanOrEqual(Math.ceil(200 / learnt) + 11);
    }
  });

  it("is found to a tenth where enough is to be sent", async () => {
    for (let limit = 2; limit <= 20; limit += 1) {
      const { learnt = 0 } = await send(100, { limit });
      expect(learnt).toBeGreaterThanOrEqual(limit / 1.1 - 1);
    }
  });

  it("that was found before is gone back to when twice as many are still too many", async () => {
    const { calls, learnt } = await send(40, { limit: 20, learnt: { learnt: 20, most: 40 } });
    expect({ calls, learnt }).toEqual({ calls: [40, 20, 20], learnt: 20 });
  });

  it("that was found before is where the search begins when it has grown far", async () => {
    const { calls, learnt } = await send(160, { limit: 100, learnt: { learnt: 20, most: 160 } });
    expect({ calls, learnt }).toEqual({ calls: [160, 90, 70], learnt: 90 });
  });

  it("is looked for below what was found before when that has become too many", async () => {
    const { calls, learnt } = await send(40, { limit: 8, learnt: { learnt: 20, most: 40 } });
    expect(calls.slice(0, 2)).toEqual([40, 20]);
    expect(learnt).toBeLessThanOrEqual(8);
  });
});

describe("records at fault", () => {
  it("fail alone, say nothing of a size, and cost a call or two each beside those of the others", async () => {
    for (const every of [1, 2, 3, 7, 30]) {
      const bad = new Set(Array.from({ length: 60 }, (_, index) => index).filter((index) => index % every === 0));
      const { calls, failed } = await send(60, { limit: 200, bad });
      expect(failed).toEqual([...bad]);
      expect(calls.length).toBeLessThanOrEqual(2 * 60 + 10);
    }
  });

  it("leave what is known of sizes as it was", async () => {
    for (let at = 0; at < 60; at += 1) {
      const { failed, learnt, calls } = await send(60, { limit: 200, bad: new Set([at]) });
      expect({ failed, learnt }).toEqual({ failed: [at], learnt: undefined });
      expect(calls.length).toBeLessThanOrEqual(17);
    }
  });
});
