import type { PurchaseState } from "../booking/types.ts";
import { type Lock, LockTimeoutError } from "../redis/locks.ts";
import type { NotificationEntry } from "../synclog/entries.ts";
import { foldArrival } from "./fold-arrivals.ts";
import { type PassDeps, type PassReport, passLock } from "./pass.ts";
import { PassError } from "./pass-error.ts";
import { PassWork } from "./pass-work.ts";

/** @throws PassError when something could not be brought up to date; LockTimeoutError, LockLostError: not alone */
export async function reconcile(deps: PassDeps, purchaseId: string): Promise<PassReport> {
  const lock = await deps.locks.tryTake(passLock(deps.crm, purchaseId));
  if (lock === undefined) throw new LockTimeoutError(`Another pass over purchase ${purchaseId} is under way.`);
  try {
    return await pass(deps, purchaseId, lock);
  } finally {
    if (!(await lock.release())) await startOver(deps, purchaseId);
  }
}

/** We may have written to the CRM after a newer pass did. The next one writes everything again. */
async function startOver({ crm, ledger, inbox }: PassDeps, purchaseId: string): Promise<void> {
  await ledger.distrust(purchaseId);
  await inbox.reopen(crm, purchaseId);
}

async function pass(deps: PassDeps, purchaseId: string, lock: Lock): Promise<PassReport> {
  const before = await deps.ledger.load(purchaseId);
  const { state, seq, notifications, deliveryIds } = await foldArrivals(deps, purchaseId, before.state);
  const heard = { purchaseId, deliveryIds, notifications, state };
  if (state === undefined) {
    // What says nothing about any purchase is done with all the same.
    const settled = await deps.inbox.settle(deps.crm, purchaseId, seq);
    return { ...heard, records: [], asked: { lookUps: 0, writes: 0 }, settled };
  }

  const work = new PassWork(deps, purchaseId, before, { state, lock });
  await work.run();
  work.addHolds();
  await deps.ledger.save(purchaseId, work.after(), lock, work.unsettled);
  const report = { ...heard, records: work.report, asked: work.asked, settled: [] };
  if (work.failures.length > 0) throw new PassError(deps.crm, work.failures, report);
  if (before.doubt !== undefined) await deps.ledger.trust(purchaseId, before.doubt);
  const settled = await deps.inbox.settle(deps.crm, purchaseId, seq);
  return { ...report, settled };
}

async function foldArrivals(
  deps: PassDeps,
  purchaseId: string,
  known: PurchaseState | undefined,
): Promise<Pick<PassReport, "state" | "notifications" | "deliveryIds"> & { readonly seq: number }> {
  let state = known;
  const [arrivals, settledUpTo] = await Promise.all([
    deps.inbox.read(purchaseId, 0),
    deps.inbox.settledUpTo(deps.crm, purchaseId),
  ]);
  const waiting = arrivals.filter(({ seq }) => seq > (known?.seq ?? 0));
  // Without a ledger (lost, or outlived) the notifications still kept say what is known.
  const history = known === undefined ? await deps.inbox.history(purchaseId) : [];
  const notifications: NotificationEntry[] = [];
  for (const arrival of history) state = foldArrival(deps.policy, purchaseId, state, arrival).state;
  for (const arrival of waiting) {
    const folded = foldArrival(deps.policy, purchaseId, state, arrival);
    state = folded.state;
    notifications.push(folded.notification);
  }
  const unsettled = arrivals.filter(({ seq }) => seq > settledUpTo);
  const seq = Math.max(known?.seq ?? 0, arrivals.at(-1)?.seq ?? 0);
  return { state, seq, notifications, deliveryIds: unsettled.map(({ deliveryId }) => deliveryId) };
}
