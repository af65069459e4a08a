/** The real processes, started as a deployment starts them, so that they can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface RealProcess {
  /** As `kill -9`; starts a new one at once when it was meant to be kept up. */
  kill(): void;
  /** As a platform ends a dyno. @returns milliseconds until it had ended */
  terminate(): Promise<number>;
  readonly child: ChildProcess;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** @param entry such as `src/worker.ts` */
export function startProcess(entry: string, env: Readonly<Record<string, string>>): RealProcess {
  const child = spawn(process.execPath, [entry], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", process.env.SHOW_PROCESSES ? "inherit" : "ignore"],
  });
  return {
    child,
    kill: () => child.kill("SIGKILL"),
    async terminate() {
      if (child.exitCode !== null || child.signalCode !== null) return 0;
      const start = Date.now();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      return Date.now() - start;
    },
  };
}
