import type { PurchaseState } from "../booking/types.ts";
import { type Lock, LockTimeoutError } from "../redis/locks.ts";
import type { NotificationEntry } from "../synclog/entries.ts";
import { lookElsewhere } from "./elsewhere.ts";
import { foldArrival, knownBefore } from "./fold-arrivals.ts";
import { endsAt } from "./ledger-order.ts";
import { type PassDeps, type PassReport, passLock } from "./pass.ts";
import { PassError } from "./pass-error.ts";
import { PassWork } from "./pass-work.ts";
import { lookAtPeople } from "./persons-bookings.ts";

/** A job may stand for thousands of notifications; the newest are named. */
const NAMED_DELIVERIES = 20;

/**
 * One pass over a purchase that nobody else works on meanwhile, and what is told of it afterwards.
 *
 * @param work runs the pass, which rejects with a PassError when something could not be brought up to date, and with a
 *   LockTimeoutError when it is not alone. The lock is held until the work has ended: whoever removes a purchase removes what the
 *   pass tells of it too
 */
export async function alone<T>(
  deps: PassDeps,
  purchaseId: string,
  work: (run: () => Promise<PassReport>) => Promise<T>,
): Promise<T> {
  const lock = await deps.locks.tryTake(passLock(deps.crm, purchaseId));
  if (lock === undefined) {
    const error = new LockTimeoutError(`Another pass over purchase ${purchaseId} is under way.`);
    return await work(() => Promise.reject(error));
  }
  try {
    return await work(() => pass(deps, purchaseId, lock));
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
  const { state, seq, notifications, deliveryIds, openSince } = await foldArrivals(deps, purchaseId, before.state);
  const heard = { purchaseId, deliveryIds, notifications, state };
  if (state === undefined) {
    // What says nothing about any purchase is done with all the same.
    const settled = await deps.inbox.settle(deps.crm, purchaseId, seq);
    return { ...heard, mappings: [], records: [], asked: { lookUps: 0, writes: 0 }, settled };
  }

  if (await deps.dropForgotten(state)) {
    const settled = { arrivals: [], older: 0 };
    const nothing = { notifications: [], state: undefined, mappings: [], records: [] };
    return { ...heard, ...nothing, asked: { lookUps: 0, writes: 0 }, settled };
  }

  // Before it is folded into the ledger: a pass that ends here leaves nothing open unasked.
  if (openSince !== undefined) await deps.ask(purchaseId, openSince);
  const { joined, listings } = await lookElsewhere(deps, before.state, state);
  const theirs = await lookAtPeople(deps, before.state, joined);
  const work = new PassWork(deps, purchaseId, before, { own: state, joined, listings, lock, theirs });
  await work.run();
  work.addHolds();
  await deps.ledger.save(purchaseId, work.after(), lock, work.unsettled);
  const { records, unidentified, asked, failures } = work.notes;
  await deps.ledger.noteRecords(purchaseId, records, endsAt(state));
  const { mappings } = work;
  const report = { ...heard, mappings, records, unidentified, asked, settled: { arrivals: [], older: 0 } };
  if (failures.length > 0) {
    await deps.inbox.folded(deps.crm, purchaseId, seq);
    throw new PassError(deps.crm, failures, report);
  }
  if (before.doubt !== undefined) await deps.ledger.trust(purchaseId, before.doubt);
  if (before.again !== undefined) await deps.ledger.triedAgain(purchaseId, before.again);
  const settled = await deps.inbox.settle(deps.crm, purchaseId, seq, deps.ledger.secondsToKeep(state));
  return { ...report, settled };
}

interface FoldedIn extends Pick<PassReport, "state" | "notifications" | "deliveryIds"> {
  readonly seq: number;
  /** The newest that left something open, and was not followed by what was read back. */
  readonly openSince: number | undefined;
}

async function foldArrivals(deps: PassDeps, purchaseId: string, known: PurchaseState | undefined): Promise<FoldedIn> {
  const [unsettled, settledUpTo] = await Promise.all([
    deps.inbox.unsettled(deps.crm, purchaseId, NAMED_DELIVERIES),
    deps.inbox.settledUpTo(deps.crm, purchaseId),
  ]);
  let state = await knownBefore(deps, purchaseId, known);
  let seq = known === undefined ? 0 : Math.max(known.seq, settledUpTo);
  let openSince: number | undefined;
  const notifications: NotificationEntry[] = [];
  for await (const arrival of deps.inbox.walk(purchaseId, seq)) {
    const folded = foldArrival(deps.policy, purchaseId, state, arrival);
    state = folded.state;
    seq = arrival.seq;
    notifications.push(folded.notification);
    if (arrival.route === "read_back") openSince = undefined;
    else if (folded.leavesOpen) openSince = arrival.seq;
  }
  return { state, seq, openSince, notifications, deliveryIds: unsettled.map(({ deliveryId }) => deliveryId) };
}
