import type { PurchaseState } from "../booking/types.ts";
import type { Ahead, StoredArrival } from "../inbox/inbox.ts";
import { type Lock, LockTimeoutError } from "../redis/locks.ts";
import type { NotificationEntry } from "../synclog/entries.ts";
import { listBookings, lookElsewhere } from "./elsewhere.ts";
import { foldArrival, knownBefore } from "./fold-arrivals.ts";
import type { KnownPurchase } from "./ledger.ts";
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
  const { locks } = deps;
  const taking = locks.tryTake(passLock(deps.crm, purchaseId));
  if (!locks.areInOrder) await taking;
  // After the lock, although its answer is not there yet: where it is not ours, nothing is made of it.
  const reading = readAll(deps, purchaseId);
  reading.catch(() => {});
  const lock = await taking;
  if (lock === undefined) {
    const error = new LockTimeoutError(`Another pass over purchase ${purchaseId} is under way.`);
    return await work(() => Promise.reject(error));
  }
  try {
    return await work(async () => await pass(deps, purchaseId, lock, await reading));
  } finally {
    if (!(await lock.release())) await startOver(deps, purchaseId);
  }
}

/** With the mappings that are in force now until it ends, although others may come into force meanwhile. */
function inOneEdition(deps: PassDeps): PassDeps {
  const edition = deps.mappings();
  return { ...deps, mappings: () => edition };
}

/**
 * We may have written to the CRM after a newer pass did. The next one writes everything again; it is queued, since the newer pass
 * may still be under way, and takes the purchase off the pending list when it settles.
 */
async function startOver({ ledger, lookAgain }: PassDeps, purchaseId: string): Promise<void> {
  await ledger.distrust(purchaseId);
  await lookAgain([purchaseId]);
}

interface Read {
  readonly before: KnownPurchase;
  readonly ahead: Ahead;
}

async function readAll({ crm, ledger, inbox }: PassDeps, purchaseId: string): Promise<Read> {
  const [before, ahead] = await Promise.all([ledger.load(purchaseId), inbox.ahead(crm, purchaseId, NAMED_DELIVERIES)]);
  return { before, ahead };
}

async function pass(given: PassDeps, purchaseId: string, lock: Lock, { before, ahead }: Read): Promise<PassReport> {
  const deps = inOneEdition(given);
  const { state, seq, notifications, openSince } = await foldArrivals(deps, purchaseId, before.state, ahead);
  const deliveryIds = ahead.heads.map(({ deliveryId }) => deliveryId);
  const heard = { purchaseId, deliveryIds, notifications, state };
  if (state === undefined) {
    // What says nothing about any purchase is done with all the same.
    const settled = await deps.inbox.settle(deps.crm, purchaseId, seq, undefined, ahead.bookingKeys);
    return { ...heard, mappings: [], records: [], asked: { lookUps: 0, writes: 0 }, settled };
  }

  const [isDropped, listings] = await Promise.all([deps.dropForgotten(state), listBookings(deps, before.state, state)]);
  if (isDropped) {
    const settled = { arrivals: [], older: 0 };
    const nothing = { notifications: [], state: undefined, mappings: [], records: [] };
    return { ...heard, ...nothing, asked: { lookUps: 0, writes: 0 }, settled };
  }

  // Before it is folded into the ledger: a pass that ends here leaves nothing open unasked.
  if (openSince !== undefined) await deps.ask(purchaseId, openSince);
  const joined = await lookElsewhere(deps, before.state, state, listings);
  const theirs = await lookAtPeople(deps, before.state, joined);
  const work = new PassWork(deps, purchaseId, before, { own: state, joined, listings, lock, theirs });
  await work.run();
  work.addHolds();
  const { records, unidentified, asked, failures } = work.notes;
  await Promise.all([
    deps.ledger.save(purchaseId, work.after(), lock, work.unsettled),
    deps.ledger.noteRecords(purchaseId, records, endsAt(state)),
  ]);
  const { mappings } = work;
  const report = { ...heard, mappings, records, unidentified, asked, settled: { arrivals: [], older: 0 } };
  if (failures.length > 0) {
    await deps.inbox.folded(deps.crm, purchaseId, seq);
    throw new PassError(deps.crm, failures, report);
  }
  if (before.doubt !== undefined) await deps.ledger.trust(purchaseId, before.doubt);
  if (before.again !== undefined) await deps.ledger.triedAgain(purchaseId, before.again);
  const ledgerSeconds = deps.ledger.secondsToKeep(state);
  const settled = await deps.inbox.settle(deps.crm, purchaseId, seq, ledgerSeconds, ahead.bookingKeys);
  return { ...report, settled };
}

interface FoldedIn extends Pick<PassReport, "state" | "notifications"> {
  readonly seq: number;
  /** The newest that left something open, and was not followed by what was read back. */
  readonly openSince: number | undefined;
}

async function foldArrivals(
  deps: PassDeps,
  purchaseId: string,
  known: PurchaseState | undefined,
  ahead: Ahead,
): Promise<FoldedIn> {
  let state = ahead.isNew ? known : await knownBefore(deps, purchaseId, known);
  let seq = known === undefined ? 0 : Math.max(known.seq, ahead.settledUpTo);
  let openSince: number | undefined;
  const notifications: NotificationEntry[] = [];
  for await (const arrival of arrivalsAbove(seq, deps, purchaseId, ahead)) {
    const folded = foldArrival(deps.policy, purchaseId, state, arrival);
    state = folded.state;
    seq = arrival.seq;
    // What an earlier pass folded in, that pass told.
    if (seq > ahead.foldedUpTo) notifications.push(folded.notification);
    if (arrival.route === "read_back") openSince = undefined;
    else if (folded.leavesOpen) openSince = arrival.seq;
  }
  return { state, seq, openSince, notifications };
}

/** Without a ledger, what was folded into it is read again, as far as it is kept. */
async function* arrivalsAbove(
  seq: number,
  { inbox }: PassDeps,
  purchaseId: string,
  { foldedUpTo, arrivals, isAll }: Ahead,
): AsyncGenerator<StoredArrival> {
  if (seq < foldedUpTo) return yield* inbox.walk(purchaseId, seq);
  yield* arrivals.filter((arrival) => arrival.seq > seq);
  if (!isAll) yield* inbox.walk(purchaseId, Math.max(seq, arrivals.at(-1)?.seq ?? 0));
}
