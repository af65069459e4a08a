/** A notification that breaks off in the midst of its body was BookingBug's, and nobody else tells of it. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createBrokenOff } from "../../src/receiver/broken-off.ts";
import { basic } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { PAIR, startEdge } from "./edge.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());

it("is counted and in the log, with where it was posted to and nothing of what came [V8]", async () => {
  const counted: string[] = [];
  const lines: string[] = [];
  const write = (detail: object, message: string): void => void lines.push(JSON.stringify({ ...detail, message }));
  const onBrokenOff = createBrokenOff({
    counters: { count: (_scope, event) => void counted.push(event) },
    log: { debug: write, info: write, warn: write, error: write },
  });
  const edge = await startEdge(server.url, { onBrokenOff });
  for (let times = 0; times < 2; times += 1) {
    const socket = connect(Number(new URL(edge.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      `POST /notifications/updates HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${basic(PAIR)}\r\nContent-Length: 5000\r\n\r\n{"id":1,"name":"Ada`,
    );
    socket.end();
    await eventually(() => expect(counted).toHaveLength(times + 1));
  }
  expect(counted).toEqual(["broken_off", "broken_off"]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("/notifications/updates");
  expect(lines[0]).not.toContain("Ada");
  await edge.close();
});
