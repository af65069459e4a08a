/** The moving parts of one pass: what was planned, written, and could not be written. */
import type { Link } from "../../connectors/connector.ts";
import { CrmError } from "../../connectors/errors.ts";
import { personalTexts, withoutPersonal } from "../booking/personal.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { mappingChooser } from "../mapping/set.ts";
import type { Lock } from "../redis/locks.ts";
import type { RecordEntry } from "../synclog/entries.ts";
import { type AppliedRecord, withoutValues } from "./applied-record.ts";
import { applyRecord, isUpToDate, type RecordOutcome, type RecordStore } from "./apply-record.ts";
import { type BegunWrites, begin, withUnsure } from "./begun.ts";
import { HeldError, type RecordFailure } from "./failures.ts";
import type { KnownPurchase, PurchaseLedger } from "./ledger.ts";
import type { PassDeps } from "./pass.ts";
import { type BookingPlans, planPurchase } from "./plan-purchase.ts";
import { createSharedRecords, type SharedRecords } from "./shared-records.ts";
import { madeSafe } from "./unexpected.ts";

interface Pass {
  /** What every notification so far comes to. */
  readonly state: PurchaseState;
  readonly lock: Lock;
}

/** The moving parts of one pass. */
export class PassWork {
  readonly failures: RecordFailure[] = [];
  /** What was asked of the CRM, record by record. */
  readonly asked = { lookUps: 0, writes: 0 };
  private readonly noted = new Map<string, RecordEntry>();
  private readonly deps: PassDeps;
  private readonly purchaseId: string;
  private readonly state: PurchaseState;
  private readonly lock: Lock;
  private readonly connector: RecordStore;
  private readonly shared: SharedRecords;
  private records: Record<string, AppliedRecord>;
  /** Whether records may exist that an earlier pass created and did not live to note. */
  private readonly attempted: boolean;
  /** By plan key what was begun, in this pass or before, and is not known to have ended. */
  private readonly begun: Map<string, BegunWrites[string]>;

  constructor(deps: PassDeps, purchaseId: string, before: KnownPurchase, pass: Pass) {
    const { state, lock } = pass;
    const doubted = before.doubt !== undefined;
    this.deps = deps;
    this.purchaseId = purchaseId;
    this.state = state;
    this.lock = lock;
    const records = doubted ? mapValues(before.records, withoutValues) : before.records;
    this.records = mapValues(records, (record, key) => {
      const begun = before.begun[key];
      return begun === undefined ? record : withUnsure(record, begun);
    });
    this.attempted = before.attempted;
    this.begun = new Map(Object.entries(before.begun));
    this.connector = this.counting(deps.connector);
    this.shared = createSharedRecords({
      ...deps,
      connector: this.connector,
      onOutcome: (plan, outcome) => this.note(plan, outcome),
    });
  }

  /** The records looked after, in the order they were. */
  get report(): readonly RecordEntry[] {
    return [...this.noted.values()];
  }

  after(): PurchaseLedger {
    return { state: this.state, records: this.records };
  }

  /** What may or may not have been written. Where nothing failed, what is left is of records that are not planned any more. */
  get unsettled(): BegunWrites {
    return this.failures.length === 0 ? {} : Object.fromEntries(this.begun);
  }

  async run(): Promise<void> {
    const bookings = this.planAll();
    await Promise.all(bookings.map((booking) => this.bringUpToDate(booking)));
  }

  /** What waits for a person is a failure of its own, beside whatever else could be done. */
  addHolds(): void {
    for (const { reason, bookingIds } of this.state.holds) {
      this.fail(undefined, bookingIds.join(", "), new HeldError({ reason, bookingIds: [...bookingIds] }));
    }
  }

  private planAll(): BookingPlans[] {
    const { mappings, crm } = this.deps;
    const { bookings, failures } = planPurchase(this.state, mappingChooser(mappings(), crm));
    for (const { bookingId, error } of failures) this.fail(undefined, bookingId, error);
    return bookings;
  }

  /** Words that are not ours may quote what the CRM was sent, or knows. */
  private fail(plan: RecordPlan | undefined, bookingId: string | undefined, thrown: unknown): void {
    const error = madeSafe(thrown);
    const words = error instanceof CrmError ? withoutPersonal(error.message, personalTexts(this.state)) : error.message;
    this.failures.push({ plan, bookingId, error, words });
  }

  /** What fails holds up only what links to it: that would be written without its link. */
  private async bringUpToDate(booking: BookingPlans): Promise<void> {
    const ids = new Map<string, RecordRef>();
    const missing = new Set<string>();
    for (const plan of [...booking.shared.values(), ...booking.plans]) {
      if (plan.links.some((link) => missing.has(link.to))) {
        missing.add(plan.key);
        continue;
      }
      try {
        ids.set(plan.key, { object: plan.object, id: await this.apply(plan, ids, booking.shared) });
      } catch (error) {
        missing.add(plan.key);
        this.fail(plan, booking.bookingId, error);
      }
    }
  }

  private async apply(
    plan: RecordPlan,
    ids: Map<string, RecordRef>,
    shared: ReadonlyMap<string, RecordPlan>,
  ): Promise<string> {
    if (plan.scope.kind === "booking") return await this.applyBooking(plan, ids, shared);
    const record = await this.shared.apply(plan, linksOf(plan, ids));
    this.noteUnchanged(plan, record);
    return record.id;
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
      this.begun.delete(plan.key);
      this.noteUnchanged(plan, known);
      return known.id;
    }
    const before = this.begun.get(plan.key);
    const attempted = this.attempted || before !== undefined;
    await this.remember(plan.key, begin(plan, links, known, before));
    const { connector } = this;
    const task = { connector, plan, links, known, attempted, mayBeLinked: before?.links, seq: this.state.seq };
    const outcome = await applyRecord(task);
    this.records = { ...this.records, [plan.key]: outcome.record };
    this.begun.delete(plan.key);
    this.note(plan, outcome);
    return outcome.record.id;
  }

  /** Written down before it is tried, so that a try whose answer we never saw is not taken for "never tried". */
  private async remember(key: string, begun: BegunWrites[string]): Promise<void> {
    this.begun.set(key, begun);
    await this.deps.ledger.begin(this.purchaseId, this.state, Object.fromEntries(this.begun), this.lock);
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

  private note(plan: RecordPlan, { record, action, changes, skipped }: RecordOutcome): void {
    const { key, section, object, scope } = plan;
    this.noted.set(key, {
      key,
      section,
      object,
      id: record.id,
      action,
      changes: changes.map(({ field, from, to }) => ({ field, to, ...(from !== undefined && { from }) })),
      skipped: [...skipped],
      ...(scope.kind === "booking" && { bookingId: scope.bookingId }),
    });
  }

  private noteUnchanged(plan: RecordPlan, record: AppliedRecord): void {
    if (this.noted.has(plan.key)) return;
    this.note(plan, { record, action: "unchanged", changes: [], skipped: [] });
  }

  private counting(connector: RecordStore): RecordStore {
    return {
      find: (query) => {
        this.asked.lookUps += 1;
        return connector.find(query);
      },
      save: (write) => {
        this.asked.writes += 1;
        return connector.save(write);
      },
    };
  }
}

interface RecordRef {
  readonly object: string;
  readonly id: string;
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function linksOf(plan: RecordPlan, ids: ReadonlyMap<string, RecordRef>): Link[] {
  return plan.links.flatMap((link) => {
    const target = ids.get(link.to);
    return target === undefined ? [] : [{ via: link.via, toObject: target.object, toId: target.id }];
  });
}
