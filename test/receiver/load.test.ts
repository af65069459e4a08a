import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import express from "express";
import type { Inbox } from "../../src/inbox/inbox.ts";
import { createReceiver } from "../../src/receiver/router.ts";

describe("a receiver with more under way than it has room for", () => {
  it("asks the next sender to come again, and takes notifications once there is room", async () => {
    const waiting: (() => void)[] = [];
    const held = (): Promise<boolean> => new Promise((resolve) => void waiting.push(() => resolve(true)));
    const inbox = { storeIfNobodyIsForgotten: held, purchaseOfBooking: async () => undefined };
    const ignore = (): void => {};
    const app = express().use(
      createReceiver({
        suppression: { wanted: async (items) => [...items] },
        authenticate: (_request, _response, next) => next(),
        inbox: inbox as Partial<Inbox> as Inbox,
        quarantine: { put: async () => 0 },
        enqueuer: { soon: ignore, flush: async () => {} },
        log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
        maxBodyBytes: 1_000,
        maxUnderWay: 2,
      }),
    );
    const server = createServer(app).listen(0, "127.0.0.1");
    const url = await new Promise<string>((resolve) => {
      server.once("listening", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
    const send = (): Promise<Response> =>
      fetch(`${url}/notifications/bookings`, { method: "POST", body: '{"id":1,"_embedded":{}}' });

    const first = [send(), send()];
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const refused = await send();
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    for (const release of waiting.splice(0)) release();
    expect((await Promise.all(first)).map((response) => response.status)).toEqual([202, 202]);
    const later = send();
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve));
    for (const release of waiting.splice(0)) release();
    expect((await later).status).toBe(202);
    server.closeAllConnections();
    server.close();
  });
});
