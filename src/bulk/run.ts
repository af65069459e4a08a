/**
 * Carries a job on many out: a page of purchases at a time is taken up, and as many wait for the CRMs as are no burden for what is
 * live. What is taken up is written down before anything is done to it, so that whoever comes after a crash knows it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { act, actAgain, type PurchasesBulk, waitingOf } from "./act.ts";
import { type BulkDeps, type Going, POLL_MS, type Reached } from "./deps.ts";
import { isInTheWay } from "./in-the-way.ts";
import { lookAtImpact } from "./look-at-impact.ts";
import { crmsOf, isMeant, nextOf } from "./meant.ts";
import { readQuarantineAgain } from "./read-quarantine-again.ts";
import { repairing } from "./repair-drift.ts";
import { isUpTo } from "./request.ts";
import { type Bulk, overOf, type Progress } from "./store.ts";

/**
 * @param gaveWay whether it did when it was run last: nobody went down, and all that was taken up has been seen to
 * @returns whether it gives way; it is to be run again, once others were
 * @throws what the signal was aborted with; whoever runs it next goes on
 */
export async function runBulk(deps: BulkDeps, id: string, signal: AbortSignal, gaveWay = false): Promise<boolean> {
  const bulk = await deps.store.read(id);
  if (bulk === undefined || bulk.end !== undefined) return false;
  const reached = await work(deps, bulk, signal, gaveWay);
  switch (reached.kind) {
    case "gave_way":
      return true;
    case "stopped":
      await deps.store.end(id, "stopped");
      return false;
    case "end":
      await deps.store.save(id, withSettled(bulk, reached.progress));
      await deps.store.end(id, "done");
      return false;
  }
}

async function work(deps: BulkDeps, bulk: Bulk, signal: AbortSignal, gaveWay: boolean): Promise<Reached> {
  const { request } = bulk;
  switch (request.action) {
    case "read_again":
      return await readQuarantineAgain(deps, bulk, signal);
    case "impact":
      return await lookAtImpact(deps, { ...bulk, request }, signal);
    case "repair_drift":
      return await workThrough(deps, bulk, await repairing(deps, { ...bulk, request }), signal, gaveWay);
    default:
      return await workThrough(deps, bulk, withPurchases(deps, { ...bulk, request }), signal, gaveWay);
  }
}

function withPurchases(deps: BulkDeps, bulk: PurchasesBulk): Going {
  return {
    resume: async (at) => settle(at, await actAgain(deps, bulk, at.inHand)),
    takeUp: (at, limit) => takeUp(deps, bulk, at, limit),
    through: (at) => withoutThrough(deps, bulk, at),
    isHeldUp: () => isInTheWay(crmsOf(deps, bulk.request)),
  };
}

async function workThrough(
  deps: BulkDeps,
  bulk: Bulk,
  going: Going,
  signal: AbortSignal,
  gaveWay: boolean,
): Promise<Reached> {
  const { store, mostWaiting } = deps;
  let at = gaveWay ? bulk.progress : await going.resume(bulk.progress);
  for (let atEnd = false; ; ) {
    signal.throwIfAborted();
    if (await store.isStopped(bulk.id)) return { kind: "stopped" };
    const room = mostWaiting - at.inHand.length;
    let isKeptWaiting = false;
    // Not one by one: those that start together share their calls.
    if (!atEnd && room * 2 >= mostWaiting) {
      const taken = await going.takeUp(at, room);
      atEnd = taken === undefined;
      isKeptWaiting = taken === at;
      at = taken ?? at;
    }
    const { length } = at.inHand;
    at = await going.through(at);
    await store.save(bulk.id, at);
    if (atEnd && at.inHand.length === 0) return { kind: "end", progress: at };
    if (!atEnd && !isKeptWaiting && at.inHand.length * 2 <= mostWaiting) continue;
    if (at.inHand.length === length && (await going.isHeldUp())) return { kind: "gave_way" };
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** @returns undefined where none are left */
async function takeUp(deps: BulkDeps, bulk: PurchasesBulk, at: Progress, limit: number): Promise<Progress | undefined> {
  const { request } = bulk;
  const places = await nextOf(deps, request, { after: at.after, askedAt: Date.parse(bulk.at), limit });
  const last = places.at(-1);
  if (last === undefined) return undefined;
  const sifted = await Promise.all(places.map(async ({ id }) => ((await isMeant(deps, request, id)) ? [id] : [])));
  const meant = sifted.flat();
  const leftOut = { ...at.leftOut, not_meant: at.leftOut.not_meant + places.length - meant.length };
  const taken = { ...at, after: last, leftOut, inHand: [...at.inHand, ...meant] };
  await deps.store.save(bulk.id, taken);
  return settle(taken, await act(deps, bulk, meant));
}

function settle(at: Progress, settled: readonly string[]): Progress {
  if (settled.length === 0) return at;
  const leftOut = { ...at.leftOut, settled: at.leftOut.settled + settled.length };
  return { ...at, leftOut, inHand: at.inHand.filter((id) => !settled.includes(id)) };
}

async function withoutThrough(deps: BulkDeps, { request }: PurchasesBulk, at: Progress): Promise<Progress> {
  if (at.inHand.length === 0) return at;
  if (request.action === "dismiss") return { ...at, inHand: [], done: at.done + at.inHand.length };
  const crms = crmsOf(deps, request);
  const inHand = await waitingOf(deps, crms, at.inHand);
  const through = at.inHand.filter((id) => !inHand.includes(id));
  const statuses = await Promise.all(crms.map(({ crm }) => deps.syncLog.status(crm, through)));
  const failed = through.filter((id) => statuses.some((one) => one.get(id)?.status === "failed")).length;
  return { ...at, inHand, failed: at.failed + failed, done: at.done + through.length - failed };
}

/** What was meant when it was asked for, and was not met: it was mended, dismissed or heard of meanwhile. */
function withSettled(bulk: Bulk, progress: Progress): Progress {
  const missed = isUpTo(bulk.request) ? 0 : Math.max(0, bulk.total - overOf({ progress }));
  return { ...progress, leftOut: { ...progress.leftOut, settled: progress.leftOut.settled + missed } };
}
