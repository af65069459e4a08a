/** How fast queued purchases reach a CRM, how many calls that takes, and how long a lone notification is on its way. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { createInbox } from "../src/inbox/inbox.ts";
import { createQueue, enqueue } from "../src/inbox/queues.ts";
import { createKeys } from "../src/redis/keys.ts";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { purchase } from "../test/support/payloads.ts";
import { type Bench, openBench, percentiles, redisBytes, residentMegabytes, sandboxStats, untilUp } from "./fleet.ts";

export interface DrainReport {
  readonly crm: string;
  readonly purchases: number;
  readonly workers: number;
  readonly seconds: number;
  readonly bookingsPerSecond: number;
  readonly callsPerBooking: number;
  /** Calls if every batch were full. */
  readonly minimumCallsPerBooking: number;
  readonly rateLimited: number;
  readonly violations: number;
  readonly redisBytesPerBooking: number;
  readonly workerMegabytes: number;
}

/** Kinds of call a new person's new booking needs, and how many records fit into one. */
const KINDS = { salesforce: { kinds: 3, batch: 200 }, hubspot: { kinds: 3, batch: 100 } } as const;
const SETTINGS = { attempts: 25, failedDays: 30 };

export async function benchDrain(options: {
  readonly crm: "salesforce" | "hubspot";
  readonly purchases: number;
  readonly workers: number;
  readonly latencyMs: number;
  readonly limits: boolean;
  /** As `BenchOptions` has it. */
  readonly burst?: number;
}): Promise<DrainReport> {
  const { crm, purchases, workers: _, ...how } = options;
  const bench = await openBench({ crm, sandboxPort: 4721, ...how });
  const redis = new Redis(bench.redis.url, { maxRetriesPerRequest: null });
  try {
    const keys = createKeys();
    await once(bench.startDeployed("warm"), "exit");
    const empty = await redisBytes(redis);
    await fill(redis, crm, purchases);
    const started = Date.now();
    const workers = Array.from({ length: options.workers }, () => bench.startDeployed("worker"));
    while ((await redis.zcard(keys.pending(crm))) > 0) await sleep(10);
    const seconds = (Date.now() - started) / 1000;
    const { calls, rateLimited, violations } = await sandboxStats(bench.sandboxUrl, crm);
    const { kinds, batch } = KINDS[crm];
    return {
      crm,
      purchases,
      workers: options.workers,
      seconds,
      bookingsPerSecond: purchases / seconds,
      callsPerBooking: calls / purchases,
      minimumCallsPerBooking: (kinds * Math.ceil(purchases / batch)) / purchases,
      rateLimited,
      violations: violations.length,
      redisBytesPerBooking: ((await redisBytes(redis)) - empty) / purchases,
      workerMegabytes: Math.max(...(await Promise.all(workers.map(({ pid }) => residentMegabytes(pid))))),
    };
  } finally {
    redis.disconnect();
    await bench.stop();
  }
}

/** Stores and queues one new booking by a new person for each purchase. */
export async function fill(redis: Redis, crm: string, count: number, bodyOf = newPurchase): Promise<void> {
  const keys = createKeys();
  const inbox = createInbox({ redis, keys, crms: [crm], retentionDays: 30 });
  const queue = createQueue(crm, redis, keys);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const purchaseId = String(5_000_000 + index);
    await inbox.store({
      deliveryId: `bench-${index}`,
      purchaseId,
      route: "bookings",
      receivedAt: new Date().toISOString(),
      bookingIds: [String(7_000_000 + index)],
      body: JSON.stringify(bodyOf(index)),
    });
    ids.push(purchaseId);
  }
  for (let from = 0; from < ids.length; from += 1_000) await enqueue(queue, ids.slice(from, from + 1_000), SETTINGS);
  await queue.close();
}

export function newPurchase(index: number) {
  return purchase((body) => {
    body.id = 5_000_000 + index;
    for (const person of [body._embedded.client, body._embedded.member]) {
      person.id = 9_000_000 + index;
      person.email = `person${index}@example.com`;
    }
    Object.assign(body._embedded.bookings[0], { id: 7_000_000 + index, purchase_id: body.id });
  });
}

export interface LatencyReport {
  readonly crm: string;
  /** Milliseconds from acknowledgement to record, with a CRM that answers at once. */
  readonly p50: number;
  readonly p95: number;
}

/** Closer together, their three calls each would come to more than HubSpot's 100 in ten seconds, and they would wait for each other. */
const APART_MS = 400;

export async function benchLatency(crm: "salesforce" | "hubspot", count: number): Promise<LatencyReport> {
  const bench = await openBench({ crm, sandboxPort: 4731, latencyMs: 0, limits: false });
  try {
    bench.start("src/web.ts", { PORT: "4732" });
    bench.start("src/worker.ts");
    await untilUp("http://127.0.0.1:4732/readyz");
    for (let index = 0; index < 10; index += 1) await oneByOne(bench, crm, index);
    const times: number[] = [];
    for (let index = 10; index < 10 + count; index += 1) {
      await sleep(APART_MS);
      times.push(await oneByOne(bench, crm, index));
    }
    const [p50, p95] = percentiles(times, [0.5, 0.95]);
    return { crm, p50, p95 };
  } finally {
    await bench.stop();
  }
}

async function oneByOne(bench: Bench, crm: string, index: number): Promise<number> {
  const response = await fetch("http://127.0.0.1:4732/notifications/bookings", {
    method: "POST",
    headers: { authorization: basic(BOOKINGBUG) },
    body: JSON.stringify(newPurchase(index)),
  });
  await response.arrayBuffer();
  const acknowledged = performance.now();
  const written = crm === "salesforce" ? "upsert" : "create";
  for (;;) {
    const stats = (await (await fetch(`${bench.sandboxUrl}/_control/stats`)).json()) as Record<
      string,
      { calls: Record<string, number> }
    >;
    const count = stats[crm]?.calls[written] ?? 0;
    if (count >= (index + 1) * (crm === "salesforce" ? 2 : 1)) return performance.now() - acknowledged;
    await sleep(1);
  }
}
