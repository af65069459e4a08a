import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import express, { type RequestHandler } from "express";
import type { Inbox } from "../../src/inbox/inbox.ts";
import { createReceiver } from "../../src/receiver/router.ts";

const ignore = (): void => {};

/** @param store what Redis does with a notification */
async function startReceiver(store: () => Promise<boolean>, maxUnderWay: number, authenticate: RequestHandler) {
  const inbox = { storeIfNobodyIsForgotten: store, purchaseOfBooking: async () => undefined };
  const app = express().use(
    createReceiver({
      suppression: { wanted: async (items) => [...items] },
      authenticate,
      inbox: inbox as Partial<Inbox> as Inbox,
      quarantine: { put: async () => 0 },
      enqueuer: { soon: ignore, flush: async () => {} },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      maxBodyBytes: 1_000,
      maxUnderWay,
    }),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications/bookings`;
  return {
    url,
    post: (): Promise<Response> => fetch(url, { method: "POST", body: '{"id":1,"_embedded":{}}' }),
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("a receiver with more under way than it has room for", () => {
  it("asks the next sender to come again, and takes notifications once there is room", async () => {
    const waiting: (() => void)[] = [];
    const held = (): Promise<boolean> => new Promise((resolve) => void waiting.push(() => resolve(true)));
    const receiver = await startReceiver(held, 2, (_request, _response, next) => next());

    const first = [receiver.post(), receiver.post()];
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const refused = await receiver.post();
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    for (const release of waiting.splice(0)) release();
    expect((await Promise.all(first)).map((response) => response.status)).toEqual([202, 202]);
    const later = receiver.post();
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve));
    for (const release of waiting.splice(0)) release();
    expect((await later).status).toBe(202);
    receiver.close();
  });

  it("keeps no room for who hung up while the sign-in was looked at", async () => {
    const gone: (() => void)[] = [];
    let isFirst = true;
    const receiver = await startReceiver(
      async () => true,
      1,
      (request, _response, next) => {
        if (!isFirst) return next();
        isFirst = false;
        request.once("close", () => {
          next();
          for (const tell of gone) tell();
        });
        sending.destroy();
      },
    );
    const seen = new Promise<void>((resolve) => void gone.push(resolve));
    const sending = send(receiver.url, { method: "POST", headers: { "content-length": "100" } });
    sending.on("error", ignore).flushHeaders();
    await seen;
    await new Promise((resolve) => setImmediate(resolve));
    expect((await receiver.post()).status).toBe(202);
    receiver.close();
  });
});
