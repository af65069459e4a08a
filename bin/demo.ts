/**
 * A booking's life on this machine: created, moved, cancelled, each posted as BookingBug posts it, and what each CRM
 * holds after it. Everything is real but the CRMs, which are the sandbox.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";

const { values: options } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SECONDS = 30;
const children: ChildProcess[] = [];

interface HeldRecord {
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}
interface CrmState {
  readonly contacts: readonly HeldRecord[];
  readonly appointments: readonly HeldRecord[];
}
interface State {
  readonly salesforce: CrmState;
  readonly hubspot: CrmState;
}

const dataDir = await mkdtemp(join(ROOT, ".data-demo-"));
let status = 1;
try {
  await demo();
  status = 0;
  if (!options.once) {
    say("\nPress Ctrl-C to stop.");
    await new Promise((resolve) => process.once("SIGINT", resolve));
  }
} catch (error) {
  process.stderr.write(`${styleText("red", `The demo failed: ${error instanceof Error ? error.message : error}`)}\n`);
} finally {
  await stopAll();
}
process.exit(status);

async function demo(): Promise<void> {
  const sandboxPort = await freePort(4010);
  const port = await freePort(3000);
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const env = environment(port, sandbox);
  step("Starting the sandbox CRM, Redis, the web process and a worker");
  start("sandbox/main.ts", ["--port", String(sandboxPort)], {});
  await until(() => ok(sandbox), "the sandbox");
  start("src/web.ts", [], env);
  await until(() => ok(`http://127.0.0.1:${port}/healthz`), "the web process");
  start("src/worker.ts", [], env);
  await until(() => ok(`http://127.0.0.1:${port}/readyz`), "the service to be ready");

  const created = await inTheFuture();
  const moved = move(created);
  const url = `http://127.0.0.1:${port}/notifications`;
  await show("BookingBug reports a new booking", `${url}/bookings`, created, sandbox, "booked");
  await show("The customer moves it", `${url}/updates`, moved, sandbox, "rescheduled");
  await show("The customer cancels it", `${url}/cancellations`, moved, sandbox, "cancelled");
  say(`\n  The sandbox CRM's page   ${sandbox}/`);
  say(`  The queues (bull-board)  http://127.0.0.1:${port}/admin/queues  user admin, password demo-admin`);
}

function environment(port: number, sandbox: string): Record<string, string> {
  return {
    PORT: String(port),
    DATA_DIR: dataDir,
    BOOKINGBUG_USERNAME: "bookingbug",
    BOOKINGBUG_PASSWORD: "demo",
    ADMIN_USERNAME: "admin",
    ADMIN_PASSWORD: "demo-admin",
    CRM: "salesforce,hubspot",
    SALESFORCE_LOGIN_URL: sandbox,
    SALESFORCE_CLIENT_ID: "demo",
    SALESFORCE_CLIENT_SECRET: "demo",
    HUBSPOT_ACCESS_TOKEN: "demo",
    HUBSPOT_BASE_URL: sandbox,
    LOG_LEVEL: "warn",
  };
}

async function show(title: string, url: string, body: unknown, sandbox: string, wanted: string): Promise<void> {
  step(title);
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("bookingbug:demo").toString("base64")}` },
    body: JSON.stringify(body),
  });
  say(`  POST ${new URL(url).pathname} → ${response.status}`);
  if (response.status !== 202) throw new Error(await response.text());
  let state: State | undefined;
  await until(async () => {
    state = (await (await fetch(`${sandbox}/_control/state`)).json()) as State;
    return holds(state, wanted);
  }, `both CRMs to hold one contact and one ${wanted} appointment`);
  if (state !== undefined) print(state);
}

/** One contact, one appointment, and the appointment in the wanted state, in both CRMs. */
function holds({ salesforce, hubspot }: State, wanted: string): boolean {
  const one = [salesforce, hubspot].every((crm) => crm.contacts.length === 1 && crm.appointments.length === 1);
  return (
    one &&
    salesforce.appointments[0]?.values.BB_Status__c === wanted &&
    hubspot.appointments[0]?.values.bookingbug_status === wanted
  );
}

