/** Who may post notifications, and whose word on where they come from counts [E1]. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { basic } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { ADMIN, type Edge, NEXT_PAIR, PAIR, post, quarantine, startEdge } from "./edge.ts";

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

async function statusWith(authorization: string): Promise<number> {
  return (await post(edge, "/notifications/bookings", "{}", { Authorization: authorization })).status;
}

describe("authentication of notifications", () => {
  it.each([
    ["the first pair, colons in its password and all", PAIR],
    ["the second pair, while credentials are rotated", NEXT_PAIR],
  ])("accepts %s", async (_what, pair) => {
    expect(await statusWith(basic(pair))).toBe(422);
  });

  it("accepts a password with letters beyond ASCII however they are written", async () => {
    const { username, password } = NEXT_PAIR;
    const latin1 = Buffer.from(`${username}:${password}`, "latin1").toString("base64");
    expect(await statusWith(`Basic ${latin1}`)).toBe(422);
  });

  it("does not mind the case of the scheme", async () => {
    expect(await statusWith(basic(PAIR).replace("Basic", "bAsIc"))).toBe(422);
  });

  it.each([
    ["a wrong password", basic({ ...PAIR, password: "wrong" })],
    ["a password cut at its first colon", basic({ ...PAIR, password: "s3cret" })],
    ["one pair's name with the other's password", basic({ ...PAIR, password: NEXT_PAIR.password })],
    ["the dashboard's credentials", basic(ADMIN)],
    ["nothing after the scheme", "Basic"],
    ["blanks after the scheme", "Basic  "],
    ["no base64", "Basic ���".replaceAll("�", "~")],
    ["no colon", `Basic ${Buffer.from("bookingbug").toString("base64")}`],
    ["an empty name and password", `Basic ${Buffer.from(":").toString("base64")}`],
    ["another scheme", "Bearer abc"],
    ["a very long header", `Basic ${"A".repeat(8_000)}`],
  ])("refuses %s with 401 and a challenge", async (_what, authorization) => {
    const response = await post(edge, "/notifications/bookings", "{}", { Authorization: authorization });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="notifications"/);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 401, title: "Unauthorized" });
  });

  it("refuses a request without credentials before any of its body has arrived, and keeps nothing", async () => {
    const before = (await quarantine(edge)).length;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${edge.url}/notifications/bookings`, {
        method: "POST",
        headers: { "Content-Length": "1000" },
        timeout: 10_000,
      });
      sending.on("timeout", () => sending.destroy(new Error("not answered")));
      sending.on("response", (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on("error", reject);
      sending.flushHeaders();
    });
    expect(status).toBe(401);
    expect(await quarantine(edge)).toHaveLength(before);
  });

  it.each([
    ["nobody, where no proxy is trusted,", 0, "127.0.0.1"],
    ["the proxy that is trusted, and not what was said to it,", 1, "198.51.100.7"],
  ])("believes %s about where a refused request came from", async (_who, trustedProxies, address) => {
    const refused: string[] = [];
    const behind = await startEdge(server.url, { trustedProxies, onRefused: (from) => void refused.push(from) });
    const forwarded = { "X-Forwarded-For": "203.0.113.9, 198.51.100.7" };
    await post(behind, "/notifications/bookings", "{}", { Authorization: "", ...forwarded });
    await behind.close();
    expect(refused).toEqual([address]);
  });
});
