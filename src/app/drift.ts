/** What a round over a CRM's records takes, from the parts of a process. */
import type { ShownDrift } from "../admin/deps.ts";
import type { SweepDeps, Written } from "../drift/sweep.ts";
import { type MappingSet, mappingChooser } from "../mapping/set.ts";
import type { Base } from "./base.ts";
import type { Parts } from "./parts.ts";

export interface DriftOfCrm extends SweepDeps {
  close(): Promise<void>;
}

/** Of a CRM's day, one call in so many; so many where it has not said how many there are. */
const SHARE = 20;
const CALLS_UNTOLD = 5_000;

/** What the dashboard shows of the rounds; it makes none. */
export function driftShown({ config }: Base, parts: Parts): ShownDrift[] {
  return parts.crms.map(({ crm, ledger, drift }) => ({
    ...{ crm, ...drift, isOn: config.driftSweepHours > 0 },
    left: (after) => ledger.left(after),
    callsADay: callsADay(config, parts, crm),
  }));
}

function callsADay(
  { driftDailyCalls }: Base["config"],
  { statistics }: Pick<Parts, "statistics">,
  crm: string,
): () => Promise<number> {
  return async () => {
    if (driftDailyCalls !== undefined) return driftDailyCalls;
    const { daily } = await statistics.limits(crm);
    return daily === undefined ? CALLS_UNTOLD : Math.floor(daily.limit / SHARE);
  };
}

export function driftDeps({ config, mappings }: Base, parts: Parts): DriftOfCrm[] {
  const { inbox, locks, syncLog } = parts;
  return parts.crms.map(({ crm, ledger, drift, gate, queue, connect }) => {
    let calls = 0;
    const onCall = (): void => {
      calls += 1;
    };
    const connector = connect({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs, onCall });
    return {
      ...{ crm, ledger, inbox, locks, syncLog, connector },
      choose: (companies) => mappingChooser(mappings.current().set, crm)(companies),
      ...drift,
      written: () => writtenBy(mappings.current().set, crm),
      callsMade: () => calls,
      callsADay: callsADay(config, parts, crm),
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

function writtenBy({ mappings }: MappingSet, crm: string): Written[] {
  const sections = mappings.filter((mapping) => mapping.crm === crm).flatMap((mapping) => mapping.sections);
  const all = sections.map(({ object, identity: { field } }): Written => ({ object, field }));
  return [...new Map(all.map((one) => [`${one.object}.${one.field}`, one])).values()];
}
