/**
 * A booking's life on this machine: created, moved and cancelled, each posted as BookingBug posts it, and what each CRM
 * holds after it. Everything is real but the CRMs, which are the sandbox.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";
import { DateTime } from "luxon";
import { startEmbeddedRedis } from "../src/redis/embedded.ts";
import { type CrmView, describeCrm, isAsExpected, readCrms } from "./demo-crms.ts";
import { bookingLife, type DemoNotification } from "./demo-notifications.ts";
import { createProcesses, freePort, type Processes } from "./demo-processes.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SAMPLE = join(ROOT, "test/samples/purchase-created.json");
const TIME_ZONE = "Europe/London";
/** Far more than a slow and busy machine takes. */
const PATIENCE_MS = 120_000;
const POLL_MS = 25;
const BOOKINGBUG = { username: "bookingbug", password: "demo" };
const ADMIN = { username: "admin", password: "demo-admin" };

interface Addresses {
  readonly service: string;
  readonly sandbox: string;
}

const once = readOptions();
const interrupted = Promise.withResolvers<"interrupted">();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.resolve("interrupted"));
}
// Whoever reads along may go away.
process.stdout.on("error", () => interrupted.resolve("interrupted"));
process.exit(await runDemo());

/** @returns the exit code */
async function runDemo(): Promise<number> {
  await mkdir(join(ROOT, ".data"), { recursive: true });
  const dataDir = await mkdtemp(join(ROOT, ".data", "demo-"));
  const processes = createProcesses(ROOT, dataDir);
  step("Starting Redis, the sandbox CRM, the web process and a worker");
  const redis = startEmbeddedRedis(join(dataDir, "redis"));
  const story = async (): Promise<"told"> => {
    const addresses = await startProcesses(processes, (await redis).url);
    for (const notification of await bookingLife(SAMPLE, DateTime.now())) await show(notification, addresses);
    sayWhereToLook(addresses);
    return "told";
  };
  try {
    const outcome = await Promise.race([story(), processes.failure, interrupted.promise]);
    if (outcome === "interrupted") return 130;
    if (!once) {
      say("Press Ctrl-C to stop.");
      await Promise.race([processes.failure, interrupted.promise]);
    }
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${styleText("red", `The demo failed: ${message}`, { stream: process.stderr })}\n`);
    return 1;
  } finally {
    await processes.stop();
    await redis.then(
      ({ stop }) => stop(),
      () => {},
    );
    await rm(dataDir, { recursive: true, force: true });
  }
}

function readOptions(): boolean {
  try {
    return parseArgs({ options: { once: { type: "boolean", default: false } } }).values.once;
  } catch {
    process.stderr.write("Usage: bin/demo [--once]\n  --once  end after the booking's life is told\n");
    process.exit(2);
  }
}

async function startProcesses(processes: Processes, redisUrl: string): Promise<Addresses> {
  const sandboxPort = await freePort(4010);
  const port = await freePort(3000);
  const addresses = { service: `http://127.0.0.1:${port}`, sandbox: `http://127.0.0.1:${sandboxPort}` };
  const env = environment(port, redisUrl, addresses.sandbox);
  processes.start("sandbox", "sandbox/main.ts", ["--port", String(sandboxPort)], {});
  processes.start("web", "src/web.ts", [], env);
  processes.start("worker", "src/worker.ts", [], env);
  await until(() => answers(addresses.sandbox), "the sandbox to answer");
  await until(() => answers(`${addresses.service}/readyz`), "the service to be ready");
  return addresses;
}

function environment(port: number, redisUrl: string, sandbox: string): Record<string, string> {
  return {
    PORT: String(port),
    REDIS_URL: redisUrl,
    BOOKINGBUG_USERNAME: BOOKINGBUG.username,
    BOOKINGBUG_PASSWORD: BOOKINGBUG.password,
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: sandbox,
    SALESFORCE_CLIENT_ID: "demo",
    SALESFORCE_CLIENT_SECRET: "demo",
    HUBSPOT_ACCESS_TOKEN: "demo",
    HUBSPOT_BASE_URL: sandbox,
  };
}

async function show({ title, route, body, expected }: DemoNotification, addresses: Addresses): Promise<void> {
  step(title);
  const credentials = Buffer.from(`${BOOKINGBUG.username}:${BOOKINGBUG.password}`).toString("base64");
  const posted = Date.now();
  const response = await fetch(`${addresses.service}/notifications/${route}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Basic ${credentials}` },
    body: JSON.stringify(body),
  });
  say(`  BookingBug posts to /notifications/${route} and is answered ${response.status}`);
  if (response.status !== 202) throw new Error(await response.text());

  let crms: readonly CrmView[] = [];
  await until(async () => {
    crms = await readCrms(addresses.sandbox);
    return crms.every((crm) => isAsExpected(crm, expected));
  }, `both CRMs to hold one contact and one appointment, ${expected.status}`).catch((error: unknown) => {
    sayCrms(crms);
    throw error;
  });
  say(`  Both CRMs are up to date ${Date.now() - posted} ms later`);
  sayCrms(crms);
}

function sayCrms(crms: readonly CrmView[]): void {
  for (const crm of crms) {
    say(`  ${styleText("bold", crm.name)}`);
    for (const line of describeCrm(crm, TIME_ZONE)) say(`    ${line}`);
  }
}

function sayWhereToLook({ service, sandbox }: Addresses): void {
  step("Look for yourself");
  say(`  The sandbox CRM         ${sandbox}/`);
  say(`  The dashboard           ${service}/admin (user ${ADMIN.username}, password ${ADMIN.password})`);
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ?? false;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

function step(title: string): void {
  say(`\n${styleText(["bold", "cyan"], title)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
