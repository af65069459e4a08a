/**
 * One day against one sandbox HubSpot that admits 190 requests in ten seconds, through a flow in Node-RED and through ours. What
 * goes wrong on purpose is alike for each. Everybody's deliveries are posted once, as BookingBug posts them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { FaultRule } from "../sandbox/faults.ts";
import { BOOKINGBUG, basic } from "../test/support/environment.ts";
import { type Bench, openBench, type SandboxStats, sandboxStats, untilUp } from "./fleet.ts";
import { planDay, type Story } from "./peers-day.ts";
import type { FlowOptions } from "./peers-flow.ts";
import { installNodeRed, startNodeRed } from "./peers-node-red.ts";
import { held, judge, type Verdict } from "./peers-verdict.ts";

export interface PeerOptions {
  readonly purchases: number;
  /** After which morning, midday and afternoon are over, whatever is still on its way. */
  readonly phaseMs: number;
}

export interface PeerReport extends Verdict {
  readonly contestant: string;
  /** Of the morning: those that have a meeting, over the seconds until the last call. */
  readonly bookingsPerSecond: number;
  /** Of the morning, as `bookingsPerSecond`. */
  readonly callsPerBooking: number;
  readonly rateLimited: number;
  /** Deliveries that were not answered with a 2xx. */
  readonly refused: number;
  readonly seconds: number;
}

type Contestant = { readonly name: string } & (
  | { readonly kind: "node-red"; readonly flow: FlowOptions }
  | { readonly kind: "ours" }
);

const CONTESTANTS: readonly Contestant[] = [
  { name: "Node-RED", kind: "node-red", flow: { rate: false, retry: false } },
  { name: "Node-RED, rate limit", kind: "node-red", flow: { rate: true, retry: false } },
  { name: "Node-RED, rate limit, retries", kind: "node-red", flow: { rate: true, retry: true } },
  { name: "this service", kind: "ours" },
];

const SANDBOX_PORT = 4761;
const PORT = 4762;
const AT_ONCE = 16;
const LATENCY_MS = 100;
const BURST = 190;
/** Longer than anybody waits before another try: after seven faults in a row a job of ours waits 64 seconds. */
const QUIET_MS = 90_000;
const AUTHORIZATION = basic(BOOKINGBUG);

/** At midday and in the afternoon: HubSpot fails, does what it was asked and loses the answer, and is busy with others. */
const FAULTS: readonly FaultRule[] = [
  { crm: "hubspot", match: "/contacts", times: 3, action: { type: "status", status: 500, body: { message: "down" } } },
  { crm: "hubspot", match: "/meetings", times: 2, action: { type: "reset", after: true } },
  { crm: "hubspot", match: "/meetings", times: 5, action: { type: "status", status: 429, body: { message: "busy" } } },
];

export async function benchPeers(options: PeerOptions): Promise<PeerReport[]> {
  await installNodeRed();
  const reports: PeerReport[] = [];
  for (const contestant of CONTESTANTS) {
    process.stderr.write(`${contestant.name} …\n`);
    reports.push(await live(contestant, options));
  }
  return reports;
}

async function live(contestant: Contestant, { purchases, phaseMs }: PeerOptions): Promise<PeerReport> {
  const day = planDay(purchases);
  const limits = { limits: true, burst: BURST } as const;
  const bench = await openBench({ crm: "hubspot", sandboxPort: SANDBOX_PORT, latencyMs: LATENCY_MS, ...limits });
  try {
    await start(bench, contestant);
    const began = performance.now();
    const morning = await phase(bench, day.morning, phaseMs);
    const booked = judge(day.truth, await state(bench)).bookings;
    await bench.fail(FAULTS);
    const midday = await phase(bench, day.midday, phaseMs);
    await bench.fail(FAULTS);
    const afternoon = await phase(bench, day.afternoon, phaseMs);
    return {
      contestant: contestant.name,
      bookingsPerSecond: booked / morning.seconds,
      callsPerBooking: morning.stats.calls / booked,
      rateLimited: afternoon.stats.rateLimited,
      refused: morning.refused + midday.refused + afternoon.refused,
      ...judge(day.truth, await state(bench)),
      seconds: (performance.now() - began) / 1_000,
    };
  } finally {
    await bench.stop();
  }
}

async function start(bench: Bench, contestant: Contestant): Promise<void> {
  if (contestant.kind === "ours") {
    bench.start("src/web.ts", { PORT: String(PORT) });
    bench.start("src/worker.ts");
    await untilUp(`http://127.0.0.1:${PORT}/readyz`);
    return;
  }
  await startNodeRed(bench, { port: PORT, flow: contestant.flow, authorization: AUTHORIZATION });
  await untilListening(`http://127.0.0.1:${PORT}/notifications/bookings`);
}

/** A refused password is an answer of the flow's own. */
async function untilListening(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const response = await fetch(url, { method: "POST" }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 401) return;
    if (Date.now() > deadline) throw new Error(`${url} did not come up`);
    await sleep(100);
  }
}

/** Delivers it all, and waits until nobody has called HubSpot for a while. */
async function phase(
  bench: Bench,
  stories: readonly Story[],
  phaseMs: number,
): Promise<{ readonly seconds: number; readonly stats: SandboxStats; readonly refused: number }> {
  const began = Date.now();
  const watched = watch(bench, began + phaseMs);
  const refused = await deliver(stories);
  const { stats, lastCall } = await watched;
  return { seconds: (lastCall - began) / 1_000, stats, refused };
}

async function watch(bench: Bench, deadline: number): Promise<{ stats: SandboxStats; lastCall: number }> {
  let stats = await sandboxStats(bench.sandboxUrl, "hubspot");
  let lastCall = Date.now();
  while (Date.now() - lastCall < QUIET_MS && Date.now() < deadline) {
    await sleep(100);
    const now = await sandboxStats(bench.sandboxUrl, "hubspot");
    if (now.calls + now.rateLimited !== stats.calls + stats.rateLimited) lastCall = Date.now();
    stats = now;
  }
  return { stats, lastCall };
}

/** @returns deliveries that nobody acknowledged: BookingBug does not post them again */
async function deliver(stories: readonly Story[]): Promise<number> {
  const left = stories.values();
  let refused = 0;
  async function sender(): Promise<void> {
    for (const story of left) {
      for (const { route, body } of story) {
        const response = await fetch(`http://127.0.0.1:${PORT}/notifications/${route}`, {
          method: "POST",
          headers: { authorization: AUTHORIZATION, "content-type": "application/json" },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(30_000),
        }).catch(() => undefined);
        await response?.arrayBuffer();
        if (!response?.ok) refused += 1;
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return refused;
}

async function state(bench: Bench): Promise<z.infer<typeof held>> {
  const response = await fetch(`${bench.sandboxUrl}/_control/state`);
  return z.object({ hubspot: held }).parse(await response.json()).hubspot;
}
