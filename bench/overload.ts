/**
 * `npm run overload [-- --seconds 60]`: first how many notifications a web process takes, then twice as many for a while.
 * Each must be answered, those answered 202 must all be there, and the memory must stay bounded.
 */
import { readFileSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { freePort } from "../bin/demo-processes.ts";
import { createKeys } from "../src/redis/keys.ts";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { purchase } from "../test/support/payloads.ts";
import { openBench, untilUp } from "./fleet.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const SECONDS = Number(values.seconds);
const CLOSED_LOOP = 256;
const MEASURE_SECONDS = 8;
/** As a load balancer has them; what does not fit waits at the sender's. */
const CONNECTIONS = 4_000;
const TICK_MS = 10;
const ANSWER_MS = 30_000;
/** Above what it had when it was merely busy. */
const SLACK_MB = 400;
const AUTHORIZATION = basic(BOOKINGBUG);
const template = JSON.stringify(purchase((body) => (body.id = 1_000_000_000)));

interface Counts {
  sent: number;
  /** 202 */
  stored: number;
  /** 503 with Retry-After */
  refused: number;
  /** Any other answer, by status. */
  readonly other: Map<string, number>;
  unanswered: number;
  /** Milliseconds of each answer, from when the request had a connection. */
  readonly times: number[];
}

const port = await freePort(4_717);
const bench = await openBench({ crm: "salesforce", sandboxPort: await freePort(4_716), latencyMs: 0, limits: false });
const redis = new Redis(bench.redis.url);
const keys = createKeys();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let next = 0;
let failed = false;
try {
  const web = bench.start("src/web.ts", { PORT: String(port) });
  await untilUp(`http://127.0.0.1:${port}/healthz`);

  const calm = await closedLoop(MEASURE_SECONDS);
  const capacity = Math.round(calm.stored / MEASURE_SECONDS);
  const busyMb = residentMb(web.pid);
  process.stdout.write(`capacity: ${capacity} notifications a second, ${busyMb} MB\n`);

  const accepted = await acceptedSoFar();
  const memory = { most: busyMb };
  const counts = await openLoop(2 * capacity, SECONDS, () => {
    memory.most = Math.max(memory.most, residentMb(web.pid));
  });
  const kept = (await acceptedSoFar()) - accepted;
  const other = [...counts.other.values()].reduce((sum, count) => sum + count, 0);
  const sorted = counts.times.toSorted((a, b) => a - b);
  console.table({
    "sent a second": Math.round(counts.sent / SECONDS),
    sent: counts.sent,
    "answered 202": counts.stored,
    "answered 503 with Retry-After": counts.refused,
    "answered otherwise": other === 0 ? 0 : JSON.stringify([...counts.other]),
    "not answered": counts.unanswered,
    "kept by Redis": kept,
    "median answer in ms": sorted[Math.floor(sorted.length / 2)],
    "slowest answer in ms": sorted.at(-1),
    "memory when busy in MB": busyMb,
    "most memory in MB": memory.most,
  });
  verdict("the process lives", web.exitCode === null && (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  verdict("each was answered 202, or 503 with Retry-After", other + counts.unanswered === 0);
  verdict("the counts add up", counts.stored + counts.refused + other + counts.unanswered === counts.sent);
  // A 503 promises nothing: Redis may have stored it just after our patience was over.
  verdict("what was answered 202 is kept, and nothing twice", kept >= counts.stored && kept <= counts.sent);
  verdict("memory is bounded", memory.most < busyMb + SLACK_MB);
} finally {
  redis.disconnect();
  await bench.stop();
}
process.exit(failed ? 1 : 0);

function verdict(what: string, holds: boolean): void {
  process.stdout.write(`${holds ? "yes" : "NO "}  ${what}\n`);
  failed ||= !holds;
}

/** As many at once as senders have connections; what comes through is the capacity. */
async function closedLoop(seconds: number): Promise<Counts> {
  const counts = noCounts();
  const until = Date.now() + seconds * 1_000;
  const sender = async (): Promise<void> => {
    while (Date.now() < until) await post(counts);
  };
  await Promise.all(Array.from({ length: CLOSED_LOOP }, sender));
  return counts;
}

/** So many a second, whether those before are answered or not. */
async function openLoop(perSecond: number, seconds: number, watch: () => void): Promise<Counts> {
  const counts = noCounts();
  const start = Date.now();
  const open: Promise<void>[] = [];
  let watched = 0;
  while (Date.now() - start < seconds * 1_000) {
    const due = Math.floor(((Date.now() - start) / 1_000) * perSecond);
    while (counts.sent < due) open.push(post(counts));
    if (Date.now() - watched > 500) {
      watched = Date.now();
      watch();
    }
    await sleep(TICK_MS);
  }
  await Promise.all(open);
  return counts;
}

function noCounts(): Counts {
  return { sent: 0, stored: 0, refused: 0, other: new Map(), unanswered: 0, times: [] };
}

function post(counts: Counts): Promise<void> {
  next += 1;
  counts.sent += 1;
  const body = template.replace("1000000000", String(1_000_000_000 + next));
  return new Promise((resolve) => {
    const sending = send(`http://127.0.0.1:${port}/notifications/bookings`, {
      method: "POST",
      agent,
      timeout: ANSWER_MS,
      headers: { authorization: AUTHORIZATION, "content-type": "application/json" },
    });
    let sentAt = Date.now();
    sending.on("socket", () => {
      sentAt = Date.now();
    });
    sending.on("response", (response) => {
      response.resume().on("end", () => {
        counts.times.push(Date.now() - sentAt);
        const { statusCode, headers } = response;
        if (statusCode === 202) counts.stored += 1;
        else if (statusCode === 503 && headers["retry-after"] !== undefined) counts.refused += 1;
        else counts.other.set(String(statusCode), (counts.other.get(String(statusCode)) ?? 0) + 1);
        resolve();
      });
    });
    sending.on("timeout", () => sending.destroy());
    sending.on("error", () => {
      counts.unanswered += 1;
      resolve();
    });
    sending.end(body);
  });
}

async function acceptedSoFar(): Promise<number> {
  return Number((await redis.hget(keys.received, "accepted")) ?? 0);
}

function residentMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
}
