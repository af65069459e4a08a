/**
 * Memory of the web process and of a worker over a longer time under an even load: bookings are made, moved and
 * cancelled, and the newest state goes to both CRMs. Flat is what it should be.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { newPurchase } from "./drain.ts";
import { openBench, redisBytes, residentMegabytes, untilUp } from "./fleet.ts";

export interface MemoryReport {
  readonly minutes: number;
  readonly notifications: number;
  readonly notificationsPerSecond: number;
  /** Megabytes before the load, and the means of the second tenth and of the last tenth of the time. */
  readonly web: Growth;
  readonly worker: Growth;
  /** Bytes of Redis for each of the bookings. */
  readonly redisBytesPerBooking: number;
}

interface Growth {
  readonly rest: number;
  readonly early: number;
  readonly late: number;
}

const PORT = 4742;
const PER_SECOND = 60;
const ROUTES = ["bookings", "updates", "cancellations"] as const;

export async function benchMemory(minutes: number): Promise<MemoryReport> {
  const bench = await openBench({ crm: "salesforce,hubspot", sandboxPort: 4741, latencyMs: 20, limits: false });
  const redis = new Redis(bench.redis.url);
  try {
    const web = bench.start("src/web.ts", { PORT: String(PORT) });
    const worker = bench.start("src/worker.ts");
    await untilUp(`http://127.0.0.1:${PORT}/readyz`);
    await sleep(5_000);
    const measure = async () => [await residentMegabytes(web.pid), await residentMegabytes(worker.pid)] as const;
    const [restWeb, restWorker] = await measure();
    const empty = await redisBytes(redis);
    const samples: (readonly [number, number])[] = [];
    const start = Date.now();
    const end = start + minutes * 60_000;
    let sent = 0;
    while (Date.now() < end) {
      const second = Date.now() + 1_000;
      await Promise.all(Array.from({ length: PER_SECOND }, () => post(sent++)));
      samples.push(await measure());
      await sleep(Math.max(0, second - Date.now()));
    }
    const growth = (which: 0 | 1, rest: number): Growth => {
      const tenth = Math.floor(samples.length / 10);
      const of = (from: number) => mean(samples.slice(from, from + tenth).map((sample) => sample[which]));
      return { rest, early: of(tenth), late: of(samples.length - tenth) };
    };
    return {
      minutes,
      notifications: sent,
      notificationsPerSecond: sent / ((Date.now() - start) / 1_000),
      web: growth(0, restWeb),
      worker: growth(1, restWorker),
      redisBytesPerBooking: ((await redisBytes(redis)) - empty) / (sent / ROUTES.length),
    };
  } finally {
    redis.disconnect();
    await bench.stop();
  }
}

/** Each booking is made, moved and cancelled, one after the other. */
async function post(index: number): Promise<void> {
  const step = index % ROUTES.length;
  const body = newPurchase(Math.floor(index / ROUTES.length));
  const [booking] = body._embedded.bookings;
  if (step > 0) Object.assign(booking, { datetime: "2036-05-05T09:00:00Z", end_datetime: "2036-05-05T09:30:00Z" });
  const response = await fetch(`http://127.0.0.1:${PORT}/notifications/${ROUTES[step]}`, {
    method: "POST",
    headers: { authorization: basic(BOOKINGBUG) },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`refused with ${response.status}`);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
