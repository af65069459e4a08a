import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { sample } from "../support/payloads.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Edge, post, startEdge } from "./edge.ts";

let server: TestRedis;
let edge: Edge;

beforeAll(async () => {
  server = await startTestRedis();
  edge = await startEdge(server.url);
});
afterAll(async () => {
  await edge.close();
  await server.stop();
});

it("a Redis without room promises nothing: 503 with Retry-After, and 202 once there is room again [A5]", async () => {
  const body = JSON.stringify(sample("purchase-created"));
  await edge.redis.config("SET", "maxmemory", "1");
  const refused = await post(edge, "/notifications/bookings", body);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("5");
  await edge.redis.config("SET", "maxmemory", "0");
  expect((await post(edge, "/notifications/bookings", body)).status).toBe(202);
});
