/** A real redis-server of the test's own, on a private unix socket, that can be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { endsWithUs } from "./children.ts";

export interface TestRedis {
  readonly url: string;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Starts the server again on the same socket and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.appendOnly keep an append-only file, so that a killed server comes back with its data */
export async function startTestRedis(options: { appendOnly?: boolean } = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), "redis-"));
  const socket = join(dir, "s");
  const persistence = options.appendOnly ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  let server: ChildProcess;

  async function start(): Promise<void> {
    const args = ["--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", ...persistence];
    server = endsWithUs(spawn("redis-server", args, { stdio: "ignore" }));
    const client = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => {});
    await client.ping();
    client.disconnect();
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  }

  await start();
  return {
    url: socket,
    kill: () => end("SIGKILL"),
    restart: start,
    async stop() {
      await end("SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
}
