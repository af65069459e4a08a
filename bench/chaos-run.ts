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
import { startTestRedis, type TestRedis } from "../test/support/redis.ts";
import { createFleet, type KillOptions, type Kills, type Progress } from "./chaos-fleet.ts";

export interface ChaosOptions extends KillOptions {
  readonly purchases: number;
  /** Per purchase: one creation, then moves, the last one a cancellation for every third purchase. */
  readonly notificationsEach: number;
  /** Share of CRM requests that fail, from 0 to 1. */
  readonly faults: number;
  /** For all to be acknowledged, and for each kind of kill to happen often enough. */
  readonly postMs: number;
  readonly settleMs: number;
  readonly onProgress: (line: string) => void;
}

export interface ChaosReport {
  readonly acknowledged: number;
  /** Arrivals Redis has counted: those acknowledged, and those whose acknowledgement was lost with a process. */
  readonly accepted: number;
  readonly kills: Readonly<Kills>;
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
  const progress: Progress = { acknowledged: 0, isOver: false };
  const fleet = createFleet(options, server, environment(server, sandbox, port), progress);
  const redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on("error", () => {});
  const keys = createKeys();
  try {
    const deadline = Date.now() + options.postMs;
    await fleet.start();
    if (options.faults > 0) sandbox.faults.set(faultRules(options.faults));
    const finals = await post(options, url, progress, deadline);
    options.onProgress(`all ${progress.acknowledged} acknowledged`);
    while (!fleet.killedEnough()) {
      if (Date.now() > deadline) throw new Error(`killed too seldom: ${JSON.stringify(fleet.kills)}`);
      await sleep(100);
    }
    await fleet.stopKilling();
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
    const seconds = Math.round((Date.now() - started) / 1000);
    return { acknowledged: progress.acknowledged, accepted, kills: fleet.kills, crms, seconds };
  } finally {
    progress.isOver = true;
    await fleet.stop();
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
    LOG_LEVEL: "info",
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

/** Posts like a patient sender: what is not acknowledged is sent again. In order within a purchase. */
async function post(
  options: ChaosOptions,
  url: string,
  progress: Progress,
  deadline: number,
): Promise<Map<string, Final>> {
  const finals = new Map<string, Final>();
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
        await send(`${url}/notifications/${route}`, bodyOf(index, start), deadline);
        progress.acknowledged += 1;
        finals.set(bookingId(index), { start, cancelled });
        if (progress.acknowledged % 1_000 === 0) options.onProgress(`${progress.acknowledged} acknowledged`);
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: 16 }, sender));
  } finally {
    progress.isOver = true;
  }
  return finals;
}

/** @throws Error when it has not been acknowledged at the deadline */
async function send(url: string, body: Json, deadline: number): Promise<void> {
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
    if (Date.now() > deadline) throw new Error("a notification was not acknowledged in all the time there was");
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
