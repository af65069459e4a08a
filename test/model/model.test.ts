/**
 * Random worlds, random faults, several workers: when it is quiet, both CRMs equal the model ([O2], [P1], [B1], [B2]).
 * `MODEL_CASES` and `TEST_SEED` make it longer or repeat a run.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { FaultRule } from "../../sandbox/faults.ts";
import type { SandboxOptions } from "../../sandbox/server.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { clientIdOf, type ExpectedBooking, emailOf, play, world } from "./world.ts";

const CASES = Number(process.env.MODEL_CASES ?? 200);
const SEED = fc.readConfigureGlobal()?.seed;
const MS_PER_CASE = 5_000;

let system: TestSystem;
let worlds = 0;

/** What the vendors' documents leave open, both ways. */
const VARIANTS: readonly { name: string; share: number; sandbox: SandboxOptions }[] = [
  { name: "unique meetings, batches that fail in part", share: 0.75, sandbox: {} },
  {
    name: "no unique property on meetings, batches that fail whole",
    share: 0.25,
    sandbox: { hubspot: { uniqueMeetings: false, batchFailure: "whole" } },
  },
];

const times = fc.integer({ min: 1, max: 2 });
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
const faults: fc.Arbitrary<FaultRule[]> = fc.array(fc.record({ crm, match, times, action }), { maxLength: 4 });

describe.each(VARIANTS)("CRMs with $name", ({ share, sandbox }) => {
  const cases = Math.ceil(CASES * share);
  const env = { CRM_TIMEOUT_MS: "150", JOB_BACKOFF_MS: "10", PROBE_MS: "50" };
  beforeAll(async () => {
    system = await startSystem({ workers: 3, env, sandbox });
  });
  afterAll(() => system.stop());

  it(
    `equal the model after any notifications, repetitions and faults (${cases} cases, seed ${SEED})`,
    async () => {
      const property = fc.asyncProperty(world, faults, async (given, rules) => {
        worlds += 1;
        await system.reset();
        system.sandbox.faults.set(rules.filter(isSensible));
        const { deliveries, expected } = play(given, worlds);
        await Promise.all(deliveries.map(deliverInOrder));
        await system.quiet();
        await expectCrmsToEqual(expected, worlds);
        await expectSyncLogToTellAll();
      });
      await fc.assert(property, { numRuns: cases });
    },
    cases * MS_PER_CASE,
  );
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

async function deliverInOrder(deliveries: ReturnType<typeof play>["deliveries"][number]): Promise<void> {
  for (const { route, body } of deliveries) {
    const { status } = await system.post(route, body);
    expect(status).toBe(202);
  }
}

async function expectCrmsToEqual(expected: readonly ExpectedBooking[], offset: number): Promise<void> {
  for (const name of ["salesforce", "hubspot"]) expect(await system.failures(name)).toEqual([]);
  const { salesforce, hubspot } = system.sandbox;
  const contacts = { salesforce: salesforce.records("Contact"), hubspot: hubspot.records("contacts") };
  const people = countPeople(expected, offset);
  expect([contacts.salesforce.length, contacts.hubspot.length]).toEqual([people, people]);

  const instant = (time: unknown): number | undefined => (time ? Date.parse(String(time)) : undefined);
  const inSalesforce = salesforce.records("Event").map(({ values }) => ({
    id: values.BB_Booking_Id__c,
    start: instant(values.StartDateTime),
    status: values.BB_Status__c,
    moves: values.BB_Reschedule_Count__c,
    previous: instant(values.BB_Previous_Start__c),
    contact: keyOfContact(contacts.salesforce.find(({ id }) => id === values.WhoId)?.values, "Email", "BB_Id__c"),
  }));
  const inHubspot = hubspot.records("meetings").map(({ values, links }) => ({
    id: values.bookingbug_booking_id,
    start: instant(values.hs_meeting_start_time),
    status: values.bookingbug_status,
    moves: Number(values.bookingbug_reschedule_count),
    previous: instant(values.bookingbug_previous_start),
    contact: keyOfContact(contacts.hubspot.find(({ id }) => links.includes(id))?.values, "email", "bookingbug_id"),
  }));
  const wanted = expected.map(({ id, start, status, moves, previous, person }) => {
    const contact = emailOf(person, offset) ?? String(clientIdOf(person, offset));
    return { id, start, status, moves, previous, contact };
  });
  expect(sorted(inSalesforce)).toEqual(sorted(wanted));
  expect(sorted(inHubspot)).toEqual(sorted(wanted));
  expect([salesforce.stats.violations, hubspot.stats.violations]).toEqual([[], []]);
}

/** Every notification is told once per CRM, whatever went wrong on the way; the last pass succeeded; nothing is listed. */
async function expectSyncLogToTellAll(): Promise<void> {
  const { redis, keys } = system;
  const syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
  const purchases = await syncLog.recent({ offset: 0, limit: 1_000 });
  const timelines = await Promise.all(purchases.map(({ purchaseId }) => syncLog.timeline(purchaseId)));
  const accepted = Number(await redis.hget(keys.received, "accepted"));
  for (const crm of ["salesforce", "hubspot"]) {
    const passes = timelines.map((entries) =>
      entries.flatMap((entry) => (entry.kind === "pass" && entry.crm === crm ? [entry] : [])),
    );
    expect(passes.map((of) => of.at(-1)?.outcome)).toEqual(passes.map(() => "applied"));
    expect(passes.flat().flatMap(({ notifications }) => notifications)).toHaveLength(accepted);
    expect([await syncLog.failedCount(crm), await syncLog.causes(crm)]).toEqual([0, []]);
  }
}

function keyOfContact(values: Record<string, unknown> | undefined, email: string, id: string): string {
  return String(values?.[email] ?? values?.[id] ?? "no contact");
}

/** People with one e-mail are one contact; people without are one by their client id. */
function countPeople(expected: readonly ExpectedBooking[], offset: number): number {
  return new Set(expected.map(({ person }) => emailOf(person, offset) ?? clientIdOf(person, offset))).size;
}

function sorted<T extends { id: unknown }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => String(a.id).localeCompare(String(b.id)));
}
