/** The history, for those who keep their own [Y6]. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type ExportedLine, exportTimelines } from "../../src/operate/export.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { runCli } from "../support/cli.ts";
import { firstBooking, purchase } from "../support/payloads.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const EVER = { since: new Date(0), until: new Date(Date.now() + 86_400_000), reveal: false };

function deps() {
  const crms = Object.keys(system.queues);
  const { redis, keys } = system;
  return {
    ...{ redis, keys },
    crms: crms.map((crm) => ({ crm })),
    syncLog: createSyncLog({ redis, keys, crms, retentionDays: 30 }),
  };
}

async function exported(asked = EVER, from = deps()): Promise<ExportedLine[]> {
  const lines: ExportedLine[] = [];
  for await (const line of exportTimelines(from, asked)) lines.push(line);
  return lines;
}

const booked = (id: number) =>
  purchase((body) => {
    body.id = id;
    Object.assign(firstBooking(body), { id: id * 10, purchase_id: id });
  });

/** Purchases with one entry each, as a pass leaves them, and with the time of their arrival. */
async function seed(count: number, arrived: (index: number) => number): Promise<void> {
  const { syncLog } = deps();
  const ids = Array.from({ length: count }, (_, index) => `${1_000 + index}`);
  const at = "2026-11-26T10:00:00.000Z";
  await syncLog.recordAction(ids, { kind: "action", crm: "hubspot", at, by: "otto", action: "retry" });
  const { redis, keys } = system;
  await redis.zadd(keys.recent, ...ids.flatMap((id, index) => [arrived(index), id]));
}

describe("the export", () => {
  it("has each pass of the time once, with the same id whenever it is asked, and nothing personal", async () => {
    for (const id of [1, 2]) await system.deliver("bookings", booked(id));
    const lines = await exported();
    expect(lines.map(({ purchase: of, crm, kind }) => `${of} ${crm} ${kind}`).toSorted()).toEqual([
      "1 hubspot pass",
      "1 salesforce pass",
      "2 hubspot pass",
      "2 salesforce pass",
    ]);
    expect((await exported()).map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
    expect(JSON.stringify(lines)).not.toContain("test@bookingbug.com");
    expect(JSON.stringify(await exported({ ...EVER, reveal: true }))).toContain("test@bookingbug.com");
    const [first] = lines;
    const until = new Date(first?.at ?? "");
    expect((await exported({ ...EVER, until })).map(({ id }) => id)).not.toContain(first?.id);
    expect((await exported({ ...EVER, since: until })).map(({ id }) => id)).toContain(first?.id);
  });

  it("tells apart what was done to a purchase at one moment [Y6]", async () => {
    const { syncLog } = deps();
    const action = { kind: "action", crm: "hubspot", at: "2026-11-26T10:00:00.000Z", by: "otto" } as const;
    for (const what of ["pick", "retry"] as const) await syncLog.recordAction(["1"], { ...action, action: what });
    await system.redis.zadd(system.keys.recent, 1, "1");
    const ids = (await exported()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect((await exported()).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ["at one moment", () => 5],
    ["one after the other", (index: number) => index],
    ["many at a time", (index: number) => Math.floor(index / 300)],
  ])("has every purchase once where they came %s", async (_how, arrived) => {
    await seed(1_001, arrived);
    const purchases = (await exported()).map((line) => line.purchase);
    expect(purchases).toHaveLength(1_001);
    expect(new Set(purchases).size).toBe(1_001);
  });

  it("misses none that something comes for meanwhile, and none that failed and has aged", async () => {
    await seed(600, (index) => index);
    const { redis, keys } = system;
    await redis.zrem(keys.recent, "1500");
    await redis.zadd(keys.failedByTime("hubspot"), 1, "1500", 2, "1501");
    const met: string[] = [];
    for await (const line of exportTimelines(deps(), EVER)) {
      if (met.length === 0) await redis.zadd(keys.recent, 10_000, "1400");
      met.push(line.purchase);
    }
    expect(new Set(met).size).toBe(600);
    expect(met.filter((one) => one === "1501")).toHaveLength(1);
  });

  it("is an object a line by the command, and who has personal data with it is in the audit trail", async () => {
    await system.deliver("bookings", booked(1));
    const masked = await runCli(["export", "--since", "1h", "--ndjson"], system.environment);
    const lines = masked.out.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as ExportedLine).purchase)).toEqual(["1", "1"]);
    expect(masked.out).not.toContain("test@bookingbug.com");
    expect((await runCli(["audit"], system.environment)).out).not.toContain("Exported");
    const revealed = await runCli(["export", "--since", "1h", "--reveal"], system.environment);
    expect(revealed.out).toContain("test@bookingbug.com");
    expect((await runCli(["audit"], system.environment)).out).toMatch(
      /Exported the history with personal data: 2 found/,
    );
  });
});
