/** A process that holds nearly as much as it may says so, and takes up less [E11]. */
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { takeUpWithin } from "../../src/sync/concurrency.ts";
import { ROOT } from "../support/children.ts";
import { eventually } from "../support/eventually.ts";

/** In a process of its own, whose limit is small: what it says of itself before, with much in hand, and after. */
const SCRIPT = `
import { setTimeout as sleep } from "node:timers/promises";
import { watchHeap } from "./src/app/heap.ts";
const heap = watchHeap();
const told = [];
let held = [];
const goOn = async (until) => {
  for (let round = 0; round < 3000 && !until(); round += 1) {
    held.push(Array.from({ length: 2_000 }, () => Math.random()));
    if (round % 20 === 0) await sleep(1);
  }
};
await sleep(50);
told.push(heap.isTight());
await goOn(() => heap.isTight());
told.push(heap.isTight());
held = [];
for (const end = Date.now() + 10_000; heap.isTight() && Date.now() < end; ) {
  Array.from({ length: 20_000 }, () => ({}));
  await sleep(10);
}
told.push(heap.isTight());
console.log(JSON.stringify(told));
process.exit();
`;

describe("memory [E11]", () => {
  it("that is nearly all held is tight, and is no longer once there is room", () => {
    const args = ["--max-old-space-size=48", "--max-semi-space-size=1", "--input-type=module", "--eval", SCRIPT];
    const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual([false, true, false]);
  });

  it("that is tight has a worker take up less and less, and as much as before once it is not", async () => {
    const worker = { concurrency: 400 };
    let isTight = true;
    const stop = takeUpWithin(worker, { most: 400, isTight: () => isTight });
    await eventually(() => expect(worker.concurrency).toBe(5));
    isTight = false;
    await eventually(() => expect(worker.concurrency).toBe(400));
    stop();
    isTight = true;
    await sleep(600);
    expect(worker.concurrency).toBe(400);
  });
});
