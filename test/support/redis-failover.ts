/** A primary that a replica follows, at one address, as hosts offer it: when the primary dies, the replica takes over. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { type Forwarder, startForwarder } from "./forwarder.ts";
import { freePorts } from "./ports.ts";
import { type Fsync, type RedisServer, startRedisServer } from "./redis-server.ts";

export interface FailoverRedis {
  /** Stays the same. */
  readonly url: string;
  /** Ends the primary as `kill -9` does; after `awayMs` the replica takes its place, and has a replica itself. */
  failOver(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Node {
  readonly server: RedisServer;
  readonly port: number;
}

/** @param lagMs how long the line to the replica takes: what the primary has acknowledged and not yet sent is lost with it */
export async function startFailoverRedis(fsync: Fsync, lagMs: number): Promise<FailoverRedis> {
  const dir = await mkdtemp(join(tmpdir(), "redis-"));
  const lines: Forwarder[] = [];
  const nodes: Node[] = [];

  async function startNode(follows: Node | undefined): Promise<Node> {
    const [port = 0] = await freePorts(1);
    const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--appenddirname", `of-${port}`];
    const server = await startRedisServer(fsync, [...own, "--repl-diskless-sync-delay", "0"], port);
    const node = { server, port };
    nodes.push(node);
    if (follows !== undefined) await follow(node, follows);
    return node;
  }

  async function follow(node: Node, primary: Node): Promise<void> {
    const line = await startForwarder(primary.port, lagMs);
    lines.push(line);
    await asked(node, async (redis) => {
      await redis.replicaof("127.0.0.1", line.port);
      await eventually(async () => {
        const state = await redis.info("replication");
        if (!state.includes("master_link_status:up")) throw new Error("the replica is not in step");
      });
    });
  }

  let primary = await startNode(undefined);
  let replica = await startNode(primary);
  const address = await startForwarder(primary.port);

  return {
    url: `redis://127.0.0.1:${address.port}`,
    async failOver(awayMs) {
      await primary.server.kill();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      await asked(replica, (redis) => redis.replicaof("NO", "ONE"));
      primary = replica;
      address.redirect(primary.port);
      replica = await startNode(primary);
    },
    async stop() {
      address.close();
      for (const line of lines) line.close();
      await Promise.all(nodes.map(({ server }) => server.kill()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function asked(node: Node, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(node.port, "127.0.0.1");
  redis.on("error", () => {});
  await work(redis);
  redis.disconnect();
}
