/** A process in which trials run, watched by the worker: when it ends or stands still, that is known for certain. */
import type { ChildProcess } from "node:child_process";
import { fromCell, type ToCell, type Trial, type TrialEnd } from "./trial.ts";

/**
 * `fell`: the process ended or stood still with the trial in hand. `stopped`: we ended it ourselves. `not_started`: it never came
 * to run.
 */
export type CellEnd =
  | TrialEnd
  | { readonly kind: "fell"; readonly alone: boolean }
  | { readonly kind: "stopped" | "not_started" };

export interface CellOptions {
  readonly start: () => ChildProcess;
  /** Milliseconds without a sign of life after which it stands still. */
  readonly silenceMs: number;
}

export interface Cell {
  run(trial: Trial): Promise<CellEnd>;
  stop(): void;
}

/** On a machine that is short of everything. */
const START_MS = 60_000;
const IDLE_MS = 10_000;
/** Our own standing still is none of the cell's: only moments at which we looked count. */
const LOOKS = 10;

interface Life {
  readonly child: ChildProcess;
  /** Whether it came up. */
  readonly ready: Promise<boolean>;
  readonly inHand: Map<number, (end: CellEnd) => void>;
  gone: boolean;
}

/** Starts the process with the first trial, and lets it go once there are none for a while. */
export function createCell({ start, silenceMs }: CellOptions): Cell {
  let life: Life | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isStopped = false;
  let number = 0;

  function begin(): Life {
    const child = start();
    const { promise: ready, resolve: setReady } = Promise.withResolvers<boolean>();
    const begun: Life = { child, ready, inHand: new Map(), gone: false };
    const starting = setTimeout(() => child.kill("SIGKILL"), START_MS);
    let silentLooks = 0;
    let looking: NodeJS.Timeout | undefined;
    child.on("message", (message) => {
      const said = fromCell.parse(message);
      silentLooks = 0;
      if (said.kind === "ended") ended(begun, said.number, said.end);
      if (said.kind !== "ready") return;
      clearTimeout(starting);
      looking = setInterval(() => {
        silentLooks += 1;
        if (silentLooks > LOOKS) child.kill("SIGKILL");
      }, silenceMs / LOOKS);
      setReady(true);
    });
    const over = (): void => {
      clearTimeout(starting);
      clearInterval(looking);
      setReady(false);
      begun.gone = true;
      if (life === begun) life = undefined;
      const alone = begun.inHand.size === 1;
      for (const end of begun.inHand.values()) end(isStopped ? { kind: "stopped" } : { kind: "fell", alone });
    };
    child.once("exit", over);
    child.once("error", over);
    return begun;
  }

  function ended(of: Life, trial: number, end: TrialEnd): void {
    of.inHand.get(trial)?.(end);
    of.inHand.delete(trial);
    if (of.inHand.size > 0 || life !== of) return;
    idle = setTimeout(leave, IDLE_MS);
  }

  function leave(): void {
    const { child } = life ?? {};
    life = undefined;
    if (child?.connected) child.disconnect();
  }

  return {
    async run(trial) {
      clearTimeout(idle);
      if (isStopped) return { kind: "stopped" };
      life ??= begin();
      const { child, ready, inHand } = life;
      const mine = life;
      if (!(await ready) || mine.gone) return { kind: isStopped ? "stopped" : "not_started" };
      number += 1;
      const message: ToCell = { number, ...trial };
      return await new Promise<CellEnd>((resolve) => {
        inHand.set(message.number, resolve);
        // What could not be sent has an end of the process behind it, which is seen.
        child.send(message, () => {});
      });
    },

    stop() {
      isStopped = true;
      clearTimeout(idle);
      life?.child.kill("SIGKILL");
    },
  };
}
