/** The real processes, started as a deployment starts them, so that they can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "./children.ts";

export interface RealProcess {
  /** As `kill -9`. */
  kill(): void;
  /** Resolves when it does its work, or has ended before it came to that; needs a log of level `info`. */
  readonly up: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly child: ChildProcess;
}

/** What each says when it has started. */
const IS_UP = /receiving notifications|bringing CRMs up to date/;

/** @param entry such as `src/worker.ts` */
export function startProcess(entry: string, env: Readonly<Record<string, string>>): RealProcess {
  const child = endsWithUs(
    spawn(process.execPath, [entry], {
      cwd: ROOT,
      env: { ...CHILD_ENVIRONMENT, ...env },
      stdio: ["ignore", "pipe", process.env.SHOW_PROCESSES ? "inherit" : "ignore"],
    }),
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const said = new Promise<void>((resolve) => {
    let text = "";
    // Goes on reading for ever, lest a full pipe hold the process.
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text = text.slice(-1_000) + more;
      if (IS_UP.test(text)) resolve();
    });
  });
  return { child, ended, up: Promise.race([said, ended]), kill: () => child.kill("SIGKILL") };
}
