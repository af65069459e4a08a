/** What an import would do, said before it is done. [Q11] */

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { shown, startWorld, type World } from "../reconcile/world.ts";
import { APRIL, april, askedOfCrms, importing, planPath } from "./world.ts";

let world: World;
let path: string;
/** What happens at BookingBug before it answers the second page of a list. */
let move = (): void => {};

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
  path = await planPath();
});
afterAll(() => world.stop());

const DAY_MS = 86_400_000;
const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

describe("[Q11] crm-sync import --plan", () => {
  it("reads each purchase once, asks the CRMs for many records in a call, and writes nothing", async () => {
    for (let day = 1; day <= 30; day += 1) world.bookingbug.book({ starts: [april(day), april(day, "15:00")] });
    const { code, out } = await importing(world, ...APRIL, "--plan", path);
    expect(code).toBe(0);
    expect(out).toContain("60 listed, 0 known, 0 past or cancelled: 60 bookings of 30 purchases to import");
    expect(world.asked()).toEqual({ sign_in: 1, list: 1, purchases: 30 });
    const asked = askedOfCrms(world);
    expect(Object.keys(asked).toSorted()).toEqual(["hubspot read", "salesforce query"]);
    expect(Math.max(...Object.values(asked))).toBeLessThanOrEqual(6);
    expect(await world.system.redis.exists(world.system.keys.seq)).toBe(0);
    expect(world.bookingbug.stats.violations).toEqual([]);
  });

  it("says how many records come, which are adopted and who is held, and leaves who they are in the CRM", async () => {
    const { sandbox } = world.system;
    const twins = ["A", "B"].map((LastName) =>
      sandbox.salesforce.seed("Contact", { LastName, Email: "twin@example.com" }),
    );
    sandbox.hubspot.seed("contacts", { email: "twin@example.com" });
    const { purchaseId } = world.bookingbug.book({ starts: [april(2)], client: { email: "twin@example.com" } });
    const one = { id: 901_234, email: "often@example.com" };
    for (const day of [3, 4]) world.bookingbug.book({ starts: [april(day)], client: one });
    const { out } = await importing(world, ...APRIL, "--plan", path);
    expect(out).toContain("  contact (Contact): 1 created, 1 known already, 1 held for a person to pick\n");
    expect(out).toContain("  appointment (Event): 2 created, 1 waiting for one that is held\n");
    expect(out).toContain(`  held: purchase ${purchaseId}, contact: Contact ${twins.join(" or ")}\n`);
    expect(out).toContain("  contact (contacts): 1 created, 1 adopted, 1 known already\n");
    expect(out).toMatch(/salesforce: at most \d+ calls \(less than 0\.1% of the day's 100000\)/);
    expect(out).toMatch(/appointment \(Event\).*\n {4}writes 2 times: Subject, StartDateTime, /);
    expect(out).toMatch(/^About \d+ s: 3 questions to BookingBug/m);
    for (const text of [out, await readFile(path, "utf8")]) expect(text).not.toMatch(/Robin|@|77009/);
  });

  it("leaves out what is past or cancelled, unless that is asked for", async () => {
    world.bookingbug.book({ starts: [daysFromNow(-5)] });
    world.bookingbug.book({ starts: [new Date(Date.now() - 60_000)] });
    world.bookingbug.book({ starts: [daysFromNow(3)] });
    const [, cancelled = 0] = world.bookingbug.book({ starts: [daysFromNow(4), daysFromNow(5)] }).bookingIds;
    world.bookingbug.cancel(cancelled);
    const bookings = async (...args: string[]): Promise<string | undefined> =>
      /(\d+) bookings of/.exec((await importing(world, ...args, "--plan", path)).out)?.[1];
    expect(await bookings("--from", "today")).toBe("2");
    expect(await bookings("--from", "today", "--with-cancelled")).toBe("3");
    expect(await bookings("--from", daysFromNow(-10).toISOString().slice(0, 10))).toBe("4");
  });

  it("leaves out what is known already", async () => {
    world.bookingbug.callbacks = "on";
    world.bookingbug.book({ starts: [april(1)] });
    await world.settled();
    world.bookingbug.callbacks = "off";
    world.bookingbug.book({ starts: [april(2)] });
    const { out } = await importing(world, ...APRIL, "--plan", path);
    expect(out).toContain("2 listed, 1 known, 0 past or cancelled: 1 bookings of 1 purchases to import");
  });

  it("says that bookings may be missing where the list shifted while it was walked [Q8]", async () => {
    const shifting = await startWorld({
      maxPerPage: 2,
      onAsked: ({ query }) => void (query.get("page") === "2" && move()),
    });
    try {
      shifting.bookingbug.callbacks = "off";
      const ids = [2, 3, 4, 5, 6].flatMap((day) => shifting.bookingbug.book({ starts: [april(day)] }).bookingIds);
      const { out: calm } = await importing(shifting, ...APRIL, "--plan", await planPath());
      expect(calm).not.toContain("shifted");
      move = () => shifting.bookingbug.move(ids[0] ?? 0, new Date("2036-07-01T09:00:00Z"));
      const { out } = await importing(shifting, ...APRIL, "--plan", path);
      expect(out).toContain("4 bookings of 4 purchases to import");
      expect(out).toContain("shifted while it was read");
    } finally {
      await shifting.stop();
    }
  });

  it("brings a booking that the list skipped, and that was cancelled meanwhile, as what it is [Q11]", async () => {
    const skipping = await startWorld({
      maxPerPage: 2,
      onAsked: ({ query }) => void (query.get("page") === "2" && move()),
    });
    try {
      move = () => {};
      skipping.bookingbug.callbacks = "off";
      const ids = [2, 3, 4, 5, 6].flatMap((day) => skipping.bookingbug.book({ starts: [april(day)] }).bookingIds);
      await importing(skipping, ...APRIL, "--plan", path);
      skipping.bookingbug.cancel(ids[2] ?? 0);
      move = () => skipping.bookingbug.move(ids[0] ?? 0, new Date("2036-07-01T09:00:00Z"));
      expect(await importing(skipping, "--apply", path)).toMatchObject({ err: "" });
      await skipping.settled();
      expect(shown(skipping)[String(ids[2])] ?? "cancelled").toMatch(/^cancelled/);
      expect(Object.values(shown(skipping)).filter((one) => one.startsWith("booked"))).toHaveLength(4);
    } finally {
      await skipping.stop();
    }
  });

  it("leaves no plan where BookingBug or a CRM could not be asked", async () => {
    world.bookingbug.book({ starts: [april(1)] });
    world.system.sandbox.faults.set([{ crm: "salesforce", match: "query", action: { type: "status", status: 400 } }]);
    expect(await importing(world, ...APRIL, "--plan", path)).toMatchObject({ code: 1 });
    await expect(readFile(path)).rejects.toThrow("ENOENT");
    world.system.sandbox.faults.set([]);
  });

  it.each([
    [["--plan", "x"], "give --from and --plan, or --apply"],
    [["--from", "tomorrow", "--plan", "x"], "--from and --to are days such as"],
    [["--apply", "x", "--from", "today"], "takes nothing beside it"],
  ])("refuses %j", async (args, words) => {
    const { code, err } = await importing(world, ...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });
});
