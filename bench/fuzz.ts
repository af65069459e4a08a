/**
 * `npm run fuzz [-- --requests 100000 --seed 1]`: requests that nobody should send, to a real web process over HTTP. Each
 * must be answered in time with a right status, and the process must not grow.
 */
import { readFileSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { parseArgs } from "node:util";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { openBench, untilUp } from "./fleet.ts";
import { randomFrom, type WildRequest, wildRequest } from "./mutations.ts";

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

interface Answer {
  readonly status: number | "no answer";
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

const bench = await openBench({ crm: "salesforce", sandboxPort: 4714, latencyMs: 0, limits: false });
try {
  webProcess = bench.start("src/web.ts", { PORT: String(PORT), LOG_LEVEL: "fatal" }).pid ?? 0;
  await untilUp(`${URL_BASE}/healthz`);
  memory.start = residentMb();
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  memory.end = residentMb();
  if (!(await fetch(`${URL_BASE}/healthz`)).ok) wrong.push("the process no longer answers");
} finally {
  await bench.stop();
}
if (memory.end > memory.afterTenth + SLACK_MB) {
  wrong.push(`the process grew from ${memory.afterTenth} to ${memory.end} MB`);
}
process.stdout.write(`seed ${values.seed}: ${sent} requests, slowest answer ${slowest} ms\n`);
console.table(Object.fromEntries([...counts].sort()));
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
    if (!isRight(answer)) wrong.push(`request ${number} to ${wild.path} was answered ${answer.status}`);
    if (number % 500 === 0) memory.most = Math.max(memory.most, residentMb());
    if (number === Math.floor(total / 10)) memory.afterTenth = residentMb();
    if (number % 10_000 === 0 && number > 0) process.stderr.write(`${number} …\n`);
  }
}

function isRight({ status, retryAfter }: Answer): boolean {
  if (status === "no answer") return false;
  return status < 500 || (status === 503 && retryAfter !== undefined);
}

function post({ path, headers, body }: WildRequest): Promise<Answer> {
  const start = Date.now();
  return new Promise((resolve) => {
    const end = (status: Answer["status"], retryAfter?: string): void =>
      resolve({ status, retryAfter, ms: Date.now() - start });
    const sending = send(`${URL_BASE}${path}`, {
      method: "POST",
      agent,
      timeout: ANSWER_MS,
      headers: { ...headers, authorization: AUTHORIZATION, "content-length": body.length },
    });
    sending.on("response", (response) => {
      response.resume().on("end", () => end(response.statusCode ?? "no answer", response.headers["retry-after"]));
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
