/** What the dashboard's look-ups take when a hundred thousand purchases are retained and half as many have failed. */
import { Redis } from "ioredis";
import { createKeys } from "../src/redis/keys.ts";
import { createCounters } from "../src/stats/counters.ts";
import { createStatistics } from "../src/stats/statistics.ts";
import type { FailureEntry, PassEntry } from "../src/synclog/entries.ts";
import { createSyncLog, type SyncLog } from "../src/synclog/sync-log.ts";
import { emailTrait, nameTraits } from "../src/synclog/traits.ts";
import { startTestRedis } from "../test/support/redis.ts";
import { median } from "./fleet.ts";

export interface LookUpReport {
  readonly lookUp: string;
  readonly found: number;
  readonly p50Ms: number;
  readonly maxMs: number;
}

const CRM = "salesforce";
const AT_ONCE = 500;
const FIRST_NAMES = 300;
const LAST_NAMES = 20_000;
const CAUSES = 40;
const TIMES = 20;

export async function benchSyncLog(purchases = 100_000): Promise<LookUpReport[]> {
  const server = await startTestRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  try {
    const keys = createKeys();
    const syncLog = createSyncLog({ redis, keys, crms: [CRM, "hubspot"], retentionDays: 30 });
    await inBatches(purchases, async (index) => {
      await fill(redis, syncLog, index);
      if (index % 2 === 0) await syncLog.recordFailed(CRM, String(index), `job-${index}`, [failure(index)]);
    });
    const counters = createCounters({ redis, keys, onError: () => {} });
    counters.count(CRM, "applied", purchases);
    await counters.flush();
    const statistics = createStatistics({ redis, keys });
    const [cause] = await syncLog.causes(CRM);
    const page = { offset: 0, limit: 50 };
    return [
      await measure("a booking id", () => syncLog.find("70004711", 50)),
      await measure("a purchase id", () => syncLog.find("4711", 50)),
      await measure("an e-mail", () => syncLog.find("person4711@example.com", 50)),
      await measure("a surname", () => syncLog.find("Last4711", 50)),
      await measure("a first name that thousands share", () => syncLog.find("first11", 50)),
      await measure("first name and surname", () => syncLog.find("First11 Last4711", 50)),
      await measure("two words that thousands share", () => syncLog.find("First11 Shared", 50)),
      await measure("the newest purchases", () => syncLog.recent(page)),
      await measure("a timeline", () => syncLog.timeline("4711")),
      await measure("why purchases failed", () => syncLog.causes(CRM)),
      await measure("the purchases of a cause", () => syncLog.failed(CRM, cause?.id, page)),
      await measure("all failed purchases, far down", () =>
        syncLog.failed(CRM, undefined, { ...page, offset: 40_000 }),
      ),
      await measure("the figures of a day", async () => (await statistics.read(CRM)).day),
    ];
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

async function measure(lookUp: string, run: () => Promise<readonly unknown[]>): Promise<LookUpReport> {
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < TIMES; i += 1) {
    const start = performance.now();
    found = (await run()).length;
    times.push(performance.now() - start);
  }
  return { lookUp, found, p50Ms: median(times), maxMs: Math.max(...times) };
}

/** Runs the work for each number from 0, some hundred at once. */
export async function inBatches(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - from);
    await Promise.all(Array.from({ length }, (_, index) => work(from + index)));
  }
}

/** One retained purchase. */
export async function fill(redis: Redis, syncLog: SyncLog, index: number): Promise<void> {
  const keys = createKeys();
  const id = String(index);
  const at = Date.now() - index;
  const name = `First${index % FIRST_NAMES} Shared Last${index % LAST_NAMES}`;
  const traits = [...emailTrait(`person${index}@example.com`), ...nameTraits(name)];
  await redis.set(keys.purchaseOfBooking(`7000${index}`), id, "EX", 3_600);
  await redis.zadd(keys.recent, at, id);
  await syncLog.recordPass(id, pass(index), { traits, at });
}

function pass(index: number): PassEntry {
  const changes = Array.from({ length: 15 }, (_, field) => ({
    field: `Field_${field}__c`,
    to: `value ${index} ${field}`,
  }));
  const receivedAt = new Date().toISOString();
  return {
    ...{ kind: "pass", crm: CRM, at: receivedAt, durationMs: 100, outcome: "applied", times: 1, failures: [] },
    notifications: [
      { deliveryId: `d-${index}`, seq: index, route: "bookings", receivedAt, says: "notification", changes: [] },
    ],
    records: [
      {
        key: "contact",
        section: "contact",
        object: "Contact",
        id: `003${index}`,
        action: "created",
        changes,
        skipped: [],
      },
    ],
    asked: { lookUps: 1, writes: 2 },
  };
}

function failure(index: number): FailureEntry {
  const field = `Field_${index % CAUSES}__c`;
  const words = `${field}: data value too large`;
  return {
    ...{
      bookingId: `7000${index}`,
      section: "appointment",
      object: "Event",
      kind: "rejected",
      code: "STRING_TOO_LONG",
    },
    ...{ words, fields: [{ field }], nextStep: "Next: correct the data.", heals: false, sentence: words },
  };
}
