import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { watchBusy } from "../../src/receiver/busy.ts";
import { createAdmission } from "../../src/receiver/overload.ts";

/** A receiver whose notifications take as long as the test says. */
function start(options: { limit?: number; isBusy?: () => boolean } = {}) {
  let time = 1_000_000;
  const { limit = 2_000, isBusy = () => false } = options;
  const admission = createAdmission({ limit, isBusy, now: () => time });
  const underWay: ((outcome: "done" | "failed") => void)[] = [];
  return {
    pass: (ms: number): void => {
      time += ms;
    },
    enter(count: number): number {
      for (let i = 0; i < count; i += 1) {
        const leave = admission.enter();
        if (leave === undefined) return i;
        underWay.push(leave);
      }
      return count;
    },
    end(count: number, outcome: "done" | "failed" = "done"): void {
      for (const leave of underWay.splice(0, count)) leave(outcome);
    },
  };
}

describe("taking notifications in", () => {
  it("goes on while they come to an end in good time", () => {
    const receiver = start();
    for (let tick = 0; tick < 100; tick += 1) {
      expect(receiver.enter(100)).toBe(100);
      receiver.pass(50);
      receiver.end(100);
    }
  });

  it("refuses what would wait for longer than two seconds behind the others, and no more than that", () => {
    const receiver = start();
    let most = 0;
    let waiting = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      waiting += receiver.enter(40);
      receiver.pass(100);
      receiver.end(20);
      waiting -= 20;
      most = Math.max(most, waiting);
    }
    // 200 a second come to an end: two seconds' worth of them is 400.
    expect(most).toBeGreaterThan(350);
    expect(most).toBeLessThan(500);
    receiver.end(waiting);
    expect(receiver.enter(40)).toBe(40);
  });

  it("waits an outage out: nothing comes to an end then, and all do when it is over", () => {
    const receiver = start();
    for (let tick = 0; tick < 20; tick += 1) {
      receiver.enter(20);
      receiver.pass(50);
      receiver.end(20);
    }
    for (let tick = 0; tick < 60; tick += 1) {
      expect(receiver.enter(20)).toBe(20);
      receiver.pass(50);
    }
    receiver.end(1_200);
    expect(receiver.enter(20)).toBe(20);
  });

  it("never has more than its limit under way", () => {
    const receiver = start({ limit: 500 });
    expect(receiver.enter(600)).toBe(500);
    receiver.end(1, "failed");
    expect(receiver.enter(2)).toBe(1);
  });

  it("stops while the process is too slow for anything", () => {
    expect(start({ isBusy: () => true }).enter(1)).toBe(0);
  });
});

it("a process is busy when everything in it comes late, and not for longer", async () => {
  const { isBusy, stop } = watchBusy();
  await sleep(120);
  expect(isBusy()).toBe(false);
  const until = Date.now() + 1_300;
  while (Date.now() < until);
  await sleep(0);
  expect(isBusy()).toBe(true);
  const quiet = Date.now() + 5_000;
  while (isBusy() && Date.now() < quiet) await sleep(60);
  expect(isBusy()).toBe(false);
  stop();
});
