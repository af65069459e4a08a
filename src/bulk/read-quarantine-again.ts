/** The quarantine read again, oldest first; what was put there since the job was asked for is left as it is. */
import { setTimeout as sleep } from "node:timers/promises";
import type { QuarantinedDelivery } from "../inbox/quarantine.ts";
import { readAgain } from "../operate/read-again.ts";
import { isAfter } from "../redis/in-order.ts";
import { waitingOf } from "./act.ts";
import { type BulkDeps, POLL_MS, type Reached } from "./deps.ts";
import type { Bulk, Progress } from "./store.ts";

export async function readQuarantineAgain(deps: BulkDeps, bulk: Bulk, signal: AbortSignal): Promise<Reached> {
  const askedAt = Date.parse(bulk.at);
  let at = bulk.progress;
  for await (const delivery of deps.quarantine.walk()) {
    const place = { at: Date.parse(delivery.receivedAt), id: delivery.deliveryId };
    if (place.at > askedAt || (at.after !== undefined && !isAfter(place, at.after))) continue;
    while (at.inHand.length >= deps.mostWaiting) {
      signal.throwIfAborted();
      if (await deps.store.isStopped(bulk.id)) return { kind: "stopped" };
      await sleep(POLL_MS, undefined, { signal });
      at = { ...at, inHand: await waitingOf(deps, deps.crms, at.inHand) };
    }
    signal.throwIfAborted();
    if (await deps.store.isStopped(bulk.id)) return { kind: "stopped" };
    at = { ...(await readOne(deps, at, delivery)), after: place };
    await deps.store.save(bulk.id, at);
  }
  return { kind: "end", progress: { ...at, inHand: [] } };
}

async function readOne(deps: BulkDeps, at: Progress, delivery: QuarantinedDelivery): Promise<Progress> {
  if (delivery.reason === "ignored_format") {
    return { ...at, leftOut: { ...at.leftOut, other_format: at.leftOut.other_format + 1 } };
  }
  let inHand = at.inHand;
  const receiveAgain: BulkDeps["receiveAgain"] = async (one) => {
    const receipt = await deps.receiveAgain(one);
    if (receipt.outcome === "stored") inHand = [...new Set([...inHand, ...receipt.purchaseIds])];
    return receipt;
  };
  const { read, unreadable } = await readAgain({ ...deps, receiveAgain }, [delivery]);
  return { ...at, inHand, done: at.done + read, failed: at.failed + unreadable };
}
