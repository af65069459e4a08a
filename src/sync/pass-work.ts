/** The moving parts of one pass: what was planned, written, and could not be written. */
import type { Link } from "../../connectors/connector.ts";
import { CrmError } from "../../connectors/errors.ts";
import { personalTexts, withoutPersonal } from "../booking/personal.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { mappingChooser } from "../mapping/set.ts";
import type { Lock } from "../redis/locks.ts";
import type { RecordEntry, UnidentifiedEntry } from "../synclog/entries.ts";
import { type AppliedRecord, withoutValues } from "./applied-record.ts";
import { applyRecord, isUpToDate, type RecordOutcome, type RecordStore } from "./apply-record.ts";
import { type BegunWrites, begin, withUnsure } from "./begun.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { HeldError, type RecordFailure } from "./failures.ts";
import { sortOut } from "./former-records.ts";
import type { KnownPurchase, PurchaseLedger } from "./ledger.ts";
import type { PassDeps } from "./pass.ts";
import { type BookingPlans, planPurchase } from "./plan-purchase.ts";
import { createFormerWork, type FormerWork } from "./retire-former.ts";
import { createSharedRecords, type SharedRecords } from "./shared-records.ts";
import { createTurns, type Turns } from "./turns.ts";
import { madeSafe } from "./unexpected.ts";

interface Pass extends Elsewhere {
  /** What every notification of the purchase so far comes to. */
  readonly own: PurchaseState;
  readonly lock: Lock;
}

/** The moving parts of one pass. */
export class PassWork {
  readonly failures: RecordFailure[] = [];
  /** What was asked of the CRM, record by record. */
  readonly asked = { lookUps: 0, writes: 0 };
  /** Whom the bookings were written without. */
  readonly unidentified: UnidentifiedEntry[] = [];
  private readonly noted = new Map<string, RecordEntry>();
  private readonly deps: PassDeps;
  private readonly purchaseId: string;
  private readonly own: PurchaseState;
  /** With what other purchases say of its bookings. */
  private readonly state: PurchaseState;
  /** What other purchases write. */
  private readonly left: ReadonlySet<string>;
  private readonly turns: Turns;
  private readonly lock: Lock;
  private readonly connector: RecordStore;
  private readonly shared: SharedRecords;
  private records: Record<string, AppliedRecord>;
  private readonly former: FormerWork;
  /** Whether records may exist that an earlier pass created and did not live to note. */
  private readonly attempted: boolean;
  /** By plan key what was begun, in this pass or before, and is not known to have ended. */
  private readonly begun: Map<string, BegunWrites[string]>;
  private remembering: Promise<void> | undefined;

  constructor(deps: PassDeps, purchaseId: string, before: KnownPurchase, pass: Pass) {
    const { own, joined, listings, lock } = pass;
    const doubted = before.doubt !== undefined;
    this.deps = deps;
    this.purchaseId = purchaseId;
    this.own = own;
    this.state = joined.state;
    this.left = joined.left;
    this.turns = createTurns(deps, { listings, before: before.turns ?? {}, lock });
    this.lock = lock;
    const records = doubted ? mapValues(before.records, withoutValues) : before.records;
    this.records = mapValues(records, (record, key) => {
      const begun = before.begun[key];
      return begun === undefined ? record : withUnsure(record, begun);
    });
    this.attempted = before.attempted;
    this.begun = new Map(Object.entries(before.begun));
    this.connector = this.counting(deps.connector);
    const { mappings, crm } = deps;
    this.former = createFormerWork(before.former, {
      store: (former) => deps.ledger.saveFormer(purchaseId, former, lock),
      connector: this.connector,
      mappings: () => mappings().mappings.filter((mapping) => mapping.crm === crm),
      onRetired: (entry) => this.noted.set(entry.key, entry),
      onFailed: (bookingId, error) => this.fail(undefined, bookingId, error),
    });
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
    return { state: this.own, records: this.records, turns: this.turns.taken() };
  }

  /** What may or may not have been written. Where nothing failed, what is left is of records that are not planned any more. */
  get unsettled(): BegunWrites {
    return this.failures.length === 0 ? {} : Object.fromEntries(this.begun);
  }

  async run(): Promise<void> {
    const bookings = this.planAll();
    await this.setFormerAside(bookings);
    await Promise.all(bookings.map((booking) => this.bringUpToDate(booking)));
    await this.retireFormer();
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
    for (const { bookingId, unidentified } of bookings) {
      for (const { section, matchedBy } of unidentified) {
        this.unidentified.push({ section, matchedBy: [...matchedBy], ...(bookingId !== undefined && { bookingId }) });
      }
    }
    return bookings.map((booking) => this.ours(booking));
  }

  /** Without the records that another purchase writes; of those that it wrote before, nothing is certain. */
  private ours(booking: BookingPlans): BookingPlans {
    const { bookingId, plans } = booking;
    if (bookingId === undefined) return booking;
    if (this.left.has(bookingId)) return { ...booking, plans: [] };
    if (this.turns.isOutrun(bookingId)) {
      const outrun = plans.flatMap(({ key }) => {
        const record = this.records[key];
        return record === undefined ? [] : [[key, withoutValues(record)] as const];
      });
      this.records = { ...this.records, ...Object.fromEntries(outrun) };
    }
    return booking;
  }

  /** What is no longer its booking's is set apart before anything is written, and looked after at the end. */
  private async setFormerAside(bookings: readonly BookingPlans[]): Promise<void> {
    const { current, former } = sortOut(this.records, bookings);
    this.records = current;
    await this.former.setAside(former);
  }

  /** A booking whose new records fail keeps its former one: better two than none. */
  private async retireFormer(): Promise<void> {
    const failed = new Set(this.failures.map(({ bookingId }) => bookingId));
    await this.former.retire(this.after(), (bookingId) => !failed.has(bookingId));
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
    if (known !== undefined && isUpToDate(plan, links, known, known.stamp)) {
      this.begun.delete(plan.key);
      this.noteUnchanged(plan, known);
      return known.id;
    }
    const before = this.begun.get(plan.key);
    await this.remember(plan.key, begin(plan, links, known, before));
    const outcome = await this.turns.write(bookingOf(plan), async () => {
      const { connector, state } = this;
      const attempted = this.attempted || before !== undefined || this.turns.isListedElsewhere(bookingOf(plan));
      return await applyRecord({
        connector,
        plan,
        links,
        known,
        stamp: known?.stamp,
        attempted,
        mayBeLinked: before?.links,
        seq: state.seq,
      });
    });
    this.records = { ...this.records, [plan.key]: outcome.record };
    this.begun.delete(plan.key);
    this.note(plan, outcome);
    return outcome.record.id;
  }

  /** Written down before it is tried, so that a try whose answer we never saw is not taken for "never tried". */
  private async remember(key: string, begun: BegunWrites[string]): Promise<void> {
    this.begun.set(key, begun);
    // Bookings that come to it at one moment share the writing.
    this.remembering ??= Promise.resolve().then(() => {
      this.remembering = undefined;
      return this.deps.ledger.begin(this.purchaseId, Object.fromEntries(this.begun), this.lock);
    });
    await this.remembering;
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

function bookingOf({ scope, key }: RecordPlan): string {
  if (scope.kind !== "booking") throw new Error(`${key} is no booking's.`);
  return scope.bookingId;
}

function linksOf(plan: RecordPlan, ids: ReadonlyMap<string, RecordRef>): Link[] {
  return plan.links.flatMap((link) => {
    const target = ids.get(link.to);
    return target === undefined ? [] : [{ via: link.via, toObject: target.object, toId: target.id }];
  });
}
