/**
 * `node bench/import.ts [--bookings 20000] [--live 100] [--per-second 20]`: bookings that were never posted are planned and
 * imported, with live notifications in between and `kill -9` twice. Prints planned, done and doubled, and how long a live
 * notification takes to both CRMs without an import and with one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { PARENT } from "../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../sandbox/bookingbug/sign-in.ts";
import { CHILD_ENVIRONMENT, endsWithUs, ROOT } from "../test/support/children.ts";
import { runCli } from "../test/support/cli.ts";
import { BOOKINGBUG } from "../test/support/environment.ts";
import { startSystem } from "../test/support/system.ts";
import { percentiles } from "./fleet.ts";

const { values } = parseArgs({
  options: {
    bookings: { type: "string", default: "20000" },
    live: { type: "string", default: "100" },
    "per-second": { type: "string", default: "20" },
  },
});
const BOOKINGS = Number(values.bookings);
const LIVE = Number(values.live);
const PAUSE_MS = 100;
const DAY_MS = 86_400_000;

const callbacks = { bookings: "", updates: "", cancellations: "", ...BOOKINGBUG };
const system = await startSystem({ sandbox: { bookingbug: { callbacks } } });
for (const route of ["bookings", "updates", "cancellations"] as const) {
  callbacks[route] = `${system.url}/notifications/${route}`;
}
const { bookingbug } = system.sandbox;
const environment = {
  ...system.environment,
  BOOKINGBUG_API_URL: system.sandbox.url,
  BOOKINGBUG_API_CLIENT_ID: BOOKINGBUG_SIGN_IN.clientId,
  BOOKINGBUG_API_CLIENT_SECRET: BOOKINGBUG_SIGN_IN.clientSecret,
  BOOKINGBUG_API_COMPANY_ID: String(PARENT),
  BOOKINGBUG_API_REQUESTS_PER_SECOND: values["per-second"],
};
const path = join(await mkdtemp(join(tmpdir(), "import-")), "plan.ndjson");
const start = (index: number): Date => new Date(Date.now() + DAY_MS + (index % 300) * DAY_MS);
const crms = Object.keys(system.queues);

/** From the moment of booking until both CRMs have it. */
async function liveLag(): Promise<number> {
  const began = performance.now();
  const { purchaseId } = bookingbug.book({ starts: [start(400)] });
  await bookingbug.settled();
  for (;;) {
    const since = await Promise.all(
      crms.map((crm) => system.redis.zscore(system.keys.pending(crm), String(purchaseId))),
    );
    if (since.every((score) => score === null)) return performance.now() - began;
    await sleep(5);
  }
}

async function lags(isOver: (made: number) => boolean): Promise<number[]> {
  const found: number[] = [];
  while (!isOver(found.length)) {
    found.push(await liveLag());
    await sleep(PAUSE_MS);
  }
  return found;
}

async function applyUntil(read: number): Promise<void> {
  const child = endsWithUs(
    spawn(process.execPath, ["src/cli.ts", "import", "--apply", path], {
      cwd: ROOT,
      env: { ...CHILD_ENVIRONMENT, ...environment },
      stdio: "ignore",
    }),
  );
  const ended = once(child, "exit");
  const until = (bookingbug.stats.calls.purchases ?? 0) + read;
  while ((bookingbug.stats.calls.purchases ?? 0) < until && child.exitCode === null) await sleep(5);
  child.kill("SIGKILL");
  await ended;
}

const p95 = (numbers: readonly number[]): number => Math.round(percentiles(numbers, [0.95])[0]);
const doubled = (ids: readonly unknown[]): number => ids.length - new Set(ids).size;

try {
  bookingbug.callbacks = "off";
  for (let index = 0; index < BOOKINGS; index += 1) bookingbug.book({ starts: [start(index)] });
  bookingbug.callbacks = "on";
  await lags((made) => made === 10);
  const without = await lags((made) => made === LIVE);
  const { out: plan, err } = await runCli(["import", "--from", "today", "--plan", path], environment);
  process.stdout.write(`${plan}${err}\n`);
  let isOver = false;
  const importing = (async () => {
    await applyUntil(Math.floor(BOOKINGS / 4));
    await applyUntil(Math.floor(BOOKINGS / 4));
    return await runCli(["import", "--apply", path], environment);
  })().finally(() => (isOver = true));
  const within = await lags(() => isOver);
  const { out: done, err: why, code } = await importing;
  process.stdout.write(`${done}${why}\n`);
  await bookingbug.settled();
  await system.quiet();
  const events = system.sandbox.salesforce.records("Event").map((one) => one.values.BB_Booking_Id__c);
  const meetings = system.sandbox.hubspot.records("meetings").map((one) => one.values.bookingbug_booking_id);
  const expected = bookingbug.bookings().length;
  process.stdout.write(
    [
      `exit code ${code}; booked ${expected}, in Salesforce ${events.length}, in HubSpot ${meetings.length}`,
      `doubled ${doubled(events) + doubled(meetings)}`,
      `live p95 lag: ${p95(without)} ms without an import (${without.length}), ${p95(within)} ms with one (${within.length})`,
      "",
    ].join("\n"),
  );
  if (code !== 0 || doubled(events) + doubled(meetings) > 0 || meetings.length !== expected) process.exitCode = 1;
} finally {
  await system.stop();
}
