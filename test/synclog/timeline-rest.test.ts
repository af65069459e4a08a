/** What a timeline has no room for is kept beside it for an undo: bounded, for some days, and not of who is forgotten. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { findPurchases } from "../../src/operate/forget/find-purchases.ts";
import type { ActionEntry } from "../../src/synclog/entries.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

const CRM = "salesforce";
const DAY = 86_400;
let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.stop());

const logFor = (days: { retentionDays: number; undoDays?: number }) =>
  createSyncLog({ redis: system.redis, keys: system.keys, crms: [CRM], ...days });
const entry = (n: number, detail = `note ${n}`): ActionEntry => ({
  kind: "action",
  crm: CRM,
  at: new Date(Date.UTC(2036, 0, 1, 0, n)).toISOString(),
  action: "retry",
  by: "ops",
  detail,
});
const write = async (log: ReturnType<typeof logFor>, count: number, detail?: () => string) => {
  for (let n = 0; n < count; n += 1) await log.recordAction(["1"], entry(n, detail?.()));
};
const details = (entries: readonly object[]) => entries.map((one) => ("detail" in one ? one.detail : undefined));
const rest = () => system.keys.timelineRest(CRM, "1");

describe("what a timeline has no room for [T7]", () => {
  it("is kept in order, while the timeline shows its newest 50", async () => {
    const log = logFor({ retentionDays: 30 });
    await write(log, 60);
    expect(details(await log.timeline("1"))).toEqual(Array.from({ length: 50 }, (_, n) => `note ${n + 10}`));
    expect(details(await log.undoable(CRM, "1"))).toEqual(Array.from({ length: 60 }, (_, n) => `note ${n}`));
  });

  it("is 150 entries, and 256 kB, at most", async () => {
    const log = logFor({ retentionDays: 30 });
    await write(log, 220);
    expect(details(await log.undoable(CRM, "1"))).toEqual(Array.from({ length: 200 }, (_, n) => `note ${n + 20}`));
    await write(log, 100, () => randomBytes(8_000).toString("hex"));
    const kept = await system.redis.lrangeBuffer(rest(), 0, -1);
    const bytes = kept.reduce((sum, { length }) => sum + length, 0);
    expect(kept.length).toBeGreaterThan(10);
    expect(bytes).toBeLessThanOrEqual(262_144);
  });

  it("is kept for UNDO_DAYS, the retention at most; not at all with 0", async () => {
    await write(logFor({ retentionDays: 30, undoDays: 3 }), 51);
    expect(await system.redis.ttl(rest())).toBe(3 * DAY);
    // One that left four days ago goes with the next.
    const [kept] = await system.redis.lrangeBuffer(rest(), 0, -1);
    const text = kept?.subarray(kept.indexOf(" ")) ?? Buffer.alloc(0);
    await system.redis.lset(rest(), 0, Buffer.concat([Buffer.from(String(Date.now() - 4 * DAY * 1_000)), text]));
    await write(logFor({ retentionDays: 30, undoDays: 3 }), 1);
    expect(await system.redis.llen(rest())).toBe(1);
    await write(logFor({ retentionDays: 2, undoDays: 3 }), 1);
    expect(await system.redis.ttl(rest())).toBe(2 * DAY);
    await system.redis.del(rest());
    await write(logFor({ retentionDays: 30, undoDays: 0 }), 60);
    expect(await system.redis.exists(rest())).toBe(0);
  });

  it("is looked through and removed when somebody is forgotten", async () => {
    const log = logFor({ retentionDays: 30 });
    await write(log, 60, () => "ada@example.com");
    await system.redis.del(system.keys.timeline(CRM, "1"));
    const { redis, keys } = system;
    const person = { emails: new Set(["ada@example.com"]), clientIds: new Set<string>() };
    const { purchaseIds } = await findPurchases({ redis, keys, crms: [{ crm: CRM }] }, person);
    expect([...purchaseIds]).toEqual(["1"]);
    await log.erase("1", [CRM]);
    expect(await redis.exists(rest())).toBe(0);
  });
});
