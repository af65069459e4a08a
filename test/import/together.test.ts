/** Purchases of an import share their calls, so that live ones find some left. [Q12] */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startWorld, type World } from "../reconcile/world.ts";
import { APRIL, april, askedOfCrms, importing, planPath } from "./world.ts";

const BOOKINGS = 24;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => await world.stop());

it("[Q12] takes fewer calls than it has purchases, however slowly they are read", async () => {
  world.bookingbug.callbacks = "off";
  for (let day = 1; day <= BOOKINGS; day += 1) world.bookingbug.book({ starts: [april(day)] });
  const path = await planPath();
  await importing(world, ...APRIL, "--plan", path);
  const before = askedOfCrms(world);
  const { out } = await importing(world, "--apply", path);
  expect(out).toContain(`planned ${BOOKINGS} created; done ${BOOKINGS} created`);
  const after = askedOfCrms(world);
  for (const crm of ["salesforce", "hubspot"]) {
    // What a create is associated with goes with it.
    const calls = Object.keys(after).filter((what) => what.startsWith(crm) && !what.includes(" associated "));
    const made = calls.reduce((sum, what) => sum + (after[what] ?? 0) - (before[what] ?? 0), 0);
    expect(made).toBeLessThan(BOOKINGS);
  }
});
