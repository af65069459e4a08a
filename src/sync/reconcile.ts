/**
 * One pass: bring a purchase in one CRM to the state its newest notification describes. Level-triggered: it reads what
 * is known, works out what should be, writes the difference and remembers it, so that a crash at any line is repaired by
 * running it again.
 */
import type { Connector, Link } from "../../connectors/connector.ts";
import { CrmError } from "../../connectors/errors.ts";
import { decisionBody, foldDecision } from "../booking/decision.ts";
import { type FoldPolicy, foldNotification } from "../booking/fold.ts";
import { parseNotification } from "../booking/parse.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Inbox, StoredArrival } from "../inbox/inbox.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type MappingSet, selectMapping } from "../mapping/set.ts";
import { applyRecord, isUpToDate, type RecordOutcome } from "./apply-record.ts";
import { HeldError, PassError, type RecordFailure } from "./failures.ts";
import type { AppliedRecord, Ledger, PurchaseLedger } from "./ledger.ts";
import { type Locks, LockTimeoutError } from "./locks.ts";
import { type BookingPlans, planPurchase } from "./plan-purchase.ts";
import { createSharedRecords, type SharedRecords } from "./shared-records.ts";

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

/** What one pass did, without any field values. */
export interface PassReport {
  readonly purchaseId: string;
  /** Arrivals folded in by this pass. */
  readonly notifications: number;
  readonly records: readonly {
    readonly key: string;
    readonly action: RecordOutcome["action"];
    readonly fields: number;
  }[];
}

/** @throws PassError when something could not be brought up to date; LockTimeoutError when another pass is under way */
export async function reconcile(deps: ReconcileDeps, purchaseId: string): Promise<PassReport> {
  const release = await deps.locks.tryTake(`pass:${deps.crm}:${purchaseId}`);
  if (release === undefined) throw new LockTimeoutError(`Another pass over purchase ${purchaseId} is under way.`);
  try {
    return await pass(deps, purchaseId);
  } finally {
    await release();
  }
}

async function pass(deps: ReconcileDeps, purchaseId: string): Promise<PassReport> {
  const before = await deps.ledger.load(purchaseId);
  const { state, folded } = await foldArrivals(deps, purchaseId, before.state);
  if (state === undefined) return { purchaseId, notifications: 0, records: [] };

  const work = new PassWork(deps, purchaseId, { ...before, state }, state);
  await work.run();
  work.addHolds();
  await deps.ledger.save(purchaseId, work.after());
  if (work.failures.length > 0) throw new PassError(deps.crm, work.failures);
  await deps.inbox.settle(deps.crm, purchaseId, state.seq);
  return { purchaseId, notifications: folded, records: work.report };
}

async function foldArrivals(
  deps: ReconcileDeps,
  purchaseId: string,
  known: PurchaseState | undefined,
): Promise<{ state: PurchaseState | undefined; folded: number }> {
  let state = known;
  const waiting = await deps.inbox.read(purchaseId, known?.seq ?? 0);
  // Without a ledger (lost, or outlived) the notifications still kept say what is known.
  const arrivals = known === undefined ? [...(await deps.inbox.history(purchaseId)), ...waiting] : waiting;
  for (const arrival of arrivals) state = foldArrival(deps.policy, purchaseId, state, arrival);
  return { state, folded: waiting.length };
}

function foldArrival(
  policy: FoldPolicy,
  purchaseId: string,
  state: PurchaseState | undefined,
  arrival: StoredArrival,
): PurchaseState | undefined {
  const { seq, receivedAt, route } = arrival;
  const body: unknown = JSON.parse(arrival.body);
  const decided = decisionBody.safeParse(body);
  if (decided.success) return state && foldDecision(state, decided.data.decision, seq, receivedAt);
  const parsed = parseNotification(body);
  if (parsed.kind !== "purchase") return state;
  const notification = { ...parsed.notification, purchaseId };
  return foldNotification(state, { seq, receivedAt, route, notification }, policy).state;
}

/** The moving parts of one pass. */
class PassWork {
  readonly failures: RecordFailure[] = [];
  readonly report: { key: string; action: RecordOutcome["action"]; fields: number }[] = [];
  private readonly deps: ReconcileDeps;
  private readonly purchaseId: string;
  private readonly state: PurchaseState;
  private readonly shared: SharedRecords;
  private records: Record<string, AppliedRecord>;
  private attempted: Set<string>;

  constructor(deps: ReconcileDeps, purchaseId: string, before: PurchaseLedger, state: PurchaseState) {
    this.deps = deps;
    this.purchaseId = purchaseId;
    this.state = state;
    this.records = { ...before.records };
    this.attempted = new Set(before.attempted);
    this.shared = createSharedRecords({
      ...deps,
      seq: state.seq,
      onOutcome: (plan, outcome) => this.note(plan, outcome),
    });
  }

  after(): PurchaseLedger {
    return { state: this.state, records: this.records, attempted: [...this.attempted] };
  }

  async run(): Promise<void> {
    const bookings = this.planAll();
    await this.rememberAttempts(bookings);
    await Promise.all(bookings.map((booking) => this.bringUpToDate(booking)));
  }

