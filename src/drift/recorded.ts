/** The records that a CRM's ledger says a purchase has, with the two sides of each field that we know without the CRM. */
import type { FieldValue, Link } from "../../connectors/connector.ts";
import type { RecordPlace } from "../../connectors/errors.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { LinkOwner, PlannedField, RecordPlan } from "../mapping/plan.ts";
import type { ChooseMapping } from "../mapping/set.ts";
import { type AppliedRecord, oursOf } from "../sync/applied-record.ts";
import { followed } from "../sync/converted.ts";
import type { Ledger } from "../sync/ledger.ts";
import { linkOf } from "../sync/links.ts";
import { newsIn } from "../sync/news-in.ts";
import { type BookingPlans, planPurchase } from "../sync/plan-purchase.ts";

export interface RecordedDeps {
  readonly crm: string;
  readonly ledger: Ledger;
  readonly inbox: Pick<Inbox, "pendingSince">;
  readonly choose: ChooseMapping;
}

export interface RecordedField {
  readonly planned: PlannedField;
  readonly base: FieldValue;
  readonly ours: FieldValue;
  readonly mayHold: readonly FieldValue[];
}

export interface RecordedLink extends Link {
  readonly owner: LinkOwner;
}

/** A record as it was last written, and as it would be now. */
export interface Recorded {
  readonly purchaseId: string;
  readonly section: string;
  readonly object: string;
  readonly id: string;
  readonly fields: readonly RecordedField[];
  readonly links: readonly RecordedLink[];
  /** Whether the mapping wants it made again where it was deleted. */
  readonly isRecreated: boolean;
  /** The records that the plan's links by the relation lead to, as the ledger says now; what is only looked up is not known. */
  leadsTo(via: string): Promise<readonly RecordPlace[]>;
  /** Whether the ledger still says the same, and nothing is under way: else the CRM may hold what is newer than these. */
  stillSo(): Promise<boolean>;
}

export type RecordedPurchase =
  | { readonly kind: "settled"; readonly records: readonly Recorded[] }
  /** Something waits, or may be half done. */
  | { readonly kind: "under_way" };

export async function recordedBy(deps: RecordedDeps, purchaseId: string): Promise<RecordedPurchase> {
  const { ledger, choose } = deps;
  const [known, isUnderWay] = await Promise.all([ledger.load(purchaseId), waits(deps, purchaseId)]);
  if (isUnderWay || isHalfDone(known)) return { kind: "under_way" };
  if (known.state === undefined) return { kind: "settled", records: [] };
  const { bookings } = planPurchase(known.state, choose);
  const own = bookings.flatMap((booking) =>
    booking.plans.flatMap((plan) => {
      const record = known.records[plan.key];
      if (record === undefined || record.object !== plan.object || plan.gone) return [];
      const now = async (): Promise<AppliedRecord | undefined> => {
        const again = await ledger.load(purchaseId);
        return isHalfDone(again) || (await waits(deps, purchaseId)) ? undefined : again.records[plan.key];
      };
      return [recordedAs(purchaseId, booking, { plan, record, now, placeNow: placeIn(ledger, booking, known) })];
    }),
  );
  const shared = new Map(
    bookings.flatMap((booking) =>
      [...booking.shared.values()].map((plan) => [`${plan.section}\n${knownAs(plan)}`, { booking, plan }] as const),
    ),
  );
  const people = await Promise.all(
    [...shared.values()].map(({ booking, plan }) =>
      recordedShared(deps, purchaseId, booking, { plan, placeNow: placeIn(ledger, booking, known) }),
    ),
  );
  return { kind: "settled", records: [...own, ...people.filter((one) => one !== undefined)] };
}

type Known = Awaited<ReturnType<Ledger["load"]>>;

function isHalfDone({ doubt, begun }: Known): boolean {
  return doubt !== undefined || Object.keys(begun).length > 0;
}

async function waits({ inbox, crm }: RecordedDeps, purchaseId: string): Promise<boolean> {
  return (await inbox.pendingSince(crm, purchaseId)) !== undefined;
}

/** @returns by the key of a plan, which record it is by what the ledger says now */
function placeIn(ledger: Ledger, { shared }: BookingPlans, { records }: Known): Written["placeNow"] {
  return async (key) => {
    const plan = shared.get(key);
    if (plan === undefined) return records[key];
    const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
    return followed(plan, pointer) ?? pointer;
  };
}

async function recordedShared(
  { ledger }: RecordedDeps,
  purchaseId: string,
  booking: BookingPlans,
  { plan, placeNow }: Pick<Written, "plan" | "placeNow">,
): Promise<Recorded | undefined> {
  const now = async (): Promise<AppliedRecord | undefined> => {
    const pointer = await ledger.loadPointer(plan.section, knownAs(plan));
    // What was converted is written to no more.
    if (pointer === undefined || pointer.became !== undefined || pointer.object !== plan.object) return undefined;
    const { record, doubt } = await ledger.loadRecord(pointer.object, pointer.id);
    return doubt === undefined ? record : undefined;
  };
  const record = await now();
  return record && recordedAs(purchaseId, booking, { plan, record, now, placeNow });
}

interface Written {
  readonly plan: RecordPlan;
  readonly record: AppliedRecord;
  readonly now: () => Promise<AppliedRecord | undefined>;
  readonly placeNow: (key: string) => Promise<RecordPlace | undefined>;
}

function recordedAs(purchaseId: string, booking: BookingPlans, { plan, record, now, placeNow }: Written): Recorded {
  // Of a person, somebody else may have said something newer.
  const current = newsIn(plan, [], record)?.plan.fields ?? [];
  const news = new Map(current.map(({ field, value }) => [field, value]));
  // What was looked up in the CRM is not looked up again only to compare.
  const isLookedUp = booking.mapping.sections.some(({ name, reads }) => name === plan.section && reads.length > 0);
  const fields = plan.fields.flatMap((planned): RecordedField[] => {
    const { field, ofBookings } = planned;
    const base = record.values[field];
    if (base === undefined || field in (record.refused ?? {})) return [];
    const isKnown = !isLookedUp && (plan.scope.kind === "shared" || !ofBookings);
    const newest = isKnown ? news.get(field) : undefined;
    const ours = newest === undefined ? base : newest;
    return [{ planned: { ...planned, value: ours }, base, ours, mayHold: oursOf(record, field) }];
  });
  return {
    ...{ purchaseId, section: plan.section, object: plan.object, id: record.id, fields },
    links: record.links.map(linkOf).map((link) => ({ ...link, owner: ownerOf(plan, link) })),
    isRecreated: plan.deleted === "recreate",
    async leadsTo(via) {
      const some = plan.links.filter((link) => link.via === via);
      const places = await Promise.all(some.map(({ to }) => placeNow(to)));
      return places.filter((place) => place !== undefined);
    },
    stillSo: async () => JSON.stringify(await now()) === JSON.stringify(record),
  };
}

/** Where several rules of a section make such links, whoever put it there is not known: nothing is written back by guess. */
function ownerOf({ links }: RecordPlan, { via }: Link): RecordedLink["owner"] {
  const owners = new Set(links.filter((one) => one.via === via).map(({ owner }) => owner));
  return (owners.size === 1 ? [...owners][0] : undefined) ?? "report";
}

export function byObject(records: readonly Recorded[]): readonly (readonly Recorded[])[] {
  return [...Map.groupBy(records, ({ object }) => object).values()];
}
