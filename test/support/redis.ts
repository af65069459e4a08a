/** A real redis-server of the test's own, on a private unix socket, that can be killed and started again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fsync, startRedisServer } from "./redis-server.ts";

export interface TestRedis {
  readonly url: string;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Starts the server again on the same socket and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.fsync with an append-only file a killed server comes back with its data */
export async function startTestRedis(options: { fsync?: Fsync } = {}): Promise<TestRedis> {
  const dir = await mkdtemp(join(tmpdir(), "redis-"));
  const socket = join(dir, "s");
  const start = () =>
    startRedisServer(options.fsync ?? "none", ["--port", "0", "--unixsocket", socket, "--dir", dir], socket);
  let server = await start();
  return {
    url: socket,
    kill: () => server.kill(),
    async restart() {
      server = await start();
    },
    async stop() {
      await server.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
