/** The moving parts of one pass: what was planned, written, and could not be written. */
import type { Link } from "../../connectors/connector.ts";
import { CrmError, type RecordPlace } from "../../connectors/errors.ts";
import type { Joined } from "../booking/elsewhere.ts";
import type { PurchaseState } from "../booking/types.ts";
import { keyOf } from "../mapping/evaluate.ts";
import { lookUpsOf } from "../mapping/look-ups.ts";
import type { PersonsBookings } from "../mapping/persons-bookings.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { mappingChooser } from "../mapping/set.ts";
import type { Lock } from "../redis/locks.ts";
import type { BegunWrites } from "./begun.ts";
import { type BookingRecords, createBookingRecords } from "./booking-records.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { HeldError } from "./failures.ts";
import type { KnownPurchase, PurchaseLedger } from "./ledger.ts";
import { linkKey } from "./links.ts";
import { createLookUps, type LookUps } from "./look-ups.ts";
import type { PassDeps } from "./pass.ts";
import { createPassNotes, type PassNotes } from "./pass-notes.ts";
import { type BookingPlans, NOTHING_LOOKED_UP, planPurchase } from "./plan-purchase.ts";
import { NotThereError } from "./record-task.ts";
import { createFormerWork, type FormerWork } from "./retire-former.ts";
import { nothingRefused } from "./shared-ledger.ts";
import { createSharedRecords, type SharedRecords } from "./shared-records.ts";

interface Pass extends Elsewhere {
  /** What every notification of the purchase so far comes to. */
  readonly own: PurchaseState;
  readonly lock: Lock;
  readonly theirs: PersonsBookings | undefined;
}

/** The moving parts of one pass. */
export class PassWork {
  readonly notes: PassNotes;
  private readonly deps: PassDeps;
  private readonly own: PurchaseState;
  /** With what other purchases say of its bookings. */
  private readonly state: PurchaseState;
  /** What other purchases write, and what those say. */
  private readonly left: Joined["left"];
  /** What is known of all bookings of its people, where a mapping reads that. */
  private readonly theirs: PersonsBookings | undefined;
  private readonly shared: SharedRecords;
  private readonly records: BookingRecords;
  private readonly former: FormerWork;
  private readonly lookUps: LookUps;
  private readonly plannedBy = new Set<string>();

  constructor(deps: PassDeps, purchaseId: string, before: KnownPurchase, pass: Pass) {
    const { own, joined, listings, lock } = pass;
    const { crm, mappings, ledger } = deps;
    const notes = createPassNotes(joined.state);
    const connector = notes.counting(deps.connector);
    this.deps = deps;
    this.own = own;
    this.state = joined.state;
    this.left = joined.left;
    this.theirs = pass.theirs;
    this.notes = notes;
    const people = before.again === undefined ? ledger : nothingRefused(ledger);
    this.shared = createSharedRecords({
      ...deps,
      ledger: people,
      connector,
      onOutcome: notes.outcome,
      noteAsked: (asked) => deps.noteAsked({ ...asked, purchaseId }),
      over: () => this.records.over,
      lookAgainAt: async (left) => {
        for await (const some of ledger.sharing(left)) await deps.lookAgain(some);
        // What this one has linked already, to be looked at once it has ended.
        await deps.lookAgain([purchaseId]);
      },
    });
    this.lookUps = createLookUps(connector, deps.lookUps);
    const { seq } = joined.state;
    this.records = createBookingRecords(deps, { purchaseId, before, listings, lock, seq, connector, notes });
    this.former = createFormerWork(before.former, {
      store: (former) => ledger.saveFormer(purchaseId, former, lock),
      connector,
      inTurn: this.records.inTurn,
      mappings: () => mappings().mappings.filter((mapping) => mapping.crm === crm),
      onRetired: notes.retired,
      onFailed: (bookingId, error) => notes.fail(undefined, bookingId, error),
    });
  }

  after(): PurchaseLedger {
    return { state: this.own, ...this.records.after() };
  }

