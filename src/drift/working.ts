/** Rounds by themselves: of each CRM one process makes them at a time, and whoever is there next goes on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Locks } from "../redis/locks.ts";
import { repeat } from "../redis/repeat.ts";
import { type SweepDeps, sweep } from "./sweep.ts";

interface WorkingOptions {
  readonly crms: readonly SweepDeps[];
  readonly locks: Pick<Locks, "tryTake">;
  readonly log: ConnectorLog;
  /** From the beginning of one round to that of the next; 0: none. */
  readonly everyMs: number;
  /** How often it is looked whether there is something to do. */
  readonly tickMs?: number;
}

const TICK_MS = 60_000;

/** Name of the lock that a round over a CRM's records holds. */
export function driftLock(crm: string): string {
  return `drift:${crm}`;
}

export function startDriftWork({ crms, locks, log, everyMs, tickMs = TICK_MS }: WorkingOptions): {
  stop(graceMs: number): Promise<void>;
} {
  if (everyMs === 0) return { stop: async () => {} };
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();

  async function turn(deps: SweepDeps): Promise<void> {
    const round = await deps.rounds.load();
    const isDue = round?.endedAt === undefined || Date.now() - Date.parse(round.startedAt) >= everyMs;
    if (!isDue || stopping.signal.aborted) return;
    const lock = await locks.tryTake(driftLock(deps.crm));
    if (lock === undefined) return;
    try {
      const { end, round: made } = await sweep(deps, stopping.signal);
      const why = end.kind === "broke_off" ? { why: end.error.message } : {};
      log.info({ crm: deps.crm, outcome: end.kind, ...why, ...made.counts }, "looked for edits in the CRM");
    } finally {
      await lock.release();
    }
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
