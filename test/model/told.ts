/** What the timelines tell of a world: how each arrival was stored, and that nothing is left out. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@jest/globals";
import type { Tools } from "../../src/app/tools.ts";
import { createSyncLog } from "../../src/synclog/sync-log.ts";
import { eventually } from "../support/eventually.ts";
import type { TestSystem } from "../support/system.ts";
import type { Played } from "./happening.ts";
import type { HeardPurchase } from "./oracle.ts";
import type { Arrived } from "./perform.ts";

interface PlayedOut {
  readonly played: Played;
  readonly arrived: readonly Arrived[];
}

/**
 * Whoever is killed between settling and telling has told nobody, and the order of the arrivals is known from what is told.
 */
export async function isToldWithin(ms: number, tools: Tools, all: readonly PlayedOut[]): Promise<boolean> {
  const isTold = async (one: PlayedOut): Promise<boolean> => {
    const purchases = await heardSoFar(tools, one);
    return purchases.flatMap(({ heard }) => heard).length === one.arrived.length;
  };
  const deadline = Date.now() + ms;
  for (;;) {
    if ((await Promise.all(all.map(isTold))).every(Boolean)) return true;
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
}

/** From what the timeline tells, which on a busy machine is written after another worker has taken the job over. */
export async function hear(tools: Tools, one: PlayedOut): Promise<readonly HeardPurchase[]> {
  let purchases: readonly HeardPurchase[] = [];
  await eventually(async () => {
    purchases = await heardSoFar(tools, one);
    expect(purchases.flatMap(({ heard }) => heard)).toHaveLength(one.arrived.length);
  });
  return purchases;
}

export function idsOf({ purchaseId, relistedBy }: Played): number[] {
  return relistedBy === undefined ? [purchaseId] : [purchaseId, relistedBy];
}

async function heardSoFar(tools: Tools, { played, arrived }: PlayedOut): Promise<readonly HeardPurchase[]> {
  return await Promise.all(idsOf(played).map((purchaseId) => heardOf(tools, purchaseId, { played, arrived })));
}

/** How each arrival was stored. */
async function heardOf(tools: Tools, purchaseId: number, { played, arrived }: PlayedOut): Promise<HeardPurchase> {
  const timeline = await tools.syncLog.timeline(String(purchaseId));
  const told = timeline.flatMap((entry) => (entry.kind === "pass" ? entry.notifications : []));
  const byId = new Map(told.map(({ deliveryId, seq, receivedAt }) => [deliveryId, { seq, receivedAt }]));
  const ofIt = arrived.filter((one) => one.purchaseId === purchaseId);
  const heard = ofIt.flatMap((one) => {
    const how = byId.get(one.deliveryId);
    return how === undefined ? [] : [{ ...one, ...how, order: one.place ?? how.seq }];
  });
  const bookings = purchaseId === played.purchaseId ? played.bookings : [];
  return { purchaseId, relistedBy: played.relistedBy, bookings, heard };
}

/**
 * Every notification is told once per CRM, whatever went wrong on the way, and never twice where a worker was killed; the last
 * pass succeeded; nothing is listed.
 */
export async function expectSyncLogToTellAll({ redis, keys }: TestSystem, isKilled: boolean): Promise<void> {
  const syncLog = createSyncLog({ redis, keys, crms: ["salesforce", "hubspot"], retentionDays: 30 });
  const purchases = await syncLog.recent({ offset: 0, limit: 1_000 });
  const timelines = await Promise.all(purchases.map(({ purchaseId }) => syncLog.timeline(purchaseId)));
  const accepted = Number(await redis.hget(keys.received, "accepted"));
  for (const crm of ["salesforce", "hubspot"]) {
    const passes = timelines.map((entries) =>
      entries.flatMap((entry) => (entry.kind === "pass" && entry.crm === crm ? [entry] : [])),
    );
    expect(passes.map((of) => of.at(-1)?.outcome)).toEqual(passes.map(() => "applied"));
    const told = passes.flat().flatMap(({ notifications }) => notifications.map(({ deliveryId }) => deliveryId));
    expect(told.length).toBe(isKilled ? new Set(told).size : accepted);
    expect(told.length).toBeLessThanOrEqual(accepted);
    expect([await syncLog.failedCount(crm), await syncLog.causes(crm)]).toEqual([0, []]);
  }
}
