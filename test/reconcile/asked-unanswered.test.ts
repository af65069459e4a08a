/** A question to BookingBug that was given up is told, until a walk has read back what it would have said [Q22]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { PARENT } from "../../sandbox/bookingbug/options.ts";
import type { Walk } from "../../src/reconcile/history.ts";
import { walkNoted } from "../../src/reconcile/noted.ts";
import type { Plan } from "../../src/reconcile/standing.ts";
import { countUnanswered } from "../../src/reconcile/unanswered.ts";
import { createAdminClient } from "../support/admin.ts";
import { aWalk } from "./walks.ts";
import { askedAll, on, shown, startWorld, type World } from "./world.ts";

const DAY_MS = 86_400_000;
const PLAN: Plan = { every: "night", companies: [String(PARENT)] };

let world: World;

beforeAll(async () => {
  world = await startWorld({ asks: true });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(() => world.stop());

/** Without the alerts, which the next look of the processes ends. */
const overview = async (): Promise<string> =>
  (await createAdminClient(world.system).get("/admin")).text.replace(
    /What people were told of and is not over\..*/,
    "",
  );

/** BookingBug names a booking, and refuses to be asked about it. */
async function missABooking(): Promise<number> {
  const [id = 0] = world.bookingbug.book({ starts: [on(10, "09:00")] }).bookingIds;
  const refusal = { crm: "bookingbug", match: `/bookings/${id}`, action: { type: "status", status: 422 } } as const;
  world.system.sandbox.faults.set([refusal]);
  await world.system.post("bookings", { type: "booking", message: "New Booking by Name Surname", id, links: [] });
  await askedAll(world);
  world.system.sandbox.faults.set([]);
  return id;
}

describe("a question that was given up [Q22]", () => {
  it("is on the overview with what to do, until a walk that began later has read back what was missed", async () => {
    expect(await overview()).not.toContain("given up");
    const id = await missABooking();
    expect(shown(world)).toEqual({});
    expect(await overview()).toMatch(
      /BookingBug: questions to BookingBug were given up\. 1 question of .* Next: .* `crm-sync reconcile` reads back/,
    );

    const windows = [{ kind: "changed", lastMs: 2 * DAY_MS }] as const;
    await walkNoted(world.reconciling, { companies: [String(PARENT)], windows }, "command");
    await world.settled();
    expect(shown(world)).toEqual({ [id]: "booked 09:00" });
    expect(await overview()).not.toContain("given up");
  });

  it("is over with no walk that began before, broke off, shifted or was over less", async () => {
    const before = new Date().toISOString();
    await missABooking();
    const count = (walks: readonly Walk[], plan = PLAN, now = Date.now()) =>
      countUnanswered(world.system, walks, plan, now);
    const companies = [String(PARENT)];
    expect(await count([aWalk({ companies })])).toBe(0);
    expect(await count([aWalk({ companies, outcome: { kind: "uncounted" } })])).toBe(0);
    const insufficient: readonly Partial<Walk>[] = [
      { startedAt: before },
      { outcome: { kind: "broke_off", why: "BookingBug did not answer." } },
      { outcome: { kind: "shifted" } },
      { companies: ["5"] },
      { windows: [{ kind: "dates", from: "2036-03-10", to: "2036-03-10" }] },
    ];
    for (const more of insufficient) expect(await count([aWalk({ companies, ...more })])).toBe(1);
    expect(await count([], PLAN, Date.now() + 31 * DAY_MS)).toBe(0);
    expect(await count([], { ...PLAN, companies: undefined })).toBe(0);
  });
});
