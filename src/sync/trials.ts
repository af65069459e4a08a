/**
 * Tries purchases that were in hand when a worker went down, in processes of their own: all of them together first, since most
 * have nothing to do with it; when that process goes down too, each by itself. Whose trial goes down by itself is the one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type CellEnd, type CellOptions, createCell } from "./cell.ts";
import type { Trial, TrialEnd } from "./trial.ts";

export type Verdict = TrialEnd | { readonly kind: "fell" | "stopped" | "not_started" };

export interface Trials {
  try(trial: Trial): Promise<Verdict>;
  /** Ends the processes; what they had in hand is not judged. */
  stop(): void;
}

/** Whoever ended the process may be about to end us too, and then it was not the trial. */
const AFTERTHOUGHT_MS = 1_000;
/** Longer than any lock lasts whose holder is gone. */
const BUSY_MS = 120_000;
const BETWEEN_MS = 200;

export function createTrials(options: CellOptions): Trials {
  const together = createCell(options);
  const apart = createCell(options);
  let turn: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  function alone(trial: Trial): Promise<CellEnd> {
    const mine = turn.then(() => onceFree(trial));
    turn = mine;
    return mine;
  }

  /** The process in which all went down together holds their locks for a while yet. */
  async function onceFree(trial: Trial): Promise<CellEnd> {
    const deadline = Date.now() + BUSY_MS;
    for (;;) {
      const end = await apart.run(trial);
      if (end.kind !== "busy" || isStopped || Date.now() > deadline) return end;
      await sleep(BETWEEN_MS);
    }
  }

  return {
    async try(trial) {
      const first = await together.run(trial);
      const end = first.kind === "fell" && !first.alone ? await alone(trial) : first;
      if (end.kind !== "fell") return end;
      await sleep(AFTERTHOUGHT_MS);
      return { kind: isStopped ? "stopped" : "fell" };
    },

    stop() {
      isStopped = true;
      together.stop();
      apart.stop();
    },
  };
}
