/** Finds what a mapping looks for in the CRM and does not write: an owner, an account, a campaign. */
import type { Connector, CrmRecord, FieldValue, FindQuery } from "../../connectors/connector.ts";
import { CrmError, type RecordPlace } from "../../connectors/errors.ts";
import type { PurchaseState } from "../booking/types.ts";
import { mappingContext } from "../mapping/context.ts";
import { type FoundRecord, lookUpsOf, type PlannedLookUp, type PlannedWay } from "../mapping/look-ups.ts";
import type { PersonsBookings } from "../mapping/persons-bookings.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { ChooseMapping } from "../mapping/set.ts";
import { HeldError, NotFoundInCrmError } from "./failures.ts";
import type { LookUpCache } from "./look-up-cache.ts";
import { inOrderOfAge } from "./match-record.ts";
import { allOf, type LookedUp, NOTHING_LOOKED_UP } from "./plan-purchase.ts";
import { isSameValue } from "./same-value.ts";

export interface LookUps {
  /**
   * @returns what each booking's look-ups come to; it throws of a booking whose expressions fail, as its planning does, and tells of
   *   a look-up that fails
   */
  ofPurchase(
    state: PurchaseState,
    choose: ChooseMapping,
    theirs?: PersonsBookings,
  ): Promise<(bookingId: string | undefined) => LookedUp>;
  /** For a look-up that was left until the record is there that it is found by. @throws CrmError, HeldError, NotFoundInCrmError */
  byLink(planned: PlannedLookUp, record: RecordPlace): Promise<FoundRecord | undefined>;
  /** Whether a record may be refused for what it has of a look-up that was believed, and not made: somebody may have left since. */
  isOutdated(plan: RecordPlan, found: ReadonlyMap<string, RecordPlace>, error: unknown): boolean;
  /** After a failure: what was found may be why. */
  forget(): void;
}

export function createLookUps(connector: Pick<Connector, "find">, cache: LookUpCache): LookUps {
  const asked: FindQuery[] = [];
  const believed = new Set<FieldValue>();

  async function remembered(query: FindQuery): Promise<readonly CrmRecord[]> {
    asked.push(query);
    const known = cache.get(query);
    for (const { id } of known ?? []) believed.add(id);
    if (known !== undefined) return known;
    const records = await connector.find(query);
    cache.set(query, records);
    return records;
  }

  async function resolve(
    { lookUp, ways }: PlannedLookUp,
    by: (way: PlannedWay) => FindQuery["by"],
    find: Connector["find"],
  ): Promise<FoundRecord | undefined> {
    const { object, select } = lookUp;
    for (const way of ways) {
      const fields = [...new Set([...select, ...Object.keys(way.also)])].toSorted();
      const records = await find({ object, by: by(way), select: fields });
      const meant = records.filter(({ values }) =>
        Object.entries(way.also).every(([field, value]) => isAs(values, field, value)),
      );
      if (meant.length > 0) return oneOf(lookUp, meant);
    }
    return ways.length === 0 && lookUp.none !== "skip" ? undefined : noneOf(lookUp);
  }

  async function ofBooking(
    state: PurchaseState,
    choose: ChooseMapping,
    bookingId: string | undefined,
    theirs: PersonsBookings | undefined,
  ): Promise<LookedUp> {
    const context = mappingContext(state, bookingId, theirs);
    const planned = lookUpsOf(choose(context.companyIds), context, bookingId).filter(
      ({ lookUp }) => lookUp.by === undefined,
    );
    if (planned.length === 0) return NOTHING_LOOKED_UP;
    const found = new Map<string, FoundRecord>();
    const failed = new Map<string, unknown>();
    const one = async (look: PlannedLookUp): Promise<void> => {
      const { name } = look.lookUp;
      try {
        const record = await resolve(look, (way) => way.by ?? { id: "" }, remembered);
        if (record !== undefined) found.set(name, record);
      } catch (error) {
        failed.set(name, error);
      }
    };
    await Promise.all(planned.map(one));
    return { found, failed };
  }

  return {
    async ofPurchase(state, choose, theirs) {
      const ids = allOf(state);
      const looked = await Promise.allSettled(ids.map((bookingId) => ofBooking(state, choose, bookingId, theirs)));
      const byBooking = new Map(ids.map((bookingId, index) => [bookingId, looked[index]]));
      return (bookingId) => {
        const one = byBooking.get(bookingId);
        if (one?.status === "rejected") throw one.reason;
        return one?.value ?? NOTHING_LOOKED_UP;
      };
    },

    byLink: (planned, { object, id }) => {
      const via = planned.lookUp.by?.via ?? "";
      // A person's opportunities come and go, and are nobody else's.
      return resolve(planned, () => ({ link: { via, toObject: object, toId: id } }), connector.find);
    },

    isOutdated({ fields, links }, found, error) {
      if (!(error instanceof CrmError) || error.retry) return false;
      const named = new Set(error.fields.map((field) => field.toLowerCase()));
      const isMeant = (field: string): boolean => named.size === 0 || named.has(field.toLowerCase());
      return (
        fields.some(({ field, value }) => isMeant(field) && believed.has(value)) ||
        links.some(({ via, to }) => isMeant(via) && believed.has(found.get(to)?.id ?? null))
      );
    },

    forget() {
      for (const query of asked) cache.forget(query);
    },
  };
}

function isAs(values: Readonly<Record<string, FieldValue>>, field: string, value: FieldValue): boolean {
  const held = values[field] ?? null;
  return isSameValue(value, held) || String(held).toLowerCase() === String(value).toLowerCase();
}

function oneOf({ name, object, several }: PlannedLookUp["lookUp"], records: readonly CrmRecord[]): FoundRecord {
  const byAge = inOrderOfAge(records);
  const [first] = byAge;
  if (records.length > 1 && several === "hold") {
    throw new HeldError({ reason: "look_up", section: name, object, found: byAge.map(({ id }) => id) });
  }
  const record = several === "newest" ? (byAge.at(-1) ?? first) : first;
  if (record === undefined) throw new Error("There is at least one of them.");
  return record;
}

function noneOf({ name, object, none, otherwise }: PlannedLookUp["lookUp"]): FoundRecord | undefined {
  if (none === "hold") throw new HeldError({ reason: "look_up", section: name, object, found: [] });
  if (none === "fail") throw new NotFoundInCrmError(name, object);
  return otherwise === undefined ? undefined : { object, id: otherwise, values: {} };
}
