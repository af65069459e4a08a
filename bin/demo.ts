/**
 * A booking's life on this machine: created, moved and cancelled, each posted as BookingBug posts it, and what each CRM
 * holds after it; then what is never posted, and is found by asking. Everything is real but the CRMs and BookingBug, which are
 * the sandbox.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify, styleText } from "node:util";
import { DateTime } from "luxon";
import { startEmbeddedRedis } from "../src/redis/embedded.ts";
import { bookingbugApi, silentStory } from "./demo-bookingbug.ts";
import { type CrmView, describeCrm, isAsExpected, readCrms } from "./demo-crms.ts";
import { bookingLife, type DemoNotification, type ExpectedAppointment } from "./demo-notifications.ts";
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
  /** What the service and its commands are configured with. */
  readonly environment: Readonly<Record<string, string>>;
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
    const life = await bookingLife(SAMPLE, DateTime.now());
    for (const notification of life) await show(notification, addresses);
    await showSilence(
      addresses,
      life.slice(-1).map(({ expected }) => expected),
    );
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
  const [service, sandbox] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${sandboxPort}`];
  const env = environment(port, redisUrl, sandbox);
  const addresses = { service, sandbox, environment: env };
  const { username, password } = BOOKINGBUG;
  const callbacks = `http://${username}:${password}@127.0.0.1:${port}/notifications`;
  processes.start("sandbox", "sandbox/main.ts", ["--port", String(sandboxPort), "--callbacks", callbacks], {});
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
    ...bookingbugApi(sandbox),
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

  await sayOnceHeld([expected], addresses, posted);
}

/** @param life what both CRMs hold from before */
async function showSilence(addresses: Addresses, life: readonly ExpectedAppointment[]): Promise<void> {
  const story = silentStory(addresses.sandbox, DateTime.now());
  step("Two more customers book, in the sandbox's BookingBug");
  const begun = Date.now();
  await sayOnceHeld([...life, ...(await story.book())], addresses, begun);

  step("Callbacks are off: one of them moves, the other cancels, a third books, and nothing is posted");
  const changed = await story.changeInSilence();
  say("  bin/crm-sync reconcile");
  const asked = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, ["src/cli.ts", "reconcile"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...addresses.environment },
  });
  for (const line of stdout.trimEnd().split("\n")) say(`  ${line}`);
  await sayOnceHeld([...life, ...changed], addresses, asked);
}

async function sayOnceHeld(
  expected: readonly ExpectedAppointment[],
  { sandbox }: Addresses,
  since: number,
): Promise<void> {
  let crms: readonly CrmView[] = [];
  const statuses = expected.map(({ status }) => status).join(", ");
  await until(async () => {
    crms = await readCrms(sandbox);
    return crms.every((crm) => isAsExpected(crm, expected));
  }, `both CRMs to hold ${expected.length} people and appointments: ${statuses}`).catch((error: unknown) => {
    sayCrms(crms);
    throw error;
  });
  say(`  Both CRMs are up to date ${Date.now() - since} ms later`);
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
  say(`  The sandbox BookingBug  ${sandbox}/bookingbug`);
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
