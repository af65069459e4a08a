/** Causes live on after they are mended: figures, hours, who has seen them, how they ended, and whether they are back. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { createKeys } from "../../src/redis/keys.ts";
import type { Cause } from "../../src/synclog/cause.ts";
import type { ActionEntry, FailureEntry } from "../../src/synclog/entries.ts";
import { HOUR_MS, hourOf } from "../../src/synclog/hours.ts";
import { createSyncLog, type SyncLog } from "../../src/synclog/sync-log.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

const CRM = "salesforce";
const DAYS = 30;
const keys = createKeys();
let server: TestRedis;
let redis: Redis;
let syncLog: SyncLog;

beforeEach(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  syncLog = createSyncLog({ redis, keys, crms: [CRM, "hubspot"], retentionDays: DAYS });
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

function failure(field = "Name", hold?: FailureEntry["hold"]): FailureEntry {
  return {
    ...{ object: "Event", kind: hold ? "held" : "rejected", words: `${field} is wrong`, fields: [{ field }] },
    ...{ nextStep: "Next: correct it.", heals: false, sentence: `${field} is wrong. Next: correct it.` },
    ...(hold && { hold }),
  };
}
const asked = failure("Name", { reason: "absent_from_notification", bookingIds: ["1"] });
const fail = (id: string, failures = [failure()], customer?: string) =>
  syncLog.recordFailed(CRM, id, `job-${id}`, failures, customer);
const act = (ids: string[], action: ActionEntry["action"], by = "ada", crm = CRM) =>
  syncLog.recordAction(ids, { kind: "action", at: new Date().toISOString(), crm, by, action });
const mend = (...ids: string[]) => syncLog.unlist(CRM, ids);

const now = hourOf(Date.now());
const lately = { from: now - HOUR_MS, to: now + 2 * HOUR_MS };
/** All that were listed lately, mended ones included. */
async function known(kind: "failed" | "held" = "failed"): Promise<(Cause & { crm: string })[]> {
  return [...(await syncLog.kept.read((await syncLog.kept.broke([CRM, "hubspot"], kind, lately)).places))];
}
async function only(): Promise<Cause> {
  const [cause, ...others] = await known();
  expect(others).toEqual([]);
  if (cause === undefined) throw new Error("the cause is not known any more");
  return cause;
}

