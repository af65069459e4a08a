/**
 * What a whole round over the records in a CRM takes: calls beside the fewest there could be, the worker's memory, and how long a
 * lone notification is on its way while the round runs and while none does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { createRounds, type Round } from "../src/drift/round.ts";
import { createKeys } from "../src/redis/keys.ts";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { fill, newPurchase } from "./drain.ts";
import { openBench, percentiles, residentMegabytes, untilUp } from "./fleet.ts";

export interface DriftReport {
  readonly crm: string;
  readonly records: number;
  readonly seconds: number;
  readonly calls: number;
  /** Calls if each were full. */
  readonly minimumCalls: number;
  /** Resident megabytes of the worker: before the round, in the middle of it, and the most. */
  readonly restMb: number;
  readonly middleMb: number;
  readonly peakMb: number;
  /** Milliseconds from acknowledgement until the CRM has it, and of how many during the round. */
  readonly p50WithoutMs: number;
  readonly p95WithoutMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly lone: number;
}

const PER_CALL = { salesforce: 200, hubspot: 100 } as const;
const [PORT, SANDBOX_PORT] = [4762, 4761];
const LONE = 60;
/** Closer together, their calls and the round's come to more than HubSpot's 100 in ten seconds, and wait for each other. */
const PAUSE_MS = 1_000;
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;

/** Half of the records are people's, half are appointments. */
export async function benchDrift(crm: keyof typeof PER_CALL, records: number): Promise<DriftReport> {
  const bench = await openBench({ crm, sandboxPort: SANDBOX_PORT, latencyMs: 20, limits: false });
  const redis = new Redis(bench.redis.url, { maxRetriesPerRequest: null });
  const rounds = createRounds({ redis, keys: createKeys(), crm, retentionDays: 1 });
  try {
    const lone = loneNotifications(redis, crm, records / 2);
    bench.start("src/web.ts", { PORT: String(PORT) });
    const writing = bench.start("src/worker.ts");
    await fill(redis, crm, records / 2, bookedAt);
    while ((await redis.zcard(createKeys().pending(crm))) > 0) await sleep(100);
    await untilUp(`http://127.0.0.1:${PORT}/readyz`);
    for (let made = 0; made < 10; made += 1) await lone();
    const without: number[] = [];
    while (without.length < LONE) without.push(await lone());
    writing.kill("SIGTERM");
    await new Promise((resolve) => writing.once("exit", resolve));

    // One that has done nothing yet: what the round takes is all that it takes.
    const worker = bench.startDeployed("worker", {
      MEMORY_AVAILABLE: "512",
      DRIFT_SWEEP_HOURS: "24",
      DRIFT_DAILY_CALLS: "1000000",
    });
    const megabytes: number[] = [];
    const within: number[] = [];
    let round: Round | undefined;
    while (round === undefined) {
      await sleep(20);
      megabytes.splice(0, 1, await residentMegabytes(worker.pid));
      round = await rounds.load();
    }
    while (round?.endedAt === undefined) {
      within.push(await lone());
      megabytes.push(await residentMegabytes(worker.pid));
      round = await rounds.load();
    }
    const { counts, startedAt, endedAt } = round;
    const [p50WithoutMs, p95WithoutMs] = percentiles(without, [0.5, 0.95]);
    const [p50Ms, p95Ms] = percentiles(within, [0.5, 0.95]);
    return {
      ...{ crm, records: counts.records, calls: counts.calls },
      seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000,
      minimumCalls: 2 * Math.ceil(counts.records / 2 / PER_CALL[crm]),
      restMb: megabytes[0] ?? 0,
      middleMb: megabytes[Math.floor(megabytes.length / 2)] ?? 0,
      peakMb: Math.max(...megabytes),
      ...{ p50WithoutMs, p95WithoutMs, p50Ms, p95Ms, lone: within.length },
    };
  } finally {
    redis.disconnect();
    await bench.stop();
  }
}

/** An appointment every half hour of the next year, so that few end at once. */
function bookedAt(index: number): ReturnType<typeof newPurchase> {
  const body = newPurchase(index);
  const start = Date.now() + DAY_MS + (index % 17_000) * HALF_HOUR_MS;
  const [datetime, end_datetime] = [start, start + HALF_HOUR_MS].map((at) => new Date(at).toISOString());
  Object.assign(body._embedded.bookings[0], { datetime, end_datetime });
  return body;
}

/** @returns posts one more, and tells how long it took from being acknowledged */
function loneNotifications(redis: Redis, crm: string, first: number): () => Promise<number> {
  const pending = createKeys().pending(crm);
  let index = first;
  return async () => {
    await sleep(PAUSE_MS);
    const body = bookedAt(index);
    index += 1;
    const response = await fetch(`http://127.0.0.1:${PORT}/notifications/bookings`, {
      method: "POST",
      headers: { authorization: basic(BOOKINGBUG) },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    if (response.status !== 202) throw new Error(`refused with ${response.status}`);
    const acknowledged = performance.now();
    while ((await redis.zscore(pending, String(body.id))) !== null) await sleep(2);
    return performance.now() - acknowledged;
  };
}
