/** What is told of walks afterwards is what they found, and is told once [Q13]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Walk } from "../../src/reconcile/history.ts";
import { neverCameIn } from "../../src/reconcile/history.ts";
import { walkNoted } from "../../src/reconcile/noted.ts";
import { bucketKey, COARSE, startOf } from "../../src/stats/buckets.ts";
import { runCli } from "../support/cli.ts";
import { on, startWorld, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: World;
let onPage: (page: string) => void = () => {};

beforeAll(async () => {
  world = await startWorld({
    maxPerPage: 5,
    onAsked: ({ path, query }) => void (path.endsWith("/bookings") && onPage(query.get("page") ?? "")),
  });
});
beforeEach(async () => {
  await world.reset();
  world.bookingbug.callbacks = "off";
});
afterAll(() => world.stop());

async function walked(by: Walk["by"] = "schedule"): Promise<Walk> {
  const { reconciling } = world;
  const { config } = world.tools;
  const windows = [{ kind: "changed", lastMs: 2 * DAY_MS }] as const;
  await walkNoted(reconciling, { companies: config.bookingbugApi?.companies ?? [], windows }, by);
  await world.settled();
  return await newest();
}

async function newest(): Promise<Walk> {
  const [walk] = await world.reconciling.walks.newest();
  if (walk === undefined) throw new Error("There is a walk.");
  return walk;
}

const count = () => world.reconciling.walks.newest().then((walks) => walks.length);
const thisHour = () => startOf(COARSE, Date.now());

describe("a walk in the history", () => {
  it("has what it found, and what each CRM had of it [Q13]", async () => {
    for (const time of ["09:00", "10:00"]) world.bookingbug.book({ starts: [on(10, time)] });
    expect(await walked()).toMatchObject({
      by: "schedule",
      windows: [{ kind: "changed", lastMs: 2 * DAY_MS }],
      outcome: { kind: "complete" },
      resumed: false,
      counts: { listed: 2, known: 0, missing: 2, repaired: 2 },
      inCrms: { salesforce: 0, hubspot: 0 },
    });
    expect(await walked()).toMatchObject({
      counts: { listed: 2, known: 2, missing: 0 },
      inCrms: { salesforce: 2, hubspot: 2 },
      neverCame: [],
    });
  });

  it("says of no CRM that it has what failed there [Q13]", async () => {
    world.system.sandbox.faults.set([
      {
        crm: "hubspot",
        match: "meetings",
        action: { type: "status", status: 403, body: { category: "MISSING_SCOPES" } },
      },
    ]);
    world.bookingbug.book({ starts: [on(10, "09:00")] });
    await walked();
    expect(await walked()).toMatchObject({ counts: { known: 1 }, inCrms: { salesforce: 1, hubspot: 0 } });
  });

  it("is that of the command too, but not of a dry run [Q13]", async () => {
    await runCli(["reconcile", "--dry-run"], world.environment);
    expect(await count()).toBe(0);
    await runCli(["reconcile", "--from", "2036-03-10"], world.environment);
    expect(await newest()).toMatchObject({
      by: "command",
      windows: [{ kind: "dates", from: "2036-03-10", to: "2036-03-10" }],
    });
  });

  it("that broke off says why, and one that was taken up again says that it was [Q13]", async () => {
    for (let each = 0; each < 7; each += 1) world.bookingbug.book({ starts: [on(10, "09:00")] });
    onPage = (page) => {
      if (page !== "2") return;
      world.system.sandbox.faults.set([
        { crm: "bookingbug", match: "/bookings", action: { type: "status", status: 400 } },
      ]);
    };
    expect(await walked()).toMatchObject({
      outcome: { kind: "broke_off", why: expect.stringContaining("BookingBug") },
    });
    onPage = () => {};
    world.system.sandbox.faults.set([]);
    expect(await walked()).toMatchObject({ resumed: true, outcome: { kind: "complete" }, counts: { listed: 7 } });
  });

  it("stays for so many and for so long", async () => {
    const one = await walked();
    for (let each = 0; each < 60; each += 1) {
      await world.reconciling.walks.note({ ...one, endedAt: new Date(Date.now() - each * 1_000).toISOString() });
    }
    expect(await count()).toBe(50);
    await world.system.redis.del(world.tools.keys.walks);
    await world.reconciling.walks.note({ ...one, endedAt: new Date(Date.now() - 31 * DAY_MS).toISOString() });
    expect(await count()).toBe(0);
  });
});

describe("what never came", () => {
  const note = (field: "refused" | "quarantined") =>
    world.system.redis.hset(bucketKey(world.tools.keys, "receiver", COARSE, thisHour()), field, 3);
  const present = (since: number) => world.system.redis.hset(world.tools.keys.presence, { since, last: Date.now() });

  it.each([
    ["down", () => world.system.redis.lpush(world.tools.keys.absences, `${thisHour() - HOUR_MS} ${Date.now()}`)],
    ["refused", () => note("refused")],
    ["quarantined", () => note("quarantined")],
    ["never_posted", () => present(Date.now() - DAY_MS)],
    ["not_noted", async () => {}],
  ] as const)("is told with the hour it fell into, and why it can be: %s [Q13]", async (why, arrange) => {
    await world.system.redis.del(world.tools.keys.presence, world.tools.keys.absences);
    await arrange();
    world.bookingbug.book({ starts: [on(10, "09:00")] });
    const { neverCame } = await walked();
    const hours = [thisHour(), thisHour() - HOUR_MS].map((hour) => new Date(hour).toISOString());
    expect(neverCame).toEqual([{ hour: expect.stringMatching(hours.join("|")), count: 1, why: [why] }]);
  });

  it("is told once where it cannot be read back, and not again once it can [Q13]", async () => {
    const { purchaseId } = world.bookingbug.book({ starts: [on(10, "09:00")] });
    const fault = {
      crm: "bookingbug",
      match: `/purchases/${purchaseId}`,
      action: { type: "status", status: 404 },
    } as const;
    world.system.sandbox.faults.set([fault]);
    const told = [await walked(), await walked()];
    world.system.sandbox.faults.set([]);
    told.push(await walked());
    expect(told.map(neverCameIn)).toEqual([1, 0, 0]);
    expect(told.map(({ counts }) => counts.notReadable)).toEqual([1, 1, 0]);
    expect(told.at(-1)?.counts.repaired).toBe(1);
  });
});
