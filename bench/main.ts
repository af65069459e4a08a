/**
 * `npm run bench [-- --json] [--only receiver,drain,paced,latency,mapping,scale,lookups,pages]`: what it costs, measured on this
 * machine with real Redis, real HTTP and separate processes. Every figure is from this run. What takes its time runs only when
 * `--only` asks for it: memory (`--minutes 10`, `--failing`), a round over so many records (`drift`, `--records 100000`), and the day beside
 * Node-RED (`peers`, `--purchases 2000`).
 */
import { parseArgs } from "node:util";
import { benchDrain, benchLatency, type DrainReport } from "./drain.ts";
import { benchDrift, type DriftReport } from "./drift.ts";
import { benchMapping } from "./mapping.ts";
import { asChart, benchMemory } from "./memory.ts";
import { benchPages } from "./pages.ts";
import { benchPeers } from "./peers.ts";
import { benchReceiver } from "./receiver.ts";
import { benchSyncLog } from "./synclog.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string" },
    minutes: { type: "string", default: "10" },
    failing: { type: "boolean", default: false },
    records: { type: "string", default: "100000" },
    purchases: { type: "string", default: "2000" },
  },
});
const wanted = values.only?.split(",");
const report: Record<string, unknown> = {};
const CRMS = ["salesforce", "hubspot"] as const;
const ONLY_WHEN_ASKED = ["memory", "drift", "peers"];

async function section(name: string, run: () => Promise<unknown>): Promise<void> {
  if (wanted === undefined ? ONLY_WHEN_ASKED.includes(name) : !wanted.includes(name)) return;
  process.stderr.write(`${name} …\n`);
  report[name] = await run();
  if (!values.json) show(name, report[name]);
}

function show(name: string, result: unknown): void {
  process.stdout.write(`\n${name}\n`);
  console.table(Array.isArray(result) ? result.map(rounded) : result);
}

function rounded(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? Number(value.toPrecision(4)) : value]),
  );
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

await section("mapping", async () => await benchMapping());
await section("receiver", benchReceiver);
await section("latency", async () => {
  const rows = [];
  for (const crm of CRMS) rows.push(await benchLatency(crm, 100));
  return rows;
});
await section("drain", async () => {
  const rows: DrainReport[] = [];
  for (const crm of CRMS) {
    for (const purchases of [1, 100, 1_000, 10_000]) {
      rows.push(await benchDrain({ crm, purchases, workers: 1, latencyMs: 100, limits: false }));
    }
  }
  return rows;
});
await section("lookups", async () => await benchSyncLog());
await section("pages", async () => await benchPages());
await section("paced", async () => {
  const rows = [];
  for (const burst of [100, 190]) {
    const drain = { crm: "hubspot", purchases: 10_000, workers: 2, latencyMs: 100, limits: true, burst } as const;
    const { crm, purchases, seconds, rateLimited, violations, callsPerBooking } = await benchDrain(drain);
    // Three kinds of call (look-up by e-mail, contact, meeting with its association) in full batches of 100, at the published limits
    // of a privately distributed app. Salesforce publishes no such rate, only a day's allocation: there the worker is the limit.
    const minimumCalls = 3 * Math.ceil(purchases / 100);
    const minimumSeconds = minimumCalls / (burst / 10);
    const ratio = seconds / minimumSeconds;
    rows.push({
      crm,
      burst,
      purchases,
      seconds,
      minimumCalls,
      minimumSeconds,
      ratio,
      callsPerBooking,
      rateLimited,
      violations,
    });
  }
  return rows;
});
await section("scale", async () => {
  const rows: DrainReport[] = [];
  for (const workers of [1, 2, 4]) {
    rows.push(await benchDrain({ crm: "salesforce", purchases: 4_000, workers, latencyMs: 100, limits: false }));
  }
  return rows;
});
await section("drift", async () => {
  const rows: DriftReport[] = [];
  for (const crm of CRMS) rows.push(await benchDrift(crm, Number(values.records)));
  return rows;
});
await section("memory", async () => {
  const measured = await benchMemory({ minutes: Number(values.minutes), failing: values.failing });
  const { web, worker, ...rest } = measured;
  process.stdout.write(`${asChart(measured)}\n`);
  return Object.entries({ web, worker }).map(([process, { rest: atRest, mostOfDrain, byMinute }]) => ({
    process,
    atRest,
    mostOfDrain,
    firstMinutes: mean(byMinute.slice(0, Math.ceil(byMinute.length / 10))),
    lastMinutes: mean(byMinute.slice(-Math.ceil(byMinute.length / 10))),
    most: Math.max(...byMinute),
    ...rest,
  }));
});
await section("peers", async () => {
  return await benchPeers({ purchases: Number(values.purchases), phaseMs: Number(values.minutes) * 60_000 });
});
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
