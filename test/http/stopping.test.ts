/** A server that stops ends each connection with its answer: what is sent on it later would be cut off half done [E10]. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import express, { type Response } from "express";
import { closeServer, createHttpServer } from "../../src/http/server.ts";

const waiting: Response[] = [];
const app = express().use((request, response) => {
  if (request.path === "/begun") response.write("begun");
  waiting.push(response);
  app.emit("request");
});
const server = createHttpServer(app);
const sockets: Socket[] = [];

afterEach(async () => {
  waiting.length = 0;
  for (const socket of sockets.splice(0)) socket.destroy();
  if (server.listening) await closeServer(server);
});

async function ask(path: string): Promise<Socket> {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  sockets.push(socket);
  await askMore(socket, path);
  return socket;
}

async function askMore(socket: Socket, path: string): Promise<void> {
  const arrived = once(app, "request");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await arrived;
}

describe("a server that stops", () => {
  it("answers what is under way, and ends the connection with the answer", async () => {
    const socket = await ask("/");
    const closed = closeServer(server);
    waiting[0]?.end("answered");
    const said = await text(socket);
    expect(said).toMatch(/^HTTP\/1\.1 200 .*connection: close.*answered$/is);
    await closed;
  });

  it("ends a connection whose answer had begun before, once it is whole", async () => {
    const socket = await ask("/begun");
    const closed = closeServer(server);
    const start = Date.now();
    waiting[0]?.end("whole");
    expect(await text(socket)).toContain("whole");
    await closed;
    expect(Date.now() - start).toBeLessThan(2_000);
  });

  it("answers all that was asked one after the other, and ends the connection with the last", async () => {
    const socket = await ask("/");
    await askMore(socket, "/");
    const closed = closeServer(server);
    await askMore(socket, "/");
    for (const [index, response] of waiting.entries()) response.end(`answer ${index}`);
    const said = await text(socket);
    expect(said.match(/answer \d|connection: close/gi)).toEqual([
      "answer 0",
      "answer 1",
      "Connection: close",
      "answer 2",
    ]);
    await closed;
  });
});
