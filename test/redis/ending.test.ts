/** Connections end although Redis is away, so that a process that is told to stop does. */
import { once } from "node:events";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Worker } from "bullmq";
import { createRedis, type RedisClient } from "../../src/redis/client.ts";
import { closeWorker } from "../../src/redis/close-worker.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis } from "../support/redis.ts";

let clients: RedisClient[] = [];
afterEach(() => {
  for (const client of clients) client.disconnect();
  clients = [];
});

async function connected(url: string): Promise<RedisClient> {
  const client = createRedis({ url, verifyTls: true }, "worker", () => {});
  clients.push(client);
  await client.ping();
  return client;
}

const waits = async (client: RedisClient): Promise<void> =>
  await eventually(async () => expect(client.status).toBe("reconnecting"));

describe("while Redis is away [E10]", () => {
  it("a client that waits for its next try ends once it is told to, and so does one made like it", async () => {
    const server = await startTestRedis();
    const client = await connected(server.url);
    const like = (client as Exclude<RedisClient, { nodes: unknown }>).duplicate();
    clients.push(like);
    await like.ping();
    await server.stop();
    for (const one of [client, like]) {
      await waits(one);
      const ended = once(one, "end");
      one.disconnect();
      await ended;
      expect(one.status).toBe("end");
    }
  });

  it("a worker whose Redis is away closes", async () => {
    const server = await startTestRedis();
    const client = await connected(server.url);
    const worker = new Worker("bookings", async () => {}, { connection: client });
    worker.on("error", () => {});
    await worker.waitUntilReady();
    await server.stop();
    await waits(client);
    await closeWorker(worker, 60_000);
    expect(worker.closing).toBeDefined();
  });

  it("a worker that does not close is waited for no longer than the grace", async () => {
    let closings = 0;
    const stuck = {
      close: () => {
        closings += 1;
        return new Promise<void>(() => {});
      },
    };
    await closeWorker(stuck, 10);
    expect(closings).toBe(1);
  });
});
