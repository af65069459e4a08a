/** An import that is killed goes on where it was. [Q11] */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { shown, startWorld, type World } from "../reconcile/world.ts";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../support/children.ts";
import { APRIL, april, importing, planPath } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const BOOKINGS = 40;

/** `kill -9` once so many purchases more were read. */
async function applyUntil(path: string, read: number): Promise<void> {
  const env = { ...CHILD_ENVIRONMENT, ...world.environment };
  const child = endsWithUs(
    spawn(process.execPath, ["src/cli.ts", "import", "--apply", path], { cwd: ROOT, env, stdio: "ignore" }),
  );
  const ended = once(child, "exit");
  const before = world.asked().purchases ?? 0;
  while ((world.asked().purchases ?? 0) < before + read) await sleep(5);
  child.kill("SIGKILL");
  expect(await ended).toEqual([null, "SIGKILL"]);
}

it("[Q11] is killed twice, with callbacks in between: all is done as planned, and nothing twice", async () => {
  world.bookingbug.callbacks = "off";
  const ids = Array.from({ length: BOOKINGS }, (_, index) =>
    world.bookingbug.book({ starts: [april(1 + (index % 28), "10:00")] }).bookingIds.at(0),
  );
  const path = await planPath();
  await importing(world, ...APRIL, "--plan", path);
  const planned = world.asked().purchases ?? 0;
  world.bookingbug.callbacks = "on";
  await applyUntil(path, 8);
  world.bookingbug.move(ids[5] ?? 0, april(5, "16:00"));
  world.bookingbug.move(ids[30] ?? 0, april(6, "16:00"));
  await applyUntil(path, 12);
  await world.settled();
  const { code, out } = await importing(world, "--apply", path);
  expect(out).toMatch(
    /^Went on where an earlier run had stopped\.\n40 purchases seen to, 39 imported\n {2}1 came by a callback/,
  );
  expect(out).toContain(`  contact (Contact): planned ${BOOKINGS} created; done ${BOOKINGS} created\n`);
  expect(out).toContain(`  appointment (meetings): planned ${BOOKINGS} created; done ${BOOKINGS} created\n`);
  expect(code).toBe(0);
  await world.settled();
  expect(Object.keys(shown(world))).toHaveLength(BOOKINGS);
  expect(shown(world)).toMatchObject({ [ids[5] ?? 0]: "rescheduled 16:00", [ids[30] ?? 0]: "booked 16:00" });
  const { salesforce, hubspot } = world.system.sandbox;
  for (const people of [salesforce.records("Contact"), hubspot.records("contacts")])
    expect(people).toHaveLength(BOOKINGS);
  // Each once, and what was under way when it was killed once more.
  expect((world.asked().purchases ?? 0) - planned).toBeLessThanOrEqual(BOOKINGS - 1 + 2);
});
