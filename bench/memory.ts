/**
 * Memory of a web process and of a worker as they are built and deployed, on dynos of half a gigabyte: 10,000 bookings at once, then
 * an even load in which bookings are made, moved and cancelled, all of it for both CRMs. Flat is what it should be.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { FaultRule } from "../sandbox/faults.ts";
import { createKeys } from "../src/redis/keys.ts";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { newPurchase } from "./drain.ts";
import { type Bench, openBench, redisBytes, residentMegabytes, untilUp } from "./fleet.ts";

export interface MemoryOptions {
  /** Of the even load. */
  readonly minutes: number;
  /** Both CRMs are down for the first five of every ten minutes, and answer one call in ten with 500 in the others. */
  readonly failing: boolean;
}

export interface MemoryReport {
  readonly minutes: number;
  readonly notifications: number;
  readonly notificationsPerSecond: number;
  /** What the receiver asked to send again. */
  readonly refused: number;
  readonly web: Resident;
  readonly worker: Resident;
  /** Bytes of Redis for each of the bookings. */
  readonly redisBytesPerBooking: number;
}

/** Megabytes. */
export interface Resident {
  readonly rest: number;
  /** While the bookings that came at once are worked off. */
  readonly mostOfDrain: number;
  /** Of each minute of the even load. */
  readonly byMinute: readonly number[];
}

const PORT = 4742;
const DYNO = { MEMORY_AVAILABLE: "512" } as const;
const AT_ONCE = 10_000;
const SENDERS = 50;
const PER_SECOND = 60;
const ROUTES = ["bookings", "updates", "cancellations"] as const;
const CRMS = ["salesforce", "hubspot"] as const;
const DOWN: readonly FaultRule[] = [{ action: { type: "status", status: 503, body: "Service unavailable" } }];
const AILING: readonly FaultRule[] = [{ probability: 0.1, action: { type: "status", status: 500, body: "Error" } }];

export async function benchMemory({ minutes, failing }: MemoryOptions): Promise<MemoryReport> {
  const bench = await openBench({ crm: CRMS.join(","), sandboxPort: 4741, latencyMs: 20, limits: false });
  const redis = new Redis(bench.redis.url);
  try {
    await once(bench.startDeployed("warm"), "exit");
    const web = bench.startDeployed("web", { ...DYNO, PORT: String(PORT) });
    const worker = bench.startDeployed("worker", DYNO);
    await untilUp(`http://127.0.0.1:${PORT}/readyz`);
    await sleep(5_000);
    const measure = async (): Promise<Sample> => ({
      web: await residentMegabytes(web.pid),
      worker: await residentMegabytes(worker.pid),
    });
    const rest = await measure();
    const empty = await redisBytes(redis);
    const drain = await drained(redis, measure);
    const { samples, sent, refused, seconds } = await evenly(bench, { minutes, failing }, measure);
    const resident = (which: keyof Sample): Resident => ({
      rest: rest[which],
      mostOfDrain: Math.max(...drain.map((sample) => sample[which])),
      byMinute: samples.map((minute) => Math.max(...minute.map((sample) => sample[which]))),
    });
    return {
      minutes,
      notifications: sent,
      notificationsPerSecond: sent / seconds,
      refused,
      web: resident("web"),
      worker: resident("worker"),
      redisBytesPerBooking: ((await redisBytes(redis)) - empty) / (AT_ONCE + sent / ROUTES.length),
    };
  } finally {
    redis.disconnect();
    await bench.stop();
  }
}

interface Sample {
  readonly web: number;
  readonly worker: number;
}

/** Posts bookings as fast as they are taken, and waits until both CRMs have them. */
async function drained(redis: Redis, measure: () => Promise<Sample>): Promise<Sample[]> {
  const keys = createKeys();
  const samples: Sample[] = [];
  const left = Array.from({ length: AT_ONCE }, (_, index) => index).values();
  async function sender(): Promise<void> {
    for (const index of left) while (!(await post("bookings", newPurchase(index)))) await sleep(1_000);
  }
  let isPosted = false;
  const posted = Promise.all(Array.from({ length: SENDERS }, sender)).then(() => {
    isPosted = true;
  });
  for (;;) {
    samples.push(await measure());
    const waiting = await Promise.all(CRMS.map((crm) => redis.zcard(keys.pending(crm))));
    if (isPosted && waiting.every((count) => count === 0)) break;
    await sleep(250);
  }
  await posted;
  return samples;
}

/** Each booking is made, moved and cancelled, one after the other. @returns samples of each minute */
async function evenly(
  bench: Bench,
  { minutes, failing }: MemoryOptions,
  measure: () => Promise<Sample>,
): Promise<{ samples: Sample[][]; sent: number; refused: number; seconds: number }> {
  const start = Date.now();
  const samples: Sample[][] = [];
  let sent = 0;
  let refused = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    if (failing) await bench.fail(minute % 10 < 5 ? DOWN : AILING);
    const ofMinute: Sample[] = [];
    const end = start + (minute + 1) * 60_000;
    while (Date.now() < end) {
      const second = Date.now() + 1_000;
      const taken = await Promise.all(Array.from({ length: PER_SECOND }, () => step(sent++)));
      refused += taken.filter((isTaken) => !isTaken).length;
      ofMinute.push(await measure());
      await sleep(Math.max(0, second - Date.now()));
    }
    samples.push(ofMinute);
  }
  return { samples, sent, refused, seconds: (Date.now() - start) / 1_000 };
}

async function step(index: number): Promise<boolean> {
  const of = index % ROUTES.length;
  const body = newPurchase(AT_ONCE + Math.floor(index / ROUTES.length));
  const [booking] = body._embedded.bookings;
  if (of > 0) Object.assign(booking, { datetime: "2036-05-05T09:00:00Z", end_datetime: "2036-05-05T09:30:00Z" });
  return await post(ROUTES[of] ?? "bookings", body);
}

/** @returns false where it was asked to come again */
async function post(route: (typeof ROUTES)[number], body: unknown): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${PORT}/notifications/${route}`, {
    method: "POST",
    headers: { authorization: basic(BOOKINGBUG) },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  if (response.status === 202 || response.status === 503) return response.status === 202;
  throw new Error(`refused with ${response.status}`);
}

/** For a document, which shows it as a chart. */
export function asChart({ minutes, web, worker }: MemoryReport): string {
  const line = ({ byMinute }: Resident): string => `  line [${byMinute.map((mb) => Math.round(mb)).join(", ")}]`;
  const [x, y] = [`  x-axis "minutes" 1 --> ${minutes}`, '  y-axis "resident megabytes" 0 --> 512'];
  return ["```mermaid", "xychart-beta", x, y, line(worker), line(web), "```"].join("\n");
}
