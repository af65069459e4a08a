/**
 * Notifications flow while everything is killed: workers, the web process, Redis. Afterwards every acknowledged
 * notification must be accounted for, and each CRM must hold each booking once, as its newest notification says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { createQueue, type SyncQueue } from "../src/inbox/queues.ts";
import { createKeys, type Keys } from "../src/redis/keys.ts";
import { type Json, purchase } from "../test/support/payloads.ts";
import { freePorts } from "../test/support/ports.ts";
import { type RealProcess, startProcess } from "../test/support/processes.ts";
import { startTestRedis, type TestRedis } from "../test/support/redis.ts";

export interface ChaosOptions {
  readonly purchases: number;
  /** Per purchase: one creation, then moves, the last one a cancellation for every third purchase. */
  readonly notificationsEach: number;
  /** Share of CRM requests that fail, from 0 to 1. */
  readonly faults: number;
  readonly workers: number;
  readonly killWorkerEveryMs: number | undefined;
  readonly killWebEveryMs: number | undefined;
  readonly killRedisEveryMs: number | undefined;
  /** The killing goes on until each kind of kill has happened this often. */
  readonly minKills: number;
  readonly settleMs: number;
  readonly onProgress: (line: string) => void;
}

export interface ChaosReport {
  readonly acknowledged: number;
  /** Arrivals Redis has counted: those acknowledged, and those whose acknowledgement was lost with a process. */
  readonly accepted: number;
  readonly kills: { readonly worker: number; readonly web: number; readonly redis: number };
  readonly crms: Readonly<Record<string, CrmReport>>;
  readonly seconds: number;
}

export interface CrmReport {
  readonly applied: number;
  readonly superseded: number;
  readonly failed: number;
  /** Why, each once. */
  readonly reasons: readonly string[];
  readonly pending: number;
  readonly contacts: number;
  readonly doubledContacts: number;
  readonly appointments: number;
  readonly missing: number;
  readonly doubled: number;
  /** Appointments that are not as their newest notification says. */
  readonly wrong: number;
}

interface Final {
  readonly start: number;
  readonly cancelled: boolean;
}

const AUTHORIZATION = `Basic ${Buffer.from("bookingbug:secret").toString("base64")}`;
const NOON = Date.parse("2036-01-01T12:00:00Z");
const HOUR = 3_600_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const started = Date.now();
  const server = await startTestRedis({ appendOnly: true });
  const sandbox = await startSandbox();
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const fleet = createFleet(options, server, environment(server, sandbox, port), url);
  const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on("error", () => {});
  const keys = createKeys();
  try {
    await fleet.up();
    if (options.faults > 0) sandbox.faults.set(faultRules(options.faults));
    const { acknowledged, finals } = await post(options, url);
    options.onProgress(`all ${acknowledged} acknowledged`);
    while (!fleet.killedEnough()) await sleep(100);
    fleet.stopKilling();
    sandbox.faults.set([]);
    const queues = { salesforce: createQueue("salesforce", redis, keys), hubspot: createQueue("hubspot", redis, keys) };
    for (const queue of Object.values(queues)) queue.on("error", () => {});
    await settle(redis, keys, queues, options);
    const crms = {
      salesforce: await report("salesforce", redis, keys, queues.salesforce, sandbox, finals),
      hubspot: await report("hubspot", redis, keys, queues.hubspot, sandbox, finals),
    };
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    const accepted = Number((await redis.hget(keys.received, "accepted")) ?? 0);
    return { acknowledged, accepted, kills: fleet.kills, crms, seconds: Math.round((Date.now() - started) / 1000) };
  } finally {
    fleet.stopKilling();
    await fleet.down();
    redis.disconnect();
    await sandbox.close();
    await server.stop();
  }
}

