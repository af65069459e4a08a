/** A redis-server process that answers, and that can be killed. */
import { spawn } from "node:child_process";
import { Redis } from "ioredis";
import { endsWithUs } from "./children.ts";

/** When the append-only file is brought to the disk; `none`: there is no such file. */
export type Fsync = "none" | "always" | "everysec";

export interface RedisServer {
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

const PERSISTENCE: Readonly<Record<Fsync, readonly string[]>> = {
  none: ["--appendonly", "no"],
  always: ["--appendonly", "yes", "--appendfsync", "always"],
  everysec: ["--appendonly", "yes", "--appendfsync", "everysec"],
};

/** @param address the socket or the port on which it answers, as `args` say it */
export async function startRedisServer(
  fsync: Fsync,
  args: readonly string[],
  address: string | number,
): Promise<RedisServer> {
  const all = [...args, "--save", "", ...PERSISTENCE[fsync]];
  const server = endsWithUs(spawn("redis-server", all, { stdio: "ignore" }));
  const options = { retryStrategy: () => 20, maxRetriesPerRequest: null };
  const client = typeof address === "string" ? new Redis(address, options) : new Redis(address, options);
  client.on("error", () => {});
  await client.ping();
  client.disconnect();
  return {
    async kill() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await ended;
    },
  };
}
