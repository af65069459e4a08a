/** Redis stored a delivery, and its answer was lost on the way: the receiver stores it again, after a newer one. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type Edge, post, startEdge } from "../receiver/edge.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type RedisProxy, startRedisProxy } from "../support/redis-proxy.ts";

let server: TestRedis;
let proxy: RedisProxy;
let behindProxy: Edge;
let edge: Edge;
beforeEach(async () => {
  server = await startTestRedis();
  proxy = await startRedisProxy(server.url);
  [behindProxy, edge] = await Promise.all([startEdge(proxy.url), startEdge(server.url)]);
});
afterEach(async () => {
  await Promise.all([behindProxy.close(), edge.close()]);
  proxy.close();
  await server.stop();
});

const saying = (id: number, what: string): string =>
  JSON.stringify({ id, purchase_id: id, datetime: "2036-03-10T11:00:00+00:00", duration: 30, service_name: what });

it("keeps the place it had, and counts once [A3] [O1]", async () => {
  // Redis knows the script by now, so that the answer that is lost is that of having stored.
  await post(behindProxy, "/notifications/bookings", saying(1, "before"));
  const lost = proxy.loseReplyTo(":inbox:7");
  const older = post(behindProxy, "/notifications/bookings", saying(7, "older"));
  await lost;
  expect((await post(edge, "/notifications/bookings", saying(7, "newer"))).status).toBe(202);
  proxy.resume();
  expect((await older).status).toBe(202);
  const arrivals = await edge.inbox.read("7", 0);
  expect(arrivals.map(({ body }) => JSON.parse(body).service_name)).toEqual(["older", "newer"]);
});
