/** A real connection in front of Redis on which one reply gets lost: the command is carried out, its answer never comes. */
import { connect, createServer, type Socket } from "node:net";

export interface RedisProxy {
  readonly url: string;
  /**
   * Of the next command whose text has this, what Redis answers is dropped and the connection closed; resolves then. Who
   * connects again is kept waiting until `resume`.
   */
  loseReplyTo(text: string): Promise<void>;
  resume(): void;
  close(): void;
}

/** @param socketPath where the server listens */
export async function startRedisProxy(socketPath: string): Promise<RedisProxy> {
  const open = new Set<Socket>();
  let doomed: { readonly text: string; readonly lost: () => void } | undefined;

  let passes = Promise.resolve();
  let resume = (): void => {};

  const server = createServer({ pauseOnConnect: true }, async (client) => {
    open.add(client);
    client.on("error", () => {});
    await passes;
    const redis = connect(socketPath);
    let losing: (() => void) | undefined;
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on("error", () => {}).on("close", () => open.delete(socket));
    }
    client.on("data", (sent) => {
      if (doomed !== undefined && sent.includes(doomed.text)) {
        losing = doomed.lost;
        doomed = undefined;
      }
      redis.write(sent);
    });
    redis.on("data", (answer) => {
      if (losing === undefined) {
        client.write(answer);
        return;
      }
      passes = new Promise((resolve) => {
        resume = resolve;
      });
      client.destroy();
      redis.destroy();
      losing();
    });
    client.on("close", () => redis.destroy()).resume();
    redis.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");

  return {
    url: `redis://127.0.0.1:${address.port}`,
    loseReplyTo: (text) =>
      new Promise((lost) => {
        doomed = { text, lost };
      }),
    resume: () => resume(),
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
