import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { type Edge, post, receiptSchema, startEdge, stored } from "./edge.ts";

let server: TestRedis;
let edge: Edge;
const sample = await readFile("test/samples/purchase-created.json", "utf8");
const LONE = JSON.stringify({ id: 7, datetime: "2026-11-24T10:00:00+00:00", duration: 30 });

beforeEach(async () => {
  server = await startTestRedis({ fsync: "always" });
  edge = await startEdge(server.url);
});
afterEach(async () => {
  await edge.close();
  await server.stop();
});

describe("while Redis is away", () => {
  it("answers 503 with Retry-After in time, look-up, storing and quarantine alike, however many come [A5]", async () => {
    await post(edge, "/notifications/bookings", sample);
    await server.kill();
    const late = async (body: string, afterMs: number) => {
      await sleep(afterMs);
      const sent = Date.now();
      const response = await post(edge, "/notifications/bookings", body);
      return { response, ms: Date.now() - sent };
    };
    const answers = await Promise.all([late(sample, 0), late(LONE, 0), late("no JSON", 0), late(sample, 700)]);
    for (const { response, ms } of answers) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(ms).toBeLessThan(5_000);
    }
    await server.restart();
    expect((await post(edge, "/notifications/bookings", sample)).status).toBe(202);
  });

  it("waits out a short outage, so that the sender never learns of it [A5]", async () => {
    await server.kill();
    const sending = Array.from({ length: 50 }, () => post(edge, "/notifications/bookings", sample));
    await sleep(2_500);
    await server.restart();
    const statuses = new Set((await Promise.all(sending)).map((response) => response.status));
    expect([...statuses]).toEqual([202]);
  });

  it("has everything it acknowledged when Redis is killed under load [A1]", async () => {
    const accepted: string[] = [];
    const statuses = new Set<number>();
    let going = true;
    const sender = async (): Promise<void> => {
      while (going) {
        const response = await post(edge, "/notifications/bookings", sample);
        statuses.add(response.status);
        const receipt: unknown = await response.json();
        if (response.status === 202) accepted.push(receiptSchema.parse(receipt).deliveryId);
      }
    };
    const senders = Array.from({ length: 20 }, sender);
    await sleep(200);
    await server.kill();
    await sleep(300);
    await server.restart();
    await sleep(500);
    going = false;
    await Promise.all(senders);
    expect([...statuses]).toEqual([202]);
    const kept = new Set((await edge.inbox.read("11610441", 0)).map((arrival) => arrival.deliveryId));
    expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
    expect((await stored(edge, "11610441")).length).toBeGreaterThanOrEqual(accepted.length);
  });
});