describe("a cause", () => {
  it("is kept when it is mended, with whom it concerned and in which hours [C1]", async () => {
    await fail("1", [failure()], "ada");
    await fail("2", [failure()], "ada");
    await fail("3", [failure()], "grace");
    await mend("1", "2", "3");
    expect(await syncLog.causes(CRM)).toEqual([]);
    const cause = await only();
    expect(cause).toMatchObject({ count: 0, words: "Name is wrong", nextStep: "Next: correct it." });
    const { purchases, customers, byHour } = await syncLog.kept.figures(CRM, cause, lately);
    expect([purchases, customers, byHour.reduce((sum, one) => sum + one, 0)]).toEqual([3, 2, 3]);
    const { places: _places, ...totals } = await syncLog.kept.broke([CRM], "failed", lately);
    expect(totals).toEqual({ purchases: 3, customers: 2 });
    const before = await syncLog.kept.broke([CRM], "failed", { from: now - 5 * HOUR_MS, to: now - HOUR_MS });
    expect(before).toEqual({ places: [], purchases: 0, customers: 0 });
  });

  it("counts a purchase that fails again within the hour once [C1]", async () => {
    for (const _try of [1, 2, 3]) await fail("1");
    const { byHour, purchases } = await syncLog.kept.figures(CRM, await only(), lately);
    expect([byHour.reduce((sum, one) => sum + one, 0), purchases]).toEqual([1, 1]);
  });

  it("is new, then seen by who pressed it, and resolved by itself [C2]", async () => {
    await fail("1");
    const { id, state } = await only();
    expect(state).toEqual({ kind: "new" });
    expect(await syncLog.kept.markSeen(CRM, id, "ada")).toBe(true);
    expect((await only()).state).toMatchObject({ kind: "seen", by: "ada" });
    await mend("1");
    expect((await only()).state).toEqual({ kind: "resolved", over: { at: expect.any(String) } });
    expect(await syncLog.kept.markSeen(CRM, id, "ada")).toBe(false);
  });

  it.each<[ActionEntry["action"][], string]>([
    [["retry"], "retry"],
    [["dismiss"], "dismiss"],
    [["decide", "retry"], "decide"],
    [["retry", "pick", "retry"], "pick"],
    [["show_payload"], ""],
  ])("is resolved after %j as after %s [C2]", async (actions, expected) => {
    await fail("1");
    for (const action of actions) await act(["1"], action);
    await mend("1");
    const { state } = await only();
    expect(state).toMatchObject({ kind: "resolved" });
    const after = state.kind === "resolved" ? state.over.after : undefined;
    expect(after).toEqual(expected === "" ? undefined : { action: expected, by: "ada" });
  });

  it("is not resolved by what was done before it failed again, nor by what was done to another [C2]", async () => {
    await fail("1");
    await fail("2");
    await act(["1"], "retry");
    await fail("1");
    await act(["9"], "dismiss");
    await mend("2", "1");
    expect((await only()).state).toEqual({ kind: "resolved", over: { at: expect.any(String) } });
    await fail("9", [failure("Other")]);
    await mend("9");
    expect((await known()).map(({ state }) => "over" in state && state.over.after)).toEqual([undefined, undefined]);
  });

  it("is resolved by a decision in every CRM that waited for it [C2]", async () => {
    await syncLog.recordFailed("hubspot", "1", "job", [failure()]);
    await act(["1"], "decide", "ada", CRM);
    await act(["1"], "retry", "ada", "hubspot");
    await syncLog.unlist("hubspot", ["1"]);
    expect((await only()).state).toMatchObject({ over: { after: { action: "decide", by: "ada" } } });
  });

  it("is back again when it is listed anew, and nobody has seen that yet [C2]", async () => {
    await fail("1");
    await syncLog.kept.markSeen(CRM, (await only()).id, "ada");
    await act(["1"], "retry");
    await mend("1");
    await fail("2");
    expect((await only()).state).toMatchObject({ kind: "back", over: { after: { action: "retry", by: "ada" } } });
    expect((await syncLog.kept.figures(CRM, await only(), lately)).purchases).toBe(2);
    await syncLog.kept.markSeen(CRM, (await only()).id, "grace");
    expect((await only()).state).toMatchObject({ kind: "seen", by: "grace" });
  });

  it("is forgotten a retention after it was last listed and ended, and not while it is listed [C1]", async () => {
    await fail("1");
    await fail("2", [failure("Other")]);
    await mend("2");
    const old = Date.now() - (DAYS + 1) * 24 * HOUR_MS;
    for (const { id } of await known()) await redis.zadd(keys.causesByTime(CRM), old, id);
    await syncLog.renew(CRM);
    expect(await known()).toHaveLength(2);
    for (const { id } of await known()) await redis.hset(keys.causes(CRM), `${id}:overAt`, old);
    await syncLog.renew(CRM);
    expect((await known()).map(({ words }) => words)).toEqual(["Name is wrong"]);
    expect(await redis.hlen(keys.causes(CRM))).toBe(2);
  });

  it("expires with everything that is counted of it [C1]", async () => {
    await fail("1", [failure(), asked]);
    const counted = await redis.keys("*listed-*:*:*:*");
    const concerns = [...(await redis.keys("*cause-purchases*")), ...(await redis.keys("*cause-customers*"))];
    expect([counted.length, concerns.length]).toEqual([6, 4]);
    for (const key of [...counted, ...concerns]) {
      expect(await redis.ttl(key)).toBeGreaterThan((DAYS - 1) * 86_400);
    }
  });
});

describe("failed and held", () => {
  it("are two lists and two counts; what also failed is failed [C3]", async () => {
    await fail("1");
    await fail("2", [asked]);
    await fail("3", [asked, failure()]);
    expect(await syncLog.failedCounts(CRM)).toEqual({ failed: 2, held: 1 });
    const counts = async (kind: "failed" | "held") => (await syncLog.kept.listed(CRM, kind)).map(({ count }) => count);
    expect([await counts("failed"), await counts("held")]).toEqual([[2], [2]]);
    await fail("2");
    await mend("3");
    expect(await syncLog.failedCounts(CRM)).toEqual({ failed: 2, held: 0 });
    expect([await counts("failed"), await counts("held")]).toEqual([[2], []]);
    expect((await known("held")).map(({ state }) => state.kind)).toEqual(["resolved"]);
  });

  it("have what an earlier version listed, once it was looked at [C3]", async () => {
    await fail("1");
    await fail("2", [asked]);
    const added = [
      keys.causes(CRM),
      keys.causesByTime(CRM),
      keys.heldPurchases(CRM),
      keys.causesListed(CRM, "failed"),
      keys.causesListed(CRM, "held"),
    ];
    await redis.del(...added);
    expect(await syncLog.causes(CRM)).toEqual([]);
    await syncLog.renew(CRM);
    expect((await syncLog.causes(CRM)).map(({ count, state }) => [count, state.kind])).toEqual([
      [1, "new"],
      [1, "new"],
    ]);
    expect(await syncLog.failedCounts(CRM)).toEqual({ failed: 1, held: 1 });
    expect(await syncLog.failedJobs(CRM, ["1", "2"])).toEqual(["job-1", "job-2"]);
  });
});
