/**
 * Real processes, killed while notifications flow and an operator decides: what was acknowledged is accounted for, nothing is
 * doubled, and the newest is what the CRMs hold: of times, names, clients and decisions.
 */
import { describe, expect, it } from "@jest/globals";
import { type ChaosOptions, runChaos } from "../../bench/chaos-run.ts";
import { BOOKINGS_EACH, DECISIONS_EACH, PEOPLE_EACH, PURCHASES_EACH } from "../../bench/chaos-world.ts";

const calm: ChaosOptions = {
  redis: { kind: "restart", fsync: "always" },
  families: 24,
  rounds: 4,
  faults: 0.05,
  workers: 2,
  killWorkerAfterMs: undefined,
  killWebAfterMs: undefined,
  killRedisAfterMs: undefined,
  minKills: 2,
  postMs: 300_000,
  settleMs: 120_000,
  onProgress: () => {},
};

describe.each([
  ["a worker", { killWorkerAfterMs: 800 }],
  ["the web process", { killWebAfterMs: 1_000 }],
  ["Redis", { killRedisAfterMs: 1_500 }],
])("killing %s while notifications flow and an operator decides", (_what, kill) => {
  it("loses nothing, doubles nothing and leaves nothing old [A1] [A2] [O2] [P2] [L1] [D5]", async () => {
    const report = await runChaos({ ...calm, ...kill });
    expect(report.acknowledged).toBe(calm.families * PURCHASES_EACH * calm.rounds);
    expect(report).toMatchObject({ decided: calm.families * DECISIONS_EACH, refused: 0, forgotten: 0 });
    expect(report.accepted).toBeGreaterThanOrEqual(report.acknowledged + report.decided);
    for (const crm of Object.values(report.crms)) {
      expect(crm.applied + crm.superseded).toBe(report.accepted);
      expect(Object.entries(crm.amiss).filter(([, count]) => count > 0)).toEqual([]);
      expect(crm).toMatchObject({
        contacts: calm.families * PEOPLE_EACH,
        appointments: calm.families * BOOKINGS_EACH,
      });
    }
  }, 600_000);
});

describe("a replica that takes over from a Redis that was killed", () => {
  it("has forgotten what it had not been sent; everything is right once the purchases are told of again [A1] [O2]", async () => {
    const failover = { kind: "failover", fsync: "everysec", lagMs: 20 } as const;
    const report = await runChaos({ ...calm, families: 8, minKills: 1, redis: failover, killRedisAfterMs: 1_500 });
    expect(report.kills.redis).toBeGreaterThan(0);
    expect(report.forgotten).toBeLessThan(report.acknowledged);
    for (const crm of Object.values(report.crms)) {
      expect(Object.entries(crm.amiss).filter(([, count]) => count > 0)).toEqual([]);
    }
  }, 600_000);
});
