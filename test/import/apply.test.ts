/** An import as it was planned, whatever happens meanwhile. [Q11] [Q12] */

import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { shown, startWorld, type World } from "../reconcile/world.ts";
import { APRIL, april, importing, otherMappings, planPath } from "./world.ts";

let world: World;
let path: string;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
  path = await planPath();
});
afterAll(() => world.stop());

async function planned(...args: string[]): Promise<void> {
  expect(await importing(world, ...APRIL, ...args, "--plan", path)).toMatchObject({ code: 0, err: "" });
  for (const name of Object.keys(world.asked())) delete world.bookingbug.stats.calls[name];
}

const apply = (environment: Readonly<Record<string, string>> = {}) =>
  importing({ ...world, environment: { ...world.environment, ...environment } }, "--apply", path);

describe("[Q11] crm-sync import --apply", () => {
  it("does what was planned, and nothing more when it is run again", async () => {
    const { sandbox } = world.system;
    for (const LastName of ["A", "B"]) sandbox.salesforce.seed("Contact", { LastName, Email: "twin@example.com" });
    const held = world.bookingbug.book({ starts: [april(1)], client: { email: "twin@example.com" } }).purchaseId;
    for (let day = 2; day <= 8; day += 1) world.bookingbug.book({ starts: [april(day)] });
    await planned();
    const { code, out } = await apply();
    expect(out).toContain("8 purchases seen to, 8 imported\n");
    expect(out).toContain(
      "  contact (Contact): planned 7 created, 1 held for a person to pick; done 7 created, 1 held for a person to pick\n",
    );
    expect(out).toContain("  appointment (meetings): planned 8 created; done 8 created\n");
    expect(out).toContain(`  held: purchases ${held}\n`);
    expect(code).toBe(0);
    const before = { ...world.bookingbug.stats.calls };
    expect((await apply()).out).toContain(
      "Went on where an earlier run had stopped.\n8 purchases seen to, 8 imported\n",
    );
    expect(world.bookingbug.stats.calls).toEqual(before);
    expect(sandbox.hubspot.records("meetings")).toHaveLength(8);
  });

  it("leaves what a callback brought meanwhile as it is, and says so", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [april(1)] }).bookingIds;
    world.bookingbug.book({ starts: [april(2)] });
    await planned();
    world.bookingbug.callbacks = "on";
    world.bookingbug.move(id, april(3, "16:00"));
    await world.settled();
    const { code, out } = await apply();
    expect(out).toMatch(/2 purchases seen to, 1 imported\n {2}1 came by a callback meanwhile \(\d+\)\n/);
    expect(world.asked()).toMatchObject({ purchases: 1 });
    expect(code).toBe(0);
    expect(shown(world)).toMatchObject({ [id]: "booked 16:00" });
  });

  it("does not bring what was cancelled since, although a callback of it was lost", async () => {
    const [id = 0] = world.bookingbug.book({ starts: [april(1)] }).bookingIds;
    world.bookingbug.book({ starts: [april(2)] });
    await planned();
    world.bookingbug.cancel(id);
    const { code, out } = await apply();
    expect(out).toMatch(/1 imported\n {2}1 cancelled since the plan was made, or gone \(\d+\)\n/);
    expect(out).toContain("planned 2 created; done 1 created  ← differs");
    expect(code).toBe(1);
    expect(Object.keys(shown(world))).toHaveLength(1);
  });

  it("brings of a purchase what was asked for alone", async () => {
    const [kept = 0, cancelled = 0] = world.bookingbug.book({ starts: [april(1), april(2)] }).bookingIds;
    world.bookingbug.cancel(cancelled);
    await planned();
    expect(await apply()).toMatchObject({ code: 0 });
    expect(Object.keys(shown(world))).toEqual([String(kept)]);
  });

  it.each([
    [
      "older than a day",
      "2026-01-01T00:00:00.000Z",
      {},
      "older than a day, and no longer says what would happen. Make the plan again",
    ],
    ["for other CRMs", undefined, { CRM: "salesforce" }, "and other CRMs are configured"],
  ])("refuses a plan that is %s, and reads nothing", async (_what, madeAt, environment, words) => {
    world.bookingbug.book({ starts: [april(1)] });
    await planned();
    const text = await readFile(path, "utf8");
    if (madeAt !== undefined) await writeFile(path, text.replace(/"madeAt":"[^"]+"/, `"madeAt":"${madeAt}"`));
    const { code, err } = await apply(environment);
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(world.asked()).toEqual({});
  });

  it("refuses a plan of mappings that have changed since", async () => {
    world.bookingbug.book({ starts: [april(1)] });
    await planned();
    const { MAPPINGS_DIR } = await otherMappings();
    const { code, err } = await apply({ MAPPINGS_DIR });
    expect(code).toBe(1);
    expect(err).toContain("The mappings have changed since the plan was made. Make the plan again");
    expect(world.asked()).toEqual({});
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, -30)],
    ["without its end", (text: string) => text.slice(0, text.lastIndexOf('{"kind":"end"'))],
    ["short of a purchase", (text: string) => text.replace(/\{"kind":"purchase".*\n/, "")],
    ["something else", () => "{}\n"],
    ["without end", () => "x".repeat(400_000)],
  ])("refuses a file that is %s", async (_what, change) => {
    world.bookingbug.book({ starts: [april(1)] });
    await planned();
    await writeFile(path, change(await readFile(path, "utf8")));
    const { code, err } = await apply();
    expect(code).toBe(1);
    expect(err).toContain("is no whole plan");
    expect(world.asked()).toEqual({});
  });
});
