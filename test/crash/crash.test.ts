/** Real processes, killed while notifications flow: what was acknowledged is accounted for, and nothing is doubled. */
import { describe, expect, it } from "@jest/globals";
import { type ChaosOptions, runChaos } from "../../bench/chaos-run.ts";

const calm: ChaosOptions = {
  purchases: 120,
  notificationsEach: 4,
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
])("killing %s while notifications flow", (_what, kill) => {
  it("loses nothing and doubles nothing [A1] [A2]", async () => {
    const report = await runChaos({ ...calm, ...kill });
    expect(report.acknowledged).toBe(calm.purchases * calm.notificationsEach);
    expect(report.accepted).toBeGreaterThanOrEqual(report.acknowledged);
    for (const crm of Object.values(report.crms)) {
      expect(crm.applied + crm.superseded).toBe(report.accepted);
      expect(crm).toMatchObject({ failed: 0, pending: 0, missing: 0, doubled: 0, doubledContacts: 0, wrong: 0 });
      expect(crm.appointments).toBe(calm.purchases);
    }
  }, 600_000);
});
