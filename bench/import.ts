/**
 * `node bench/import.ts [--bookings 20000] [--live 100] [--per-second 20] [--latency 100]`: bookings that were never posted are
 * planned and imported, with live notifications in between and `kill -9` twice. Prints planned, done and doubled, how long a live
 * notification takes to both CRMs without an import and with one, and the memory of the command.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openFleet } from "./bookingbug.ts";
import { percentiles } from "./fleet.ts";

const { values } = parseArgs({
  options: {
    bookings: { type: "string", default: "20000" },
    live: { type: "string", default: "100" },
    "per-second": { type: "string", default: "20" },
    latency: { type: "string", default: "100" },
  },
});
const BOOKINGS = Number(values.bookings);
const LIVE = Number(values.live);
/** Two live bookings a second at the most: HubSpot's smallest accounts take ten calls a second. */
const PAUSE_MS = 400;

const fleet = await openFleet({ perSecond: Number(values["per-second"]), latencyMs: Number(values.latency) });
const path = join(await mkdtemp(join(tmpdir(), "import-")), "plan.ndjson");

async function lags(isOver: (made: number) => boolean): Promise<number[]> {
  const found: number[] = [];
  while (!isOver(found.length)) {
    found.push(await fleet.liveLag());
    await sleep(PAUSE_MS);
  }
  return found;
}

async function applyUntil(read: number): Promise<void> {
  const { purchases = 0 } = await fleet.asked();
  await fleet.crmSync(
    ["import", "--apply", path],
    async () => ((await fleet.asked()).purchases ?? 0) >= purchases + read,
  );
}

const p95 = (numbers: readonly number[]): number => Math.round(percentiles(numbers, [0.95])[0]);
const most = (numbers: readonly number[]): number => Math.round(Math.max(...numbers));

try {
  await fleet.callbacks("off");
  await fleet.bookMany(BOOKINGS);
  await fleet.callbacks("on");
  await lags((made) => made === 20);
  const without = await lags((made) => made === LIVE);
  const plan = await fleet.crmSync(["import", "--from", "today", "--plan", path]);
  process.stdout.write(`${plan.out}\nplanned in ${Math.round(plan.seconds)} s\n`);
  let isOver = false;
  const importing = (async () => {
    await applyUntil(Math.floor(BOOKINGS / 4));
    await applyUntil(Math.floor(BOOKINGS / 4));
    return await fleet.crmSync(["import", "--apply", path]);
  })().finally(() => (isOver = true));
  const within = await lags(() => isOver);
  const done = await importing;
  await fleet.quiet();
  const held = await fleet.appointments();
  const expected = BOOKINGS + 20 + without.length + within.length;
  process.stdout.write(
    [
      done.out,
      `exit code ${done.code}; booked ${expected}, in Salesforce ${held.salesforce}, in HubSpot ${held.hubspot}, doubled ${held.doubled}`,
      `live p95 lag: ${p95(without)} ms without an import (${without.length}), ${p95(within)} ms with one (${within.length})`,
      `memory at most: ${most(plan.megabytes)} MB while planning, ${most(done.megabytes)} MB while importing`,
      "",
    ].join("\n"),
  );
  if (done.code !== 0 || held.doubled > 0 || held.salesforce !== expected || held.hubspot !== expected) {
    process.exitCode = 1;
  }
} finally {
  await fleet.stop();
}