  /** What may or may not have been written. Where nothing failed, what is left is of records that are not planned any more. */
  get unsettled(): BegunWrites {
    return this.notes.failures.length === 0 ? {} : this.records.begun();
  }

  /** Versions of the files that planned its bookings. */
  get mappings(): readonly string[] {
    return [...this.plannedBy];
  }

  async run(): Promise<void> {
    for (const [bookingId, owner] of this.left) await this.records.leave(bookingId, owner.purchaseId);
    const bookings = await this.planAll();
    for (const { mapping, plans } of bookings) if (plans.length > 0) this.plannedBy.add(mapping.version);
    // What is no longer its booking's is set apart before anything is written, and looked after at the end.
    const owned = this.asOwned(bookings);
    await this.former.takeBack(owned.filter(({ bookingId }) => this.isLeft(bookingId)));
    await this.former.setAside(this.records.setFormerAside(owned));
    await Promise.all(bookings.map((booking) => this.bringUpToDate(booking)));
    await this.retireFormer();
    if (this.notes.failures.length > 0) this.lookUps.forget();
  }

  /** What waits for a person is a failure of its own, beside whatever else could be done. */
  addHolds(): void {
    for (const { reason, bookingIds } of this.state.holds) {
      this.notes.fail(undefined, bookingIds.join(", "), new HeldError({ reason, bookingIds: [...bookingIds] }));
    }
  }

  private async planAll(): Promise<BookingPlans[]> {
    const { mappings, crm } = this.deps;
    const choose = mappingChooser(mappings(), crm);
    // Where no mapping looks anything up, no booking is evaluated for it.
    const areLookedUp = mappings().mappings.some((mapping) => mapping.crm === crm && mapping.lookUps.length > 0);
    const lookedUp = areLookedUp
      ? await this.lookUps.ofPurchase(this.state, choose, this.theirs)
      : () => NOTHING_LOOKED_UP;
    const { bookings, failures } = planPurchase(this.state, choose, { lookedUp, theirs: this.theirs });
    for (const { bookingId } of bookings) {
      for (const error of lookedUp(bookingId).failed.values()) this.notes.fail(undefined, bookingId, error);
    }
    for (const { bookingId, error } of failures) this.notes.fail(undefined, bookingId, error);
    for (const booking of bookings) this.notes.goWithout(booking);
    return bookings.map((booking) => this.ours(booking));
  }

  /** Without the records that another purchase writes; of those that it wrote before, nothing is certain. */
  private ours(booking: BookingPlans): BookingPlans {
    if (this.isLeft(booking.bookingId)) return { ...booking, plans: [] };
    this.records.doubtOutrun(booking);
    return booking;
  }

  private isLeft(bookingId: string | undefined): boolean {
    return bookingId !== undefined && this.left.has(bookingId);
  }

  /** Each booking as it is planned by the purchase that writes it. */
  private asOwned(bookings: readonly BookingPlans[]): BookingPlans[] {
    const choose = mappingChooser(this.deps.mappings(), this.deps.crm);
    return bookings.map((booking) => {
      const owner = booking.bookingId === undefined ? undefined : this.left.get(booking.bookingId);
      if (owner === undefined) return booking;
      const { bookings: planned } = planPurchase(owner, choose, { ids: [booking.bookingId] });
      return planned[0] ?? booking;
    });
  }

  /** A booking whose new records fail keeps its former one: better two than none. */
  private async retireFormer(): Promise<void> {
    const failed = new Set(this.notes.failures.map(({ bookingId }) => bookingId));
    await this.former.retire(this.after(), (bookingId) => !failed.has(bookingId));
  }

