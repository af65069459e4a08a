/**
 * Whatever people do in the CRMs and BookingBug says meanwhile, in whatever order: what a field holds, whether it is listed and
 * what it asks is its rule's, no edit is lost unseen, and it comes to rest. `MODEL_CASES` and `TEST_SEED` look further.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type World, world } from "./order-events.ts";
import { type Player, startPlayer } from "./order-play.ts";
import { SEQUENCES } from "./order-sequences.ts";
import { begin } from "./order-world.ts";

const CASES = Number(process.env.MODEL_CASES ?? 30);
const MS_PER_CASE = 10_000;

let player: Player;
beforeAll(async () => {
  player = await startPlayer();
});
afterAll(() => player.stop());

async function unfolds(given: World): Promise<void> {
  const unfolding = await begin(player, given);
  for (const event of given.events) await unfolding.happens(event);
  await unfolding.comesToRest();
}

it.each(Object.entries(SEQUENCES))("%s", async (_, given) => await unfolds(given));

it(
  "a field becomes what its rule says, an edit is never lost unseen, and a second round finds nothing new [W17] [W18] [W22] [Q17]",
  async () => {
    await fc.assert(fc.asyncProperty(world, unfolds), {
      numRuns: CASES,
      interruptAfterTimeLimit: CASES * MS_PER_CASE * 0.8,
      markInterruptAsFailure: true,
      endOnFailure: process.env.MODEL_SHRINK === "no",
    });
    expect(player.system.sandbox.salesforce.stats.violations).toEqual([]);
  },
  CASES * MS_PER_CASE,
);
