/** Those who hold connections by sending slowly, and answers that do not come [E6]. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import express from "express";
import { answerInTime, createHttpServer, HTTP_TIMES } from "../../src/http/server.ts";
import { type Edge, PAIR, post, startEdge } from "../receiver/edge.ts";
import { basic } from "../support/environment.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

/** Long after the limits of these tests, and long before what would cut off without ours. */
const LATE_MS = 10_000;
const QUICK = { headers: 600, request: 1_200, answer: 25_000, idle: 1_000, look: 50 };

let server: TestRedis;
let edge: Edge;

beforeAll(async () => {
  server = await startTestRedis();
  edge = await startEdge(server.url, {}, QUICK);
});
afterAll(async () => {
  await edge.close();
  await server.stop();
});

/** Sends a piece of a request every 50 ms. @returns what came back until the connection was closed, if it was in time */
function drip(pieces: readonly string[], to = edge): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(to.url).port), "127.0.0.1");
    const late = setTimeout(() => {
      resolve("not cut off");
      socket.destroy();
    }, LATE_MS);
    let answer = "";
    socket.setEncoding("latin1").on("data", (text) => {
      answer += text;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(late);
      resolve(answer);
    });
    void (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece);
        await sleep(50);
      }
    })();
  });
}

const head = `POST /notifications/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(PAIR)}\r\nContent-Length: 1000\r\n\r\n`;
const slowly = (text: string): string[] => Array.from({ length: 1_000 }, () => text);

describe("a sender that is too slow", () => {
  it("with its headers is cut off with a 408, however long the whole may take", async () => {
    const patient = await startEdge(server.url, {}, { ...QUICK, request: 600_000 });
    const pieces = ["POST /notifications/bookings HTTP/1.1\r\n", ...slowly("X-Slow: 1\r\n")];
    expect(await drip(pieces, patient)).toMatch(/^HTTP\/1\.1 408 /);
    await patient.close();
  });

  it("with its body is cut off, and others are served meanwhile", async () => {
    const slow = drip([head, ...slowly(" ")]);
    expect((await post(edge, "/notifications/bookings", "{}")).status).toBe(422);
    expect(await slow).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("is cut off well before Heroku's router gives up after 30 s", () => {
    expect(HTTP_TIMES.headers + HTTP_TIMES.look).toBeLessThan(30_000);
    expect(HTTP_TIMES.request + HTTP_TIMES.look).toBeLessThan(30_000);
    expect(HTTP_TIMES.answer).toBeLessThan(30_000);
  });
});

describe("a request that nothing answers", () => {
  it("is answered 503 with Retry-After", async () => {
    const app = express()
      .use(answerInTime(50))
      .use(() => {});
    const hanging = createHttpServer(app).listen(0, "127.0.0.1");
    await once(hanging, "listening");
    const response = await fetch(`http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    hanging.closeAllConnections();
    hanging.close();
  });

  it("is so wherever in the web application it hangs", async () => {
    const hanging = await startEdge(server.url, { admin: () => {}, answerMs: 50 });
    const response = await fetch(`${hanging.url}/admin`, { signal: AbortSignal.timeout(LATE_MS) });
    expect(response.status).toBe(503);
    await hanging.close();
  });
});
