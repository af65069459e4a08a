/**
 * A Redis of our own for trying things out: a `redis-server` child on a private socket, with an append-only file, so
 * that even a trial keeps what it acknowledged. Processes started beside each other share the one that came first.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

export interface EmbeddedRedis {
  /** Path of the socket; goes where a Redis URL goes. */
  readonly url: string;
  /** Ends the server if this process started it. */
  stop(): Promise<void>;
}

/** The operating system allows about a hundred characters for a socket's path. */
const MAX_SOCKET_PATH = 100;
const START_MS = 10_000;

/**
 * @param dataDir where the append-only file and the socket are kept
 * @throws Error saying what to install when there is no redis-server
 */
export async function startEmbeddedRedis(dataDir: string): Promise<EmbeddedRedis> {
  const dir = resolve(dataDir);
  await mkdir(dir, { recursive: true });
  const url = socketPath(dir);
  if (await answers(url)) return { url, stop: async () => {} };

  const args = ["--port", "0", "--unixsocket", url, "--unixsocketperm", "700", "--dir", dir, "--save", ""];
  const server = spawn(
    "redis-server",
    [...args, "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"],
    // A group of its own: Ctrl-C in the terminal must reach us first, so that we can finish with Redis still there.
    { stdio: "ignore", detached: true },
  );
  const failure = new Promise<never>((_resolve, reject) => {
    server.once("error", () => reject(new Error("redis-server is not installed; run bin/setup, or set REDIS_URL.")));
    server.once("exit", (code) => reject(new Error(`redis-server ended at start (exit code ${code}) in ${dir}.`)));
  });
  failure.catch(() => {});
  await Promise.race([untilAnswers(url), failure]);
  return { url, stop: () => end(server) };
}

function socketPath(dir: string): string {
  const inside = join(dir, "redis.sock");
  if (inside.length <= MAX_SOCKET_PATH) return inside;
  return join(tmpdir(), `crm-sync-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}.sock`);
}

async function untilAnswers(url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (Date.now() > deadline) throw new Error(`redis-server did not answer on ${url} within ${START_MS / 1000} s.`);
    await sleep(30);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
}
