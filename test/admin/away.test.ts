import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import express from "express";
import { whileRedisAnswers } from "../../src/admin/away.ts";
import { createRedis, type RedisClient } from "../../src/redis/client.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

/** More than a command on the web edge's connection may take. */
const STANDSTILL_MS = 4_500;

let redisServer: TestRedis;
let redis: RedisClient;
let server: Server;

beforeEach(async () => {
  redisServer = await startTestRedis();
  redis = createRedis({ url: redisServer.url, verifyTls: true }, "edge", () => {});
  await redis.ping();
});
afterEach(async () => {
  server.close();
  redis.disconnect();
  await redisServer.stop();
});

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDSTILL_MS);
}

describe("a page of the dashboard", () => {
  it.each([
    { when: "as it is asked for", during: 1 },
    { when: "while it is made", during: 2 },
  ])("is told of no Redis that is away where its own process stood still, $when [V5]", async ({ during }) => {
    let pings = 0;
    const answered = Promise.withResolvers<void>();
    const ping = async () => {
      pings += 1;
      const pong = redis.ping();
      if (pings === during) {
        // Once the question is on its way.
        await new Promise(setImmediate);
        standStill();
      }
      await pong;
      if (pings >= during) answered.resolve();
    };
    const app = express();
    app.use((_request, response, next) => {
      response.locals.styleNonce = "n";
      next();
    });
    app.use(whileRedisAnswers(ping));
    app.get("/admin", async (_request, response) => {
      await answered.promise;
      // The look that saw it has to have made up its mind.
      await new Promise(setImmediate);
      if (!response.headersSent) response.send("the page");
    });
    server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const page = await fetch(`http://127.0.0.1:${port}/admin`, { headers: { authorization: "Basic eDp5" } });
    expect([page.status, await page.text()]).toEqual([200, "the page"]);
  });
});
