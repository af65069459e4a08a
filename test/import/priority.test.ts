/** A live notification does not wait for an import. [Q12] */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Importing } from "../../src/app/import.ts";
import { applyPlan } from "../../src/import/apply-plan.ts";
import { openPlan } from "../../src/import/plan-file.ts";
import { startWorld, type World } from "../reconcile/world.ts";
import { eventually } from "../support/eventually.ts";
import { purchase } from "../support/payloads.ts";
import { APRIL, april, importing, planPath } from "./world.ts";

let world: World;
let tools: Importing | undefined;

beforeAll(async () => {
  world = await startWorld({ env: { WORKER_CONCURRENCY: "1" } });
  tools = world.tools.importing();
});
afterAll(async () => {
  await tools?.close();
  await world.stop();
});

it("[Q12] has few of its purchases in the queues, and a live one before all of them", async () => {
  if (tools === undefined) throw new Error("The API is configured.");
  const { queues, post } = world.system;
  world.bookingbug.callbacks = "off";
  for (let day = 1; day <= 24; day += 1) world.bookingbug.book({ starts: [april(day)] });
  const path = await planPath();
  await importing(world, ...APRIL, "--plan", path);
  const all = Object.values(queues);
  await Promise.all(all.map((queue) => queue.pause()));
  const applying = applyPlan({ ...tools, mostWaiting: 10 }, await openPlan(path));
  const waiting = async () => await Promise.all(all.map((queue) => queue.getJobCountByTypes("waiting", "prioritized")));
  await eventually(async () => expect(await waiting()).toEqual([10, 10]));
  const live = purchase();
  await post("bookings", live);
  await eventually(async () => expect(await waiting()).toEqual([11, 11]));
  await Promise.all(all.map((queue) => queue.resume()));
  await applying;
  await world.settled();
  for (const queue of all) {
    const jobs = (await queue.getCompleted()).toSorted((a, b) => (a.processedOn ?? 0) - (b.processedOn ?? 0));
    expect(jobs).toHaveLength(25);
    expect(jobs[0]?.data.purchaseId).toBe(String(live.id));
  }
});