function environment(server: TestRedis, sandbox: Sandbox, port: number): Record<string, string> {
  return {
    PORT: String(port),
    REDIS_URL: server.url,
    BOOKINGBUG_USERNAME: "bookingbug",
    BOOKINGBUG_PASSWORD: "secret",
    ADMIN_USERNAME: "admin",
    ADMIN_PASSWORD: "admin-secret",
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: sandbox.url,
    SALESFORCE_CLIENT_ID: "client",
    SALESFORCE_CLIENT_SECRET: "client-secret",
    HUBSPOT_ACCESS_TOKEN: "token",
    HUBSPOT_BASE_URL: sandbox.url,
    LOG_LEVEL: "error",
    CRM_TIMEOUT_MS: "1000",
    WORKER_LOCK_MS: "1000",
    JOB_BACKOFF_MS: "100",
    PROBE_MS: "500",
    JOB_ATTEMPTS: "100",
  };
}

function faultRules(share: number): Parameters<Sandbox["faults"]["set"]>[0] {
  const each = share / 5;
  return [
    {
      probability: each,
      action: { type: "status", status: 503, body: [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] },
    },
    {
      probability: each,
      action: { type: "status", status: 429, headers: { "retry-after": "0" }, body: { message: "slow down" } },
    },
    { probability: each, action: { type: "timeout", after: true } },
    { probability: each, action: { type: "reset", after: true } },
    { probability: each, action: { type: "lock" } },
  ];
}

interface Fleet {
  readonly kills: { worker: number; web: number; redis: number };
  up(): Promise<void>;
  killedEnough(): boolean;
  stopKilling(): void;
  down(): Promise<void>;
}

function createFleet(options: ChaosOptions, server: TestRedis, env: Record<string, string>, url: string): Fleet {
  const kills = { worker: 0, web: 0, redis: 0 };
  const timers: NodeJS.Timeout[] = [];
  const workers: RealProcess[] = [];
  let web: RealProcess | undefined;
  let restarting: Promise<void> = Promise.resolve();

  function every(ms: number | undefined, act: () => void): void {
    if (ms !== undefined) timers.push(setInterval(act, ms));
  }

  return {
    kills,
    async up() {
      web = startProcess("src/web.ts", env);
      for (let i = 0; i < options.workers; i += 1) workers.push(startProcess("src/worker.ts", env));
      await untilUp(url);
      every(options.killWorkerEveryMs, () => {
        const index = kills.worker % workers.length;
        workers[index]?.kill();
        workers[index] = startProcess("src/worker.ts", env);
        kills.worker += 1;
      });
      every(options.killWebEveryMs, () => {
        web?.kill();
        web = startProcess("src/web.ts", env);
        kills.web += 1;
      });
      every(options.killRedisEveryMs, () => {
        kills.redis += 1;
        restarting = restarting.then(async () => {
          await server.kill();
          await sleep(300);
          await server.restart();
        });
      });
    },
    killedEnough() {
      const wanted = [
        [options.killWorkerEveryMs, kills.worker],
        [options.killWebEveryMs, kills.web],
        [options.killRedisEveryMs, kills.redis],
      ] as const;
      return wanted.every(([every, count]) => every === undefined || count >= options.minKills);
    },
    stopKilling() {
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
    async down() {
      await restarting;
      for (const worker of workers) worker.kill();
      web?.kill();
    },
  };
}

async function untilUp(url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error("the web process did not come up");
    await sleep(100);
  }
}

/** Posts like a patient sender: what is not acknowledged is sent again. In order within a purchase. */
async function post(options: ChaosOptions, url: string): Promise<{ acknowledged: number; finals: Map<string, Final> }> {
  const finals = new Map<string, Final>();
  let acknowledged = 0;
  let next = 0;
  async function sender(): Promise<void> {
    while (next < options.purchases) {
      const index = next;
      next += 1;
      for (let step = 0; step < options.notificationsEach; step += 1) {
        const last = step === options.notificationsEach - 1;
        const cancelled = last && index % 3 === 0 && step > 0;
        const start = NOON + (index + step) * HOUR;
        const route = cancelled ? "cancellations" : step === 0 ? "bookings" : "updates";
        await send(`${url}/notifications/${route}`, bodyOf(index, start));
        acknowledged += 1;
        finals.set(bookingId(index), { start, cancelled });
        if (acknowledged % 1_000 === 0) options.onProgress(`${acknowledged} acknowledged`);
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, sender));
  return { acknowledged, finals };
}

async function send(url: string, body: Json): Promise<void> {
  const text = JSON.stringify(body);
  for (;;) {
    const request = {
      method: "POST",
      headers: { authorization: AUTHORIZATION },
      body: text,
      signal: AbortSignal.timeout(10_000),
    };
    const response = await fetch(url, request).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.status === 202) return;
    if (response !== undefined && response.status < 500) throw new Error(`refused with ${response.status}`);
    await sleep(100);
  }
}

