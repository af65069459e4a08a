/** One TCP address in front of servers that take turns, as a host's endpoint is; or a slow line to a server. */
import { connect, createServer, type Socket } from "node:net";

export interface Forwarder {
  readonly port: number;
  /** Who connects from now on comes to that port. Who is connected loses the connection. */
  redirect(port: number): void;
  close(): void;
}

/** @param delayMs what either side says reaches the other that much later, or never when the sender has died meanwhile */
export async function startForwarder(to: number, delayMs = 0): Promise<Forwarder> {
  let target = to;
  const open = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    join(client, upstream);
    join(upstream, client);
  });

  function join(from: Socket, into: Socket): void {
    open.add(from);
    from.setNoDelay(true);
    from.on("data", (said) => {
      if (delayMs === 0) into.write(said);
      else setTimeout(() => into.writable && into.write(said), delayMs);
    });
    from.on("error", () => {});
    from.on("close", () => {
      open.delete(from);
      into.destroy();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the forwarder has no port");

  function drop(): void {
    for (const socket of open) socket.destroy();
  }

  return {
    port: address.port,
    redirect(port) {
      target = port;
      drop();
    },
    close() {
      drop();
      server.close();
    },
  };
}
