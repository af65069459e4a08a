/** A lane: who shares a call, and how long that may take. */
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { createLane } from "../../connectors/lane.ts";

let calls: { readonly at: number; readonly items: readonly number[] }[];
let lane: (item: number) => Promise<number>;
/** Milliseconds that a call takes. */
let callMs: number;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  calls = [];
  callMs = 0;
  lane = laneOf(100);
});
afterEach(() => void jest.useRealTimers());

const laneOf = (maxSize: number) =>
  createLane<number, number>({
    maxSize,
    gatherMs: 3,
    maxInFlight: 1,
    keyOf: String,
    acquire: async () => () => {},
    run: async (items) => {
      calls.push({ at: Date.now(), items });
      if (callMs > 0) await new Promise((resolve) => setTimeout(resolve, callMs));
      return items;
    },
  });

async function comeEvery(ms: number, count: number): Promise<void> {
  for (let item = 0; item < count; item += 1) {
    void lane(item);
    await jest.advanceTimersByTimeAsync(ms);
  }
}

it("sends who comes alone after three milliseconds", async () => {
  void lane(1);
  await jest.advanceTimersByTimeAsync(100);
  expect(calls).toEqual([{ at: 3, items: [1] }]);
});

it("waits for those of one moment, of whom each comes a little after the other", async () => {
  await comeEvery(2, 8);
  await jest.advanceTimersByTimeAsync(100);
  expect(calls.map(({ items }) => items.length)).toEqual([8]);
});

it("does not wait for a stream that never ends", async () => {
  await comeEvery(1, 60);
  expect(calls[0]).toEqual({ at: 30, items: Array.from({ length: 30 }, (_, index) => index) });
});

it("waits for nobody once a call is full", async () => {
  for (let item = 0; item < 100; item += 1) void lane(item);
  await jest.advanceTimersByTimeAsync(0);
  expect(calls.map(({ at, items }) => [at, items.length])).toEqual([[0, 100]]);
});

it("does not take one for a crowd, where an org takes no more than two at a time", async () => {
  lane = laneOf(2);
  await comeEvery(100, 2);
  expect(calls.map(({ at }) => at)).toEqual([3, 103]);
});

describe("a crowd", () => {
  beforeEach(async () => {
    callMs = 100;
    for (let item = 0; item < 100; item += 1) void lane(item);
    await jest.advanceTimersByTimeAsync(0);
  });

  it("that comes slowly shares full calls, and who comes alone after it is hardly held back", async () => {
    await comeEvery(4, 230);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(calls.map(({ items }) => items.length)).toEqual([100, 100, 100, 30]);
    const before = Date.now();
    void lane(1_000);
    await jest.advanceTimersByTimeAsync(100);
    expect(calls.at(-1)).toEqual({ at: before + 3, items: [1_000] });
  });

  it("that has become a trickle is waited for once, and for 600 milliseconds at most", async () => {
    await comeEvery(50, 20);
    expect(calls.map(({ at, items }) => [at, items.length]).slice(1, 3)).toEqual([
      [600, 12],
      [706, 3],
    ]);
  });
});