function bookingId(index: number): string {
  return String(1_000_000 + index);
}

/** Every fourth purchase is of the person of the one before it. */
function personOf(index: number): number {
  return index % 4 === 3 ? index - 1 : index;
}

function bodyOf(index: number, start: number): Json {
  return purchase((body) => {
    body.id = 500_000 + index;
    const person = personOf(index);
    for (const one of [body._embedded.client, body._embedded.member]) {
      one.id = 10_000 + person;
      one.email = `person${person}@example.com`;
    }
    Object.assign(body._embedded.bookings[0], {
      id: Number(bookingId(index)),
      purchase_id: body.id,
      datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + HOUR / 2).toISOString(),
    });
  });
}

async function settle(
  redis: Redis,
  keys: Keys,
  queues: Readonly<Record<string, SyncQueue>>,
  options: ChaosOptions,
): Promise<void> {
  const deadline = Date.now() + options.settleMs;
  let shown = 0;
  for (;;) {
    let left = 0;
    for (const [crm, queue] of Object.entries(queues)) {
      const counts = await queue.getJobCounts("waiting", "active", "delayed");
      left += (await redis.zcard(keys.pending(crm))) + Object.values(counts).reduce((sum, count) => sum + count, 0);
    }
    if (left === 0 || Date.now() > deadline) return;
    if (Date.now() - shown > 5_000) {
      options.onProgress(`${left} to settle`);
      shown = Date.now();
    }
    await sleep(200);
  }
}

async function report(
  crm: "salesforce" | "hubspot",
  redis: Redis,
  keys: Keys,
  queue: SyncQueue,
  sandbox: Sandbox,
  finals: ReadonlyMap<string, Final>,
): Promise<CrmReport> {
  const counts = await redis.hgetall(keys.counts(crm));
  const [objects, email, key, start, status] =
    crm === "salesforce"
      ? ([["Contact", "Event"], "Email", "BB_Booking_Id__c", "StartDateTime", "BB_Status__c"] as const)
      : ([
          ["contacts", "meetings"],
          "email",
          "bookingbug_booking_id",
          "hs_meeting_start_time",
          "bookingbug_status",
        ] as const);
  const contacts = sandbox[crm].records(objects[0]);
  const appointments = sandbox[crm].records(objects[1]);
  const byBooking = Map.groupBy(appointments, (record) => String(record.values[key]));
  const wrong = [...finals].filter(([id, final]) => {
    const values = byBooking.get(id)?.[0]?.values;
    const isCancelled = values?.[status] === "cancelled";
    return (
      values !== undefined && (Date.parse(String(values[start])) !== final.start || isCancelled !== final.cancelled)
    );
  });
  return {
    applied: Number(counts.applied ?? 0),
    superseded: Number(counts.superseded ?? 0),
    failed: await queue.getFailedCount(),
    reasons: [...new Set((await queue.getFailed()).map((job) => job.failedReason ?? ""))],
    pending: await redis.zcard(keys.pending(crm)),
    contacts: contacts.length,
    doubledContacts: contacts.length - new Set(contacts.map((record) => record.values[email])).size,
    appointments: appointments.length,
    missing: [...finals.keys()].filter((id) => !byBooking.has(id)).length,
    doubled: appointments.length - byBooking.size,
    wrong: wrong.length,
  };
}
