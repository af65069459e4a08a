/**
 * One pass: bring a purchase in one CRM to the state its newest notification describes. Level-triggered: it reads what
 * is known, works out what should be, writes the difference and remembers it, so that a crash at any line is repaired by
 * running it again.
 */
import type { Connector } from "../../connectors/connector.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { ArrivalHead, Inbox } from "../inbox/inbox.ts";
import type { MappingSet } from "../mapping/set.ts";
import type { NotificationEntry, PassEntry, RecordEntry } from "../synclog/entries.ts";
import { PassError } from "./failures.ts";
import { foldArrival } from "./fold-arrivals.ts";
import type { Ledger } from "./ledger.ts";
import { type Lock, type Locks, LockTimeoutError } from "./locks.ts";
import { PassWork } from "./pass-work.ts";

export interface ReconcileDeps {
  readonly crm: string;
  readonly connector: Connector;
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly locks: Locks;
  /** The mappings in force now; asked anew for every pass. */
  readonly mappings: () => MappingSet;
  readonly policy: FoldPolicy;
}

/** What one pass did. It holds what was written, and with it personal data: for the sync log, never for the log. */
export interface PassReport {
  readonly purchaseId: string;
  /** The arrivals the pass worked for: those the CRM had not settled before it, oldest first. */
  readonly deliveryIds: readonly string[];
  /** Those of them that it folded in; a pass before it may have done so and failed later. */
  readonly notifications: readonly NotificationEntry[];
  readonly state: PurchaseState | undefined;
  readonly records: readonly RecordEntry[];
  readonly asked: PassEntry["asked"];
  /** Arrivals that count as applied or superseded since. */
  readonly settled: readonly ArrivalHead[];
}

/** @throws PassError when something could not be brought up to date; LockTimeoutError, LockLostError: not alone */
export async function reconcile(deps: ReconcileDeps, purchaseId: string): Promise<PassReport> {
  const lock = await deps.locks.tryTake(`pass:${deps.crm}:${purchaseId}`);
  if (lock === undefined) throw new LockTimeoutError(`Another pass over purchase ${purchaseId} is under way.`);
  try {
    return await pass(deps, purchaseId, lock);
  } finally {
    if (!(await lock.release())) await startOver(deps, purchaseId);
  }
}

/** We may have written to the CRM after a newer pass did. The next one writes everything again. */
async function startOver({ crm, ledger, inbox }: ReconcileDeps, purchaseId: string): Promise<void> {
  await ledger.distrust(purchaseId);
  await inbox.reopen(crm, purchaseId);
}

async function pass(deps: ReconcileDeps, purchaseId: string, lock: Lock): Promise<PassReport> {
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
  await deps.ledger.save(purchaseId, work.after(), lock, work.complete);
  const report = { ...heard, records: work.report, asked: work.asked, settled: [] };
  if (work.failures.length > 0) throw new PassError(deps.crm, work.failures, report);
  if (before.doubt !== undefined) await deps.ledger.trust(purchaseId, before.doubt);
  const settled = await deps.inbox.settle(deps.crm, purchaseId, seq);
  return { ...report, settled };
}

async function foldArrivals(
  deps: ReconcileDeps,
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