  /** What fails holds up only what links to it: that would be written without its link. */
  private async bringUpToDate(booking: BookingPlans): Promise<void> {
    const ids = new Map<string, RecordPlace>(booking.found);
    const missing = new Set<string>(booking.heldUp);
    for (const plan of [...booking.shared.values(), ...booking.plans]) {
      if (plan.unless !== undefined && ids.has(plan.unless)) continue;
      if (plan.gone === undefined) await this.findLinked(booking, plan, ids, missing);
      const needed = [...plan.links.map(({ to }) => to), plan.unless];
      if (plan.gone === undefined && needed.some((key) => key !== undefined && missing.has(key))) {
        missing.add(plan.key);
        continue;
      }
      try {
        // What links to it goes without, as it does without a person.
        if (plan.gone) await this.records.remove(plan);
        else ids.set(plan.key, await this.apply(plan, ids, booking.shared));
      } catch (error) {
        if (error instanceof NotThereError) {
          this.notes.notThere(plan, booking.bookingId);
          continue;
        }
        missing.add(plan.key);
        this.notes.fail(plan, booking.bookingId, error, this.lookUps.isOutdated(plan, booking.found, error));
      }
    }
  }

  /** What the record links to and is found by a record that is written by now. */
  private async findLinked(
    { mapping, context, bookingId }: BookingPlans,
    { links }: RecordPlan,
    ids: Map<string, RecordPlace>,
    missing: Set<string>,
  ): Promise<void> {
    const wanted = links.map(({ to }) => to).filter((to) => !ids.has(to) && !missing.has(to));
    for (const planned of wanted.length === 0 ? [] : lookUpsOf(mapping, context, bookingId)) {
      const { name, per, by } = planned.lookUp;
      const key = keyOf(name, per === "booking" ? bookingId : undefined);
      const record = by && ids.get(keyOf(by.to, by.perBooking ? bookingId : undefined));
      if (record === undefined || !wanted.includes(key)) continue;
      try {
        const found = await this.lookUps.byLink(planned, record);
        if (found !== undefined) ids.set(key, found);
      } catch (error) {
        missing.add(key);
        this.notes.fail(undefined, bookingId, error);
      }
    }
  }

  private async apply(
    plan: RecordPlan,
    ids: Map<string, RecordPlace>,
    shared: ReadonlyMap<string, RecordPlan>,
  ): Promise<RecordPlace> {
    if (plan.scope.kind === "booking") {
      return { object: plan.object, id: await this.applyBooking(plan, ids, shared) };
    }
    const record = await this.shared.apply(plan, linksOf(plan, ids));
    this.notes.unchanged(plan, record);
    return record;
  }

  private async applyBooking(
    plan: RecordPlan,
    ids: Map<string, RecordPlace>,
    shared: ReadonlyMap<string, RecordPlan>,
  ): Promise<string> {
    try {
      return await this.records.write(plan, linksOf(plan, ids));
    } catch (error) {
      const healed = await this.renewLinked(plan, ids, shared, error);
      if (!healed) throw error;
      return await this.records.write(plan, linksOf(plan, ids));
    }
  }

  /** A person deleted, merged away or converted in the CRM shows up as a refused link: find or create them anew, once. */
  private async renewLinked(
    plan: RecordPlan,
    ids: Map<string, RecordPlace>,
    shared: ReadonlyMap<string, RecordPlan>,
    error: unknown,
  ): Promise<boolean> {
    if (!(error instanceof CrmError) || error.retry) return false;
    let renewed = false;
    for (const to of new Set(plan.links.map((link) => link.to))) {
      const target = shared.get(to);
      const ref = ids.get(to);
      if (target === undefined || ref === undefined) continue;
      try {
        const now = await this.shared.renewIfGone(target, linksOf(target, ids), ref, error);
        if (now === undefined) continue;
        ids.set(to, now);
      } catch (gone) {
        if (!(gone instanceof NotThereError)) throw gone;
        ids.delete(to);
        this.notes.notThere(target, bookingIdOf(plan));
      }
      renewed = true;
    }
    return renewed;
  }
}

function bookingIdOf({ scope }: RecordPlan): string | undefined {
  return scope.kind === "booking" ? scope.bookingId : undefined;
}

/** Two people may turn out to be one record, which is linked to once. */
function linksOf(plan: RecordPlan, ids: ReadonlyMap<string, RecordPlace>): Link[] {
  const links = plan.links.flatMap(({ to, via }): Link[] => {
    const target = ids.get(to);
    return target === undefined ? [] : [{ via, toObject: target.object, toId: target.id }];
  });
  return [...new Map(links.map((link) => [linkKey(link), link])).values()];
}
