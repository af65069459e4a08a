/** The web application on a loopback port with a real Redis behind it, as BookingBug would meet it. */
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { createWebApp, type WebAppOptions } from "../../src/app/web-app.ts";
import { basicAuth } from "../../src/http/basic-auth.ts";
import { createHttpServer, HTTP_TIMES, type HttpTimes } from "../../src/http/server.ts";
import type { Arrival, Inbox } from "../../src/inbox/inbox.ts";
import { createInbox } from "../../src/inbox/inbox.ts";
import { createQuarantine } from "../../src/inbox/quarantine.ts";
import { createSuppression } from "../../src/inbox/suppression.ts";
import { createRedis, type RedisClient } from "../../src/redis/client.ts";
import { createKeys, type Keys } from "../../src/redis/keys.ts";
import { basic } from "../support/environment.ts";

export const PAIR = { username: "bookingbug", password: "s3cret:with:colons" };
export const NEXT_PAIR = { username: "bookingbug-next", password: "nächstes" };
export const ADMIN = { username: "admin", password: "only-for-admins" };

export const receiptSchema = z.object({
  deliveryId: z.uuid(),
  purchaseId: z.string(),
  bookings: z.array(z.string()),
});

export interface Edge {
  readonly url: string;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly inbox: Inbox;
  /** Everything logged so far, as one text. */
  logged(): string;
  /** Purchases handed on for queueing, in order. */
  readonly queued: string[];
  close(): Promise<void>;
}

export async function startEdge(
  redisUrl: string,
  overrides: Partial<WebAppOptions> = {},
  times: HttpTimes = HTTP_TIMES,
): Promise<Edge> {
  const redis = createRedis({ url: redisUrl, verifyTls: true }, "edge", () => {});
  const keys = createKeys("{edge-test}");
  const inbox = createInbox({ redis, keys, crms: ["salesforce"], retentionDays: 30 });
  const queued: string[] = [];
  const lines: string[] = [];
  const write = (detail: object, message: string): void => void lines.push(JSON.stringify({ ...detail, message }));
  const app = createWebApp({
    production: false,
    bookingbug: [PAIR, NEXT_PAIR],
    admin: basicAuth("admin", [ADMIN]),
    suppression: createSuppression({ redis, keys }),
    maxBodyBytes: 200_000,
    trustedProxies: 0,
    inbox,
    quarantine: createQuarantine({ redis, keys, retentionDays: 30 }),
    enqueuer: { soon: (purchaseId) => void queued.push(purchaseId), flush: async () => {} },
    checks: { needed: {}, told: {} },
    // The sender lives in this process too: what it takes to make a body says nothing of the service.
    isBusy: () => false,
    log: { debug: write, info: write, warn: write, error: write },
    ...overrides,
  });
  const server = createHttpServer(app, times);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    redis,
    keys,
    inbox,
    logged: () => lines.join("\n"),
    queued,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      redis.disconnect();
    },
  };
}

/** Posts as BookingBug does; `headers` replace the defaults. */
export async function post(
  edge: Edge,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const defaults = { Authorization: basic(PAIR), "Content-Type": "application/json" };
  return await fetch(`${edge.url}${path}`, { method: "POST", headers: { ...defaults, ...headers }, body });
}

/** What is in quarantine, newest fields as they are kept. */
export async function quarantine(edge: Edge): Promise<(Record<string, unknown> & { bytes: Buffer })[]> {
  const entries = Object.values(await edge.redis.hgetall(edge.keys.quarantine));
  return entries.map((text) => {
    const entry: Record<string, unknown> = JSON.parse(text);
    return { ...entry, bytes: Buffer.from(String(entry.body), "base64") };
  });
}

export async function stored(edge: Edge, purchaseId: string): Promise<readonly Pick<Arrival, "route" | "body">[]> {
  return await edge.inbox.read(purchaseId, 0);
}