function print({ salesforce, hubspot }: State): void {
  const [sfContact, sfEvent] = [salesforce.contacts[0]?.values ?? {}, salesforce.appointments[0]?.values ?? {}];
  const [hsContact, hsMeeting] = [hubspot.contacts[0]?.values ?? {}, hubspot.appointments[0]?.values ?? {}];
  printCrm("Salesforce", [
    ["Contact", `${sfContact.FirstName} ${sfContact.LastName} <${sfContact.Email}>`],
    ["Event", sfEvent.Subject],
    ["starts", inLondon(sfEvent.StartDateTime)],
    ["moved from", inLondon(sfEvent.BB_Previous_Start__c)],
    ["status", `${sfEvent.BB_Status__c}, shown as ${sfEvent.ShowAs}`],
  ]);
  printCrm("HubSpot", [
    ["contact", `${hsContact.firstname} ${hsContact.lastname} <${hsContact.email}>`],
    ["meeting", hsMeeting.hs_meeting_title],
    ["starts", inLondon(hsMeeting.hs_meeting_start_time)],
    ["moved from", inLondon(hsMeeting.bookingbug_previous_start)],
    ["outcome", hsMeeting.hs_meeting_outcome],
  ]);
}

function printCrm(name: string, rows: readonly (readonly [string, unknown])[]): void {
  say(`  ${styleText("bold", name)}`);
  for (const [label, value] of rows) if (value !== undefined) say(`    ${label.padEnd(11)} ${value}`);
}

function inLondon(time: unknown): string | undefined {
  if (time === undefined || time === null) return undefined;
  const format = { dateStyle: "full", timeStyle: "short", timeZone: "Europe/London" } as const;
  return `${new Date(String(time)).toLocaleString("en-GB", format)} (Europe/London)`;
}

// biome-ignore lint/suspicious/noExplicitAny: the sample is foreign JSON
async function inTheFuture(): Promise<any> {
  const body = JSON.parse(await readFile(join(ROOT, "test/samples/purchase-created.json"), "utf8"));
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  Object.assign(body._embedded.bookings[0], {
    datetime: `${day}T11:30:00+00:00`,
    end_datetime: `${day}T12:00:00+00:00`,
  });
  return body;
}

// biome-ignore lint/suspicious/noExplicitAny: the sample is foreign JSON
function move(body: any): any {
  const copy = structuredClone(body);
  const booking = copy._embedded.bookings[0];
  const day = new Date(Date.parse(booking.datetime) + 86_400_000).toISOString().slice(0, 10);
  Object.assign(booking, { datetime: `${day}T15:00:00+00:00`, end_datetime: `${day}T15:30:00+00:00` });
  return copy;
}

function start(entry: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  child.once("exit", (code) => {
    if (code) process.stderr.write(`${entry} ended with exit code ${code}\n`);
  });
  children.push(child);
}

/** In reverse: the worker and the web process first, so that they can finish while Redis and the sandbox are there. */
async function stopAll(): Promise<void> {
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(10_000)]);
    child.kill("SIGKILL");
  }
  await rm(dataDir, { recursive: true, force: true });
}

async function ok(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ?? false;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + SECONDS * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${SECONDS} s for ${what}`);
    await sleep(100);
  }
}

/** The wanted port, or any free one when it is taken. */
async function freePort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const found = await new Promise<number | undefined>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(undefined));
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        const actual = typeof address === "object" && address !== null ? address.port : undefined;
        server.close(() => resolve(actual));
      });
    });
    if (found !== undefined) return found;
  }
  throw new Error("no free port");
}

function step(title: string): void {
  say(`\n${styleText(["bold", "cyan"], title)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
