/**
 * `npm run fuzz [-- --requests 100000 --seed 1]`: requests that nobody should send, to a real web process over HTTP. Each
 * must be answered in time with a right status, shortly, and in few lines of the log; the process must not grow, and must not
 * stand still. A healthy booking after them is in the CRM within seconds.
 */
import { readFileSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { firstBooking, purchase } from "../test/support/payloads.ts";
import { openBench, untilUp } from "./fleet.ts";
import { randomFrom, type WildRequest, wildRequest } from "./mutations.ts";
import { startWatched } from "./watched.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "2000" }, seed: { type: "string", default: String(Date.now()) } },
});
const total = Number(values.requests);
const CONCURRENCY = 16;
const ANSWER_MS = 10_000;
const PORT = 4715;
const URL_BASE = `http://127.0.0.1:${PORT}`;
const AUTHORIZATION = basic(BOOKINGBUG);
/** What the garbage collector leaves for later. */
const SLACK_MB = 150;

/** What must hold of any body of a megabyte. */
const LIMITS = { standstillMs: 100, answerBytes: 64_000, logLineBytes: 64_000, healthMs: 1_000, healthyMs: 5_000 };

interface Answer {
  readonly status: number | "no answer";
  readonly bytes: number;
  readonly retryAfter: string | undefined;
  readonly ms: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
const random = randomFrom(Number(values.seed));
const counts = new Map<string, number>();
const wrong: string[] = [];
const memory = { start: 0, afterTenth: 0, most: 0, end: 0 };
let sent = 0;
let slowest = 0;
let webProcess = 0;
let healthMs = 0;
let answerBytes = 0;
let measured: Record<string, number> = {};

const bench = await openBench({ crm: "salesforce,hubspot", sandboxPort: 4714, latencyMs: 0, limits: false });
try {
  const client = { BOOKINGBUG_OAUTH_CLIENT_ID: "client", BOOKINGBUG_OAUTH_CLIENT_SECRET: "client-secret" };
  const web = startWatched("src/web.ts", { ...bench.env, ...client, PORT: String(PORT), LOG_LEVEL: "info" });
  const worker = startWatched("src/worker.ts", { ...bench.env, LOG_LEVEL: "info" });
  webProcess = web.child.pid ?? 0;
  await untilUp(`${URL_BASE}/healthz`);
  await sleep(2_000);
  for (const { child } of [web, worker]) child.kill("SIGUSR2");
  const asking = setInterval(() => void askHealth(), 250);
  memory.start = residentMb();
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  clearInterval(asking);
  memory.end = residentMb();
  const healthyMs = await healthyBooking(bench.sandboxUrl);
  await sleep(500);
  measured = {
    "web stood still, ms": web.standstill().lateMs,
    "web busy at one go, ms": web.standstill().busyMs,
    "worker stood still, ms": worker.standstill().lateMs,
    "worker busy at one go, ms": worker.standstill().busyMs,
    "longest answer, bytes": answerBytes,
    "longest line, bytes": Math.max(web.longestLine(), worker.longestLine()),
    "longest /healthz, ms": healthMs,
    "healthy booking in both CRMs, ms": healthyMs,
  };
  for (const { child } of [web, worker]) child.kill("SIGKILL");
} finally {
  await bench.stop();
}
if (memory.end > memory.afterTenth + SLACK_MB) {
  wrong.push(`the process grew from ${memory.afterTenth} to ${memory.end} MB`);
}
const beyond: readonly (readonly [what: string, limit: number])[] = [
  ["web busy at one go, ms", LIMITS.standstillMs],
  ["worker busy at one go, ms", LIMITS.standstillMs],
  ["longest answer, bytes", LIMITS.answerBytes],
  ["longest line, bytes", LIMITS.logLineBytes],
  ["longest /healthz, ms", LIMITS.healthMs],
  ["healthy booking in both CRMs, ms", LIMITS.healthyMs],
];
for (const [what, limit] of beyond) if ((measured[what] ?? Infinity) > limit) wrong.push(`${what}: more than ${limit}`);
process.stdout.write(`seed ${values.seed}: ${sent} requests, slowest answer ${slowest} ms\n`);
console.table(Object.fromEntries([...counts].sort()));
console.table(measured);
console.table(LIMITS);
process.stdout.write(`memory of the web process in MB: ${JSON.stringify(memory)}\n`);
process.stdout.write(wrong.length === 0 ? "all answered as they should be\n" : `${wrong.slice(0, 20).join("\n")}\n`);
process.exit(wrong.length === 0 ? 0 : 1);

async function work(): Promise<void> {
  while (sent < total) {
    const number = sent;
    sent += 1;
    const wild = wildRequest(random);
    const answer = await post(wild);
    counts.set(String(answer.status), (counts.get(String(answer.status)) ?? 0) + 1);
    slowest = Math.max(slowest, answer.ms);
    answerBytes = Math.max(answerBytes, answer.bytes);
    if (!isRight(answer)) wrong.push(`request ${number} to ${wild.path} was answered ${answer.status}`);
    if (number % 500 === 0) memory.most = Math.max(memory.most, residentMb());
    if (number === Math.floor(total / 10)) memory.afterTenth = residentMb();
    if (number % 10_000 === 0 && number > 0) process.stderr.write(`${number} …\n`);
  }
}

async function askHealth(): Promise<void> {
  const start = performance.now();
  const ok = await fetch(`${URL_BASE}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
  healthMs = Math.max(healthMs, ok ? performance.now() - start : Infinity);
}

/** @returns how long it took until both CRMs had it */
async function healthyBooking(sandboxUrl: string): Promise<number> {
  const id = 987_654_321;
  const body = purchase((one) => {
    one.id = id;
    Object.assign(firstBooking(one), { id, purchase_id: id });
  });
  const start = performance.now();
  const headers = { "content-type": "application/json" };
  await post({ path: "/notifications/bookings", headers, body: Buffer.from(JSON.stringify(body)) });
  while (performance.now() - start < 10 * LIMITS.healthyMs) {
    const state = (await (await fetch(`${sandboxUrl}/_control/state`)).json()) as Record<
      string,
      { appointments: unknown }
    >;
    const has = (crm: string): boolean => JSON.stringify(state[crm]?.appointments ?? "").includes(String(id));
    if (has("salesforce") && has("hubspot")) return performance.now() - start;
    await sleep(50);
  }
  return Infinity;
}

function isRight({ status, retryAfter }: Answer): boolean {
  if (status === "no answer") return false;
  return status < 500 || (status === 503 && retryAfter !== undefined);
}

function post({ path, headers, body }: WildRequest): Promise<Answer> {
  const start = Date.now();
  return new Promise((resolve) => {
    let bytes = 0;
    const end = (status: Answer["status"], retryAfter?: string): void =>
      resolve({ status, bytes, retryAfter, ms: Date.now() - start });
    const sending = send(`${URL_BASE}${path}`, {
      method: "POST",
      agent,
      timeout: ANSWER_MS,
      headers: { ...headers, authorization: AUTHORIZATION, "content-length": body.length },
    });
    sending.on("response", (response) => {
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => end(response.statusCode ?? "no answer", response.headers["retry-after"]));
    });
    sending.on("timeout", () => sending.destroy());
    sending.on("error", () => end("no answer"));
    sending.end(body);
  });
}

function residentMb(): number {
  const status = readFileSync(`/proc/${webProcess}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
}
