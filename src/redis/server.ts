/** A redis-server process: how ours is started, and whether one answers. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS = 10_000;
const PROBE_MS = 1_000;
const POLL_MS = 30;
const LOG_FILE = "redis.log";

/** `busy`: it lives, and is still reading its data or otherwise slow to answer. */
export type RedisState = "absent" | "busy" | "ready";

export interface StartedServer {
  /** Why it ended, once it has ended by itself: it takes connections before it has read its data. */
  failure(): Promise<Error> | undefined;
}

/**
 * Starts a server that outlives this process, and waits until it takes connections.
 *
 * @param dir where its data and its log are kept
 * @param socket path of the unix socket it listens on; it has no port
 * @throws Error saying what to do
 */
export async function spawnRedisServer(dir: string, socket: string): Promise<StartedServer> {
  const server = spawn("redis-server", serverArguments(dir, socket), {
    stdio: "ignore",
    // A group of its own: Ctrl-C in the terminal must reach us first, so that we can finish with Redis still there.
    detached: true,
  });
  server.unref();
  let failure: Promise<Error> | undefined;
  server.once("error", (error) => {
    failure = Promise.resolve(explainSpawnError(error));
  });
  server.once("exit", () => {
    failure = explainExit(dir);
  });
  const deadline = Date.now() + START_MS;
  while ((await probeRedis(socket)) === "absent") {
    if (failure !== undefined) throw await failure;
    if (Date.now() > deadline) {
      server.kill("SIGKILL");
      throw new Error(`redis-server did not answer within ${START_MS / 1000} s; see ${join(dir, LOG_FILE)}.`);
    }
    await sleep(POLL_MS);
  }
  return { failure: () => failure };
}

function serverArguments(dir: string, socket: string): string[] {
  const settings = {
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    dir,
    logfile: LOG_FILE,
    save: "",
    appendonly: "yes",
    // Synced to the disk before Redis answers, so that what we acknowledged survives a power cut. One sync serves all
    // that arrived together; `everysec` would be faster and could lose the last second.
    appendfsync: "always",
    "maxmemory-policy": "noeviction",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Asks with the bare protocol, since a client library hides the difference that matters: nobody listening, or somebody
 * too busy to answer.
 */
export function probeRedis(socket: string): Promise<RedisState> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const settle = (state: RedisState): void => {
      connection.destroy();
      resolve(state);
    };
    connection.setTimeout(PROBE_MS, () => settle("busy"));
    connection.once("connect", () => connection.write("PING\r\n"));
    connection.once("data", (answer) => settle(answer.toString("latin1").startsWith("+PONG") ? "ready" : "busy"));
    connection.once("error", (error) => settle(isNobody(error) ? "absent" : "busy"));
    connection.once("end", () => settle("busy"));
  });
}

function isNobody(error: Error): boolean {
  return "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED");
}

function explainSpawnError(error: Error): Error {
  if ("code" in error && error.code === "ENOENT") {
    return new Error("redis-server is not installed; run bin/setup, or set REDIS_URL.");
  }
  return new Error(`redis-server cannot be started: ${error.message}`);
}

async function explainExit(dir: string): Promise<Error> {
  const log = await readFile(join(dir, LOG_FILE), "utf8").catch(() => "");
  const last = log.trimEnd().split("\n").at(-1);
  return new Error(`redis-server ended at start; see ${join(dir, LOG_FILE)}${last ? `: ${last}` : ""}`);
}
