/** The processes of a chaos run, and who kills them: again and again, but nothing that has not been of use since its start. */
import { setTimeout as sleep } from "node:timers/promises";
import { type RealProcess, startProcess } from "../test/support/processes.ts";

export interface KillOptions {
  readonly workers: number;
  /** How long a worker, the web process or Redis is up before it is killed; never when undefined. */
  readonly killWorkerAfterMs: number | undefined;
  readonly killWebAfterMs: number | undefined;
  readonly killRedisAfterMs: number | undefined;
  /** The killing goes on until each kind of kill has happened this often. */
  readonly minKills: number;
}

export interface Kills {
  worker: number;
  web: number;
  redis: number;
}

/** How far the senders are. */
export interface Progress {
  acknowledged: number;
  isOver: boolean;
}

export interface Fleet {
  readonly kills: Kills;
  /** Resolves when all of it is up. */
  start(): Promise<void>;
  killedEnough(): boolean;
  /** Resolves when what was killed last is up again. */
  stopKilling(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 20;

/** @param crashRedis resolves when there is a Redis again */
export function createFleet(
  options: KillOptions,
  crashRedis: () => Promise<void>,
  env: Record<string, string>,
  progress: Progress,
): Fleet {
  const kills: Kills = { worker: 0, web: 0, redis: 0 };
  const stopping = new AbortController();
  const { signal } = stopping;
  const killers: Promise<void>[] = [];
  let workers: RealProcess[] = [];
  let web: RealProcess | undefined;

  /** A notification has come in since it was started, if any is still to come. */
  async function hasServed(): Promise<void> {
    const before = progress.acknowledged;
    while (progress.acknowledged === before && !progress.isOver && !signal.aborted) await sleep(LOOK_MS);
  }

  /** @param restart kills it and resolves when it is up again */
  function keepKilling(what: keyof Kills, afterMs: number | undefined, restart: () => Promise<void>): void {
    if (afterMs === undefined) return;
    const killer = async (): Promise<void> => {
      for (;;) {
        await Promise.all([hasServed(), sleep(afterMs, undefined, { signal }).catch(() => {})]);
        if (signal.aborted) return;
        kills[what] += 1;
        await restart();
      }
    };
    const killing = killer();
    // It is waited for in the end; until then nobody listens.
    killing.catch(() => {});
    killers.push(killing);
  }

  async function restartWorker(): Promise<void> {
    const [oldest, ...others] = workers;
    const next = startProcess("src/worker.ts", env);
    workers = [...others, next];
    oldest?.kill();
    await next.up;
  }

  async function restartWeb(): Promise<void> {
    web?.kill();
    // Else the new one may find the port taken.
    await web?.ended;
    web = startProcess("src/web.ts", env);
    await web.up;
  }

  return {
    kills,
    async start() {
      web = startProcess("src/web.ts", env);
      workers = Array.from({ length: options.workers }, () => startProcess("src/worker.ts", env));
      await Promise.all([web, ...workers].map(({ up }) => up));
      keepKilling("worker", options.killWorkerAfterMs, restartWorker);
      keepKilling("web", options.killWebAfterMs, restartWeb);
      keepKilling("redis", options.killRedisAfterMs, crashRedis);
    },
    killedEnough() {
      const wanted = [
        [options.killWorkerAfterMs, kills.worker],
        [options.killWebAfterMs, kills.web],
        [options.killRedisAfterMs, kills.redis],
      ] as const;
      return wanted.every(([afterMs, count]) => afterMs === undefined || count >= options.minKills);
    },
    async stopKilling() {
      stopping.abort();
      await Promise.all(killers);
    },
    async stop() {
      stopping.abort();
      // The run has failed already where one of them has.
      await Promise.allSettled(killers);
      const all = web === undefined ? workers : [...workers, web];
      for (const one of all) one.kill();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
