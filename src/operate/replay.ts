/**
 * Runs passes again. Safe by construction: a pass brings the CRM to the newest known state, so running it once more
 * writes only what differs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Inbox, QuarantinedDelivery } from "../inbox/inbox.ts";
import { enqueue, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import type { Receipt } from "../receiver/receive.ts";

export type Selection =
  | { readonly kind: "purchase"; readonly purchaseId: string }
  | { readonly kind: "booking"; readonly bookingId: string }
  | { readonly kind: "since"; readonly since: Date }
  | { readonly kind: "failed" }
  | { readonly kind: "quarantined" };

export interface ReplayDeps {
  readonly inbox: Inbox;
  readonly queues: readonly SyncQueue[];
  readonly settings: QueueSettings;
  /** Reads a delivery once more, as if it had just arrived. */
  readonly receiveAgain: (delivery: QuarantinedDelivery) => Promise<Receipt>;
  readonly onProgress: (done: number, total: number) => void;
}

export interface ReplaySummary {
  readonly purchases: number;
  readonly applied: number;
  readonly failed: number;
  readonly stillWaiting: number;
}

const WAIT_MS = 10 * 60_000;
const POLL_MS = 200;

/** A booking nobody has heard of. */
class UnknownBookingError extends Error {
  override readonly name = "UnknownBookingError";
}

/** The purchases a selection means, per queue. Quarantined deliveries have none yet. @throws UnknownBookingError */
export async function selectPurchases(deps: ReplayDeps, selection: Selection): Promise<Map<SyncQueue, string[]>> {
  switch (selection.kind) {
    case "purchase":
      return forAll(deps, [selection.purchaseId]);
    case "booking": {
      const purchaseId = await deps.inbox.purchaseOfBooking(selection.bookingId);
      if (purchaseId === undefined) {
        throw new UnknownBookingError(
          `Booking ${selection.bookingId} is not known. Replay its purchase instead, if you know it.`,
        );
      }
      return forAll(deps, [purchaseId]);
    }
    case "since":
      return forAll(deps, await deps.inbox.arrivedSince(selection.since.getTime()));
    case "failed":
      return await failedPurchases(deps);
    case "quarantined":
      return new Map();
  }
}

/** Queues the purchases, waits until they are through, and counts how they ended. */
export async function replay(
  deps: ReplayDeps,
  purchases: ReadonlyMap<SyncQueue, readonly string[]>,
): Promise<ReplaySummary> {
  const total = [...purchases.values()].reduce((sum, ids) => sum + ids.length, 0);
  for (const [queue, ids] of purchases) {
    await forgetFailed(queue, new Set(ids));
    await enqueue(queue, ids, deps.settings);
  }
  const open = new Map([...purchases].map(([queue, ids]) => [queue, new Set(ids)]));
  const deadline = Date.now() + WAIT_MS;
  let left = total;
  while (left > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    for (const [queue, ids] of open) await removeFinished(queue, ids);
    left = [...open.values()].reduce((sum, ids) => sum + ids.size, 0);
    deps.onProgress(total - left, total);
  }
  const failed = await countFailed(purchases);
  return { purchases: total, applied: total - left - failed, failed, stillWaiting: left };
}

/** Reads every quarantined delivery again; those that can be read now leave the quarantine. */
export async function replayQuarantine(deps: ReplayDeps): Promise<ReadAgainSummary> {
  return await readAgain(deps, await deps.inbox.quarantined(), deps.onProgress);
}

export interface ReadAgainSummary {
  readonly read: number;
  readonly unreadable: number;
}

/** Reads quarantined deliveries again, those in another webhook's format aside. */
export async function readAgain(
  deps: Pick<ReplayDeps, "inbox" | "receiveAgain">,
  quarantined: readonly QuarantinedDelivery[],
  onProgress: ReplayDeps["onProgress"] = () => {},
): Promise<ReadAgainSummary> {
  const deliveries = quarantined.filter((delivery) => delivery.reason !== "ignored_format");
  let read = 0;
  for (const [index, delivery] of deliveries.entries()) {
    const receipt = await deps.receiveAgain(delivery);
    // Read or not, the delivery has a new entry now: in the inbox, or in the quarantine under a new id.
    await deps.inbox.release(delivery.deliveryId);
    if (receipt.outcome === "stored") read += 1;
    onProgress(index + 1, deliveries.length);
  }
  return { read, unreadable: deliveries.length - read };
}

function forAll(deps: ReplayDeps, purchaseIds: readonly string[]): Map<SyncQueue, string[]> {
  return new Map(deps.queues.map((queue) => [queue, [...purchaseIds]]));
}

async function failedPurchases(deps: ReplayDeps): Promise<Map<SyncQueue, string[]>> {
  const entries = deps.queues.map(async (queue): Promise<[SyncQueue, string[]]> => {
    const jobs = await queue.getFailed();
    return [queue, [...new Set(jobs.map((job) => job.data.purchaseId))]];
  });
  return new Map(await Promise.all(entries));
}

/** An old failure of a purchase that is run again says nothing any more. */
async function forgetFailed(queue: SyncQueue, purchaseIds: ReadonlySet<string>): Promise<void> {
  const jobs = await queue.getFailed();
  await Promise.all(jobs.filter((job) => purchaseIds.has(job.data.purchaseId)).map((job) => job.remove()));
}

async function removeFinished(queue: SyncQueue, ids: Set<string>): Promise<void> {
  for (const purchaseId of [...ids]) {
    if ((await queue.getDeduplicationJobId(purchaseId)) === null) ids.delete(purchaseId);
  }
}

async function countFailed(purchases: ReadonlyMap<SyncQueue, readonly string[]>): Promise<number> {
  const counts = [...purchases].map(async ([queue, ids]) => {
    const failed = new Set((await queue.getFailed()).map((job) => job.data.purchaseId));
    return ids.filter((id) => failed.has(id)).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
