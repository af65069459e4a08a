/** Rounds by themselves: of each CRM one process makes them at a time, and whoever is there next goes on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Locks } from "../redis/locks.ts";
import { repeat } from "../redis/repeat.ts";
import { askNow, isAskingDue } from "./asking.ts";
import { type SweepDeps, type Swept, sweep } from "./sweep.ts";

interface WorkingOptions {
  readonly crms: readonly SweepDeps[];
  readonly locks: Pick<Locks, "tryTake">;
  readonly log: ConnectorLog;
  /** From the beginning of one round to that of the next; 0: none. */
  readonly everyMs: number;
  /** How often it is looked whether there is something to do. */
  readonly tickMs?: number;
  /** At least so long from one time that a CRM is asked what changed to the next. */
  readonly askMs?: number;
}

const TICK_MS = 60_000;
const ASK_MS = 15 * 60_000;

/** Name of the lock that a round over a CRM's records holds. */
export function driftLock(crm: string): string {
  return `drift:${crm}`;
}

export function startDriftWork({ crms, locks, log, everyMs, tickMs = TICK_MS, askMs = ASK_MS }: WorkingOptions): {
  stop(graceMs: number): Promise<void>;
} {
  if (everyMs === 0) return { stop: async () => {} };
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();

  async function turn(deps: SweepDeps): Promise<void> {
    const [round, asked] = await Promise.all([deps.rounds.load(), deps.rounds.asked()]);
    const isDue = round?.endedAt === undefined || Date.now() - Date.parse(round.startedAt) >= everyMs;
    const isToAsk = asked === undefined || (await isAskingDue(deps, asked, askMs));
    if ((!isDue && !isToAsk) || stopping.signal.aborted) return;
    const lock = await locks.tryTake(driftLock(deps.crm));
    if (lock === undefined) return;
    try {
      // First, since a round may take the rest of the day's calls.
      if (isToAsk) {
        const looked = await askNow(deps, stopping.signal);
        if (looked !== undefined) tell(deps.crm, looked, "looked at what the CRM says was changed");
      }
      if (isDue) tell(deps.crm, await sweep(deps, stopping.signal), "looked for edits in the CRM");
    } finally {
      await lock.release();
    }
  }

  function tell(crm: string, { end, round }: Swept, words: string): void {
    const why = end.kind === "broke_off" ? { why: end.error.message } : {};
    log.info({ crm, outcome: end.kind, ...why, ...round.counts }, words);
  }

  const ends = crms.map((deps) =>
    repeat(
      async () => {
        const running = turn(deps);
        inHand.add(running);
        await running.finally(() => inHand.delete(running));
      },
      tickMs,
      (error) => log.error({ crm: deps.crm, error: String(error) }, "edits in the CRM could not be looked for"),
    ),
  );
  return {
    async stop(graceMs) {
      stopping.abort();
      for (const end of ends) end();
      await Promise.race([Promise.allSettled(inHand), sleep(graceMs, undefined, { ref: false })]);
    },
  };
}
