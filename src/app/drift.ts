/** What a round over a CRM's records takes, from the parts of a process. */
import { createRounds } from "../drift/round.ts";
import { createDriftStore } from "../drift/store.ts";
import type { SweepDeps } from "../drift/sweep.ts";
import { mappingChooser } from "../mapping/set.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

export interface DriftOfCrm extends SweepDeps {
  close(): Promise<void>;
}

/** Of a CRM's day, one call in so many; so many where it has not said how many there are. */
const SHARE = 20;
const CALLS_UNTOLD = 5_000;

export function driftDeps({ config, mappings }: Base, parts: Parts): DriftOfCrm[] {
  const { redis, keys, inbox, statistics } = parts;
  return parts.crms.map(({ crm, ledger, gate, queue, connect }) => {
    let calls = 0;
    const onCall = (): void => {
      calls += 1;
    };
    const connector = connect({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs, onCall });
    const kept = { redis, keys, crm, retentionDays: config.ledgerRetentionDays };
    return {
      ...{ crm, ledger, inbox, connector },
      choose: (companies) => mappingChooser(mappings.current().set, crm)(companies),
      rounds: createRounds(kept),
      store: createDriftStore(kept),
      callsMade: () => calls,
      async callsADay() {
        if (config.driftDailyCalls !== undefined) return config.driftDailyCalls;
        const { daily } = await statistics.limits(crm);
        return daily === undefined ? CALLS_UNTOLD : Math.floor(daily.limit / SHARE);
      },
      async inTheWay() {
        const [closed, paused, waiting] = await Promise.all([
          gate.state(),
          gate.pausedByHand(),
          // Imports and jobs on many, which are not live, wait elsewhere.
          queue.getWaitingCount(),
        ]);
        if (closed !== undefined || paused !== undefined) return "closed";
        return waiting > 0 ? "live" : "nothing";
      },
      close: () => connector.close(),
    };
  });
}
