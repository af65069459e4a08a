/** The demo's child processes: started with a log each, watched, and ended whatever happens. */
import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const END_MS = 10_000;
const LOG_LINES = 15;

export interface Processes {
  /** @param env all that the child sees of the environment, the PATH aside: no real credentials reach a demo */
  start(name: string, entry: string, args: readonly string[], env: Readonly<Record<string, string>>): void;
  /** Rejects when a child ends by itself, with the end of its log. */
  readonly failure: Promise<never>;
  /** Ends the children, the last one started first. */
  stop(): Promise<void>;
}

/** @param root folder the children run in; @param logDir folder for their logs */
export function createProcesses(root: string, logDir: string): Processes {
  const children: ChildProcess[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let stopping = false;
  // Whatever ends us, no child is left behind.
  process.on("exit", () => {
    for (const child of children.filter(isAlive)) child.kill("SIGKILL");
  });

  return {
    failure: failed.promise,
    start(name, entry, args, env) {
      if (stopping) throw new Error("the demo is ending");
      const logFile = join(logDir, `${name}.log`);
      const log = openSync(logFile, "a");
      const child = spawn(process.execPath, [entry, ...args], {
        cwd: root,
        env: { PATH: process.env.PATH, ...env },
        stdio: ["ignore", log, log],
        // A group of its own: Ctrl-C reaches the demo alone, which then ends its children in order.
        detached: true,
      });
      child.once("exit", (code, signal) => {
        if (stopping) return;
        explain(name, code ?? signal, logFile).then(failed.reject, failed.reject);
      });
      children.push(child);
    },
    async stop() {
      stopping = true;
      for (const child of children.toReversed()) await end(child);
    },
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = sleep(END_MS, undefined, { ref: false }).then(() => child.kill("SIGKILL"));
  await Promise.race([ended, late.then(() => ended)]);
}

async function explain(name: string, how: number | string | null, logFile: string): Promise<Error> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  const tail = log.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  return new Error(`the ${name} ended (${how}). The end of its log:\n${tail}`);
}

/** @returns `wanted`, or any free port when it is taken */
export async function freePort(wanted: number): Promise<number> {
  // On some systems a port can be taken on one of these and look free on the other.
  const isFree = (await listenOnce(wanted, undefined)) && (await listenOnce(wanted, "127.0.0.1"));
  const port = isFree ? wanted : await listenOnce(0, "127.0.0.1");
  if (port === undefined) throw new Error("this machine has no free port");
  return port;
}

function listenOnce(port: number, host: string | undefined): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