  /** What waits for a person is a failure of its own, beside whatever else could be done. */
  addHolds(): void {
    for (const { reason, bookingIds } of this.state.holds) {
      const error = new HeldError(HOLD_SENTENCES[reason], { reason, bookingIds });
      this.failures.push({ plan: undefined, bookingId: bookingIds.join(", "), error });
    }
  }

  private planAll(): BookingPlans[] {
    const { mappings, crm } = this.deps;
    const { bookings, failures } = planPurchase(this.state, (companies) => selectMapping(mappings(), crm, companies));
    this.failures.push(
      ...failures.map(({ bookingId, error }) => ({ plan: undefined, bookingId, error: asError(error) })),
    );
    return bookings;
  }

  /** Written down before the first try, so that a try whose answer we never saw is not taken for "never tried". */
  private async rememberAttempts(bookings: readonly BookingPlans[]): Promise<void> {
    const fresh = bookings
      .flatMap((booking) => booking.plans)
      .filter(({ key }) => this.records[key] === undefined && !this.attempted.has(key));
    if (fresh.length === 0) return;
    const attempted = [...this.attempted, ...fresh.map((plan) => plan.key)];
    await this.deps.ledger.save(this.purchaseId, { ...this.after(), attempted });
  }

  private async bringUpToDate(booking: BookingPlans): Promise<void> {
    const sharedIds = await this.applyShared(booking);
    if (sharedIds === undefined) return;
    const ids = new Map(sharedIds);
    for (const plan of booking.plans) {
      try {
        ids.set(plan.key, { object: plan.object, id: await this.applyBooking(plan, ids, booking.shared) });
      } catch (error) {
        this.failures.push({ plan, bookingId: booking.bookingId, error: asError(error) });
        return;
      }
    }
  }

  private async applyShared(booking: BookingPlans): Promise<Map<string, RecordRef> | undefined> {
    const ids = new Map<string, RecordRef>();
    for (const plan of booking.shared.values()) {
      try {
        const links = linksOf(plan, ids);
        const { id } = await this.shared.apply(plan, links);
        ids.set(plan.key, { object: plan.object, id });
      } catch (error) {
        this.failures.push({ plan, bookingId: booking.bookingId, error: asError(error) });
        return undefined;
      }
    }
    return ids;
  }

  private async applyBooking(
    plan: RecordPlan,
    ids: Map<string, RecordRef>,
    shared: ReadonlyMap<string, RecordPlan>,
  ): Promise<string> {
    try {
      return await this.write(plan, linksOf(plan, ids));
    } catch (error) {
      const healed = await this.renewLinked(plan, ids, shared, error);
      if (!healed) throw error;
      return await this.write(plan, linksOf(plan, ids));
    }
  }

  private async write(plan: RecordPlan, links: readonly Link[]): Promise<string> {
    const known = this.records[plan.key];
    if (known !== undefined && isUpToDate(plan, links, known)) {
      this.report.push({ key: plan.key, action: "unchanged", fields: 0 });
      return known.id;
    }
    const attempted = this.attempted.has(plan.key);
    this.attempted.add(plan.key);
    const { connector } = this.deps;
    const outcome = await applyRecord({ connector, plan, links, known, attempted, seq: this.state.seq });
    this.records = { ...this.records, [plan.key]: outcome.record };
    this.attempted.delete(plan.key);
    this.note(plan, outcome);
    return outcome.record.id;
  }

  /** A person deleted or merged away in the CRM shows up as a refused link: find or create them anew, once. */
  private async renewLinked(
    plan: RecordPlan,
    ids: Map<string, RecordRef>,
    shared: ReadonlyMap<string, RecordPlan>,
    error: unknown,
  ): Promise<boolean> {
    if (!(error instanceof CrmError) || error.retry) return false;
    let renewed = false;
    for (const link of plan.links) {
      const target = shared.get(link.to);
      const ref = ids.get(link.to);
      if (target === undefined || ref === undefined) continue;
      const { gone, id } = await this.shared.renewIfGone(target, linksOf(target, ids), ref.id);
      if (gone) ids.set(link.to, { object: target.object, id });
      renewed ||= gone;
    }
    return renewed;
  }

  private note(plan: RecordPlan, outcome: RecordOutcome): void {
    this.report.push({ key: plan.key, action: outcome.action, fields: outcome.changes.length });
  }
}

interface RecordRef {
  readonly object: string;
  readonly id: string;
}

function linksOf(plan: RecordPlan, ids: ReadonlyMap<string, RecordRef>): Link[] {
  return plan.links.flatMap((link) => {
    const target = ids.get(link.to);
    return target === undefined ? [] : [{ via: link.via, toObject: target.object, toId: target.id }];
  });
}

const HOLD_SENTENCES = {
  cancellation_ambiguous:
    "BookingBug reported a cancellation without saying which of several bookings is cancelled. Next: look the purchase up " +
    "in BookingBug, then decide for each booking, or set UNFLAGGED_CANCELLATION to `listed` or `missing`.",
  absent_from_notification:
    "A future booking is missing from BookingBug's newest notification of its purchase. Next: look it up in BookingBug, " +
    "then decide whether it is cancelled, or set ABSENT_BOOKING to `cancel`.",
} as const;

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("Something failed without saying why.", { cause: error });
}
