/**
 * A Redis of our own for one machine: a `redis-server` child on a private socket, without a TCP port. Processes beside
 * each other share it: the first to need it starts it, any of them starts it again when it dies, the last to leave
 * ends it.
 */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { withFileLock } from "./file-lock.ts";
import { probeRedis, type StartedServer, spawnRedisServer } from "./server.ts";

export interface EmbeddedRedis {
  /** Path of the socket; goes where a Redis URL goes. */
  readonly url: string;
  /** Leaves the server to whoever else uses it; ends it when nobody does. */
  stop(): Promise<void>;
}

/** The operating system allows about a hundred characters for a socket's path. */
const MAX_SOCKET_PATH = 100;
/** A large append-only file takes seconds to load, and the server answers "loading" meanwhile. */
const READY_MS = 60_000;
/** A server whose disk is full refuses to end; it is left as it is then. */
const END_MS = 10_000;
const POLL_MS = 30;
/** From the end of a server's connections to its own. */
const EXIT_MS = 2_000;
const REVIVE_MS = 500;
/** Name of the connection by which a process shows that it uses the server. */
const USER_NAME = "crm-sync-user";

interface Site {
  readonly dir: string;
  readonly socket: string;
  readonly lock: string;
}

/**
 * Attaches to the server of this folder, starting it if need be.
 *
 * @param dataDir where the append-only file and the socket are kept
 * @throws Error saying what to do when there is no redis-server or it does not start
 */
export async function startEmbeddedRedis(dataDir: string): Promise<EmbeddedRedis> {
  const dir = resolve(dataDir);
  await mkdir(dir, { recursive: true });
  const site: Site = { dir, socket: socketPath(dir), lock: join(dir, "redis.lock") };
  // Counted as a user before the lock is given back, lest the last of the others end the server in between.
  const { server, user } = await withFileLock(site.lock, async () => {
    const server = await ensureServer(site);
    return { server, user: await connectUser(site, server) };
  });
  try {
    await untilReady(site, server);
  } catch (error) {
    user.disconnect();
    throw error;
  }
  const guard = guardServer(site, user);
  return {
    url: site.socket,
    async stop() {
      guard.release();
      await withFileLock(site.lock, () => leave(site, user));
    },
  };
}

function socketPath(dir: string): string {
  const inside = join(dir, "redis.sock");
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside;
  return join(tmpdir(), `crm-sync-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}.sock`);
}

/** Under the lock only: a second redis-server would take the socket from the first and write to the same file. */
async function ensureServer({ dir, socket }: Site): Promise<StartedServer | undefined> {
  return (await probeRedis(socket)) === "absent" ? await spawnRedisServer(dir, socket) : undefined;
}

async function untilReady({ socket }: Site, server: StartedServer | undefined): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while ((await probeRedis(socket)) !== "ready") {
    const failure = server?.failure();
    if (failure !== undefined) throw await failure;
    if (Date.now() > deadline) throw new Error(`redis-server is not ready on ${socket} after ${READY_MS / 1000} s.`);
    await sleep(POLL_MS);
  }
}

async function connectUser({ socket }: Site, server: StartedServer | undefined): Promise<Redis> {
  const user = new Redis(socket, {
    connectionName: USER_NAME,
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: null,
    retryStrategy: () => REVIVE_MS,
    // The timer runs on even when the socket is closed already, and would keep a finished process alive.
    disconnectTimeout: 50,
  });
  // Every loss of the connection is seen by the guard.
  user.on("error", () => {});
  try {
    await user.connect();
  } catch (error) {
    user.disconnect();
    throw (await whyItEnded(server)) ?? error;
  }
  return user;
}

/** A connection breaks a moment before its server is known to have ended. */
async function whyItEnded(server: StartedServer | undefined): Promise<Error | undefined> {
  if (server === undefined) return undefined;
  const deadline = Date.now() + EXIT_MS;
  while (server.failure() === undefined && Date.now() < deadline) await sleep(POLL_MS);
  return await server.failure();
}

/** Starts the server again when it died under us. */
function guardServer(site: Site, user: Redis): { release(): void } {
  let released = false;
  let reviving = false;
  const revive = async (): Promise<void> => {
    if (released || reviving) return;
    reviving = true;
    // A server that cannot start (a full disk, say) is tried again at the next failed reconnection.
    await withFileLock(site.lock, () => ensureServer(site)).catch(() => {});
    reviving = false;
  };
  user.on("close", () => void revive());
  return {
    release() {
      released = true;
    },
  };
}

async function leave({ socket }: Site, user: Redis): Promise<void> {
  // After `quit` returns, the server no longer counts us.
  if (user.status === "ready") await user.quit().catch(() => user.disconnect());
  else user.disconnect();
  if (!(await endIfUnused(socket))) return;
  const deadline = Date.now() + END_MS;
  while ((await probeRedis(socket)) !== "absent" && Date.now() < deadline) await sleep(POLL_MS);
}

/** @returns whether the server was told to end */
async function endIfUnused(socket: string): Promise<boolean> {
  const control = new Redis(socket, { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null });
  control.on("error", () => {});
  try {
    await control.connect();
    const clients = String(await control.client("LIST"));
    if (clients.includes(` name=${USER_NAME} `)) {
      control.disconnect();
      return false;
    }
    // It closes the connection instead of answering.
    await control.shutdown().catch(() => {});
    return true;
  } catch {
    return false;
  }
}
