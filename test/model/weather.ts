/**
 * What happens to the service as a whole while worlds happen: faults, an outage, a person's pause, a worker that is killed, a
 * changed mapping.
 */
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@jest/globals";
import fc from "fast-check";
import type { FaultRule } from "../../sandbox/faults.ts";
import type { LiveMappings } from "../../src/mapping/live.ts";
import { readMappings } from "../../src/mapping/loader.ts";
import { parseMappings } from "../../src/mapping/parse-all.ts";
import { crmOf } from "../../src/operate/deps.ts";
import { resume } from "../../src/operate/resume.ts";
import { retry } from "../../src/operate/retry.ts";
import { eventually } from "../support/eventually.ts";
import { startProcess } from "../support/processes.ts";
import type { TestSystem } from "../support/system.ts";
import { mappingsWithBranch } from "./branch.ts";
import type { Service } from "./perform.ts";

export interface Weather {
  readonly rules: readonly FaultRule[];
  /** A CRM that answers nothing for far longer than a gate takes to close. */
  readonly outage: "salesforce" | "hubspot" | undefined;
  /** A CRM whose queue a person pauses meanwhile. */
  readonly pause: "salesforce" | "hubspot" | undefined;
  /** One worker more, a process of its own, is killed so long after the first notification, whatever it is at then. */
  readonly killedAfterMs: number | undefined;
  /** Another mapping comes into force, and everything is replayed in the end. */
  readonly remapped: boolean;
}

const OUTAGE_MS = 600;

const times = fc.integer({ min: 1, max: 4 });
const crm = fc.constantFrom("salesforce" as const, "hubspot" as const);
const action: fc.Arbitrary<FaultRule["action"]> = fc.oneof(
  fc.record({ type: fc.constant("timeout" as const), after: fc.boolean() }),
  fc.record({ type: fc.constant("reset" as const), after: fc.boolean() }),
  fc.constantFrom<FaultRule["action"]>(
    { type: "lock" },
    { type: "expire_token" },
    { type: "empty" },
    { type: "status", status: 429, headers: { "retry-after": "0" } },
    {
      type: "status",
      status: 429,
      headers: { "x-hubspot-ratelimit-interval-milliseconds": "50" },
      body: { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" },
    },
    { type: "status", status: 500, body: "<html>Internal error</html>" },
    { type: "status", status: 502, body: "<html>Bad gateway</html>" },
    { type: "status", status: 503, body: [{ errorCode: "SERVER_UNAVAILABLE", message: "down" }] },
  ),
);
const match = fc.constantFrom("/query", "composite", "/batch/", "/batch/read", "/batch/create", "oauth2", "/");
const faults: fc.Arbitrary<FaultRule[]> = fc.array(fc.record({ crm, match, times, action }), { maxLength: 12 });

export const weather: fc.Arbitrary<Weather> = fc.record({
  rules: faults.map((rules) => rules.filter(isSensible)),
  outage: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: crm }),
  pause: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: crm }),
  killedAfterMs: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat({ max: 800 }) },
  ),
  remapped: fc.boolean(),
});

/** A 429 without Retry-After from Salesforce means waiting for seconds, which has a test of its own. */
function isSensible({ crm: of, action: what }: FaultRule): boolean {
  return !(
    of === "salesforce" &&
    what.type === "status" &&
    what.status === 429 &&
    what.headers?.["retry-after"] === undefined
  );
}

/** @returns what to call when all was posted, which ends what has not ended by itself */
export async function begin(
  { system, tools }: Service,
  given: Weather,
  mappings: Editions,
): Promise<() => Promise<void>> {
  const { rules, outage, pause, killedAfterMs, remapped } = given;
  mappings.use(0);
  const down: FaultRule[] = outage === undefined ? [] : [{ crm: outage, action: { type: "status", status: 503 } }];
  system.sandbox.faults.set([...down, ...rules]);
  if (pause !== undefined) await crmOf(tools, pause).queue.pause();
  const killed = killedAfterMs === undefined ? undefined : await startVictim(system, killedAfterMs);
  const over = sleep(outage === undefined ? 0 : OUTAGE_MS);
  return async () => {
    await killed?.();
    if (remapped) mappings.use(1);
    await over;
    system.sandbox.faults.set(rules);
    if (pause === undefined) return;
    expect(await crmOf(tools, pause).gate.pausedByHand()).toBeDefined();
    await eventually(async () => expect(await resume(tools, pause)).toMatchObject({ outcome: "resumed" }));
  };
}

/** @returns what waits until it is dead */
async function startVictim({ environment }: TestSystem, killedAfterMs: number): Promise<() => Promise<void>> {
  const worker = startProcess("src/worker.ts", { ...environment, LOG_LEVEL: "info" });
  await worker.up;
  setTimeout(() => worker.kill(), killedAfterMs);
  return () => worker.ended;
}

/** Everything as the mapping in force says, also what was written before it was. */
export async function replay({ system, tools }: Service, purchaseIds: readonly string[]): Promise<void> {
  for (const { crm } of tools.crms) await retry(tools, { crm, purchaseIds, by: "operator" });
  await system.quiet();
}

export interface Editions extends LiveMappings {
  /** With the edition in force, for other processes: a worker killed or stalled has its purchases tried in one. */
  readonly folder: string;
  use(edition: 0 | 1): void;
}

/** The default mappings and a branch's, as they are and with other texts, one of the two in force at once. */
export async function editions(): Promise<Editions> {
  const folder = await mappingsWithBranch();
  const texts = await readMappings(folder);
  const other = texts.map((one) => ({
    ...one,
    text: one.text.replace("constant: Busy", "constant: OutOfOffice").replace("BookingBug booking", "Booking"),
  }));
  const [first, second] = [texts, other].map((some) => ({
    set: parseMappings(some),
    texts: some,
    loadedAt: new Date().toISOString(),
    rejected: undefined,
  }));
  if (first === undefined || second === undefined) throw new Error("There are two editions.");
  let now = first;
  return {
    folder,
    current: () => now,
    watch: () => () => {},
    use(edition) {
      now = edition === 0 ? first : second;
      for (const { file, text } of now.texts) writeFileSync(join(folder, basename(file)), text);
    },
  };
}
