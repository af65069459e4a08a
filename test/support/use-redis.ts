/** A redis-server and a client of it, for the tests of one file. */
import { afterAll, beforeAll } from "@jest/globals";
import { Redis } from "ioredis";
import { startTestRedis, type TestRedis } from "./redis.ts";

/** @returns what gives the client once the tests run */
export function useRedis(): () => Redis {
  let server: TestRedis;
  let client: Redis;
  beforeAll(async () => {
    server = await startTestRedis();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });
  return () => client;
}
