/** What the CRMs must hold in the end, worked out from what was posted and in which order it arrived. */

import { type Joined, joinElsewhere } from "../../src/booking/elsewhere.ts";
import type { PurchaseState } from "../../src/booking/types.ts";
import { foldArrival } from "../../src/sync/fold-arrivals.ts";
import type { Played } from "./happening.ts";
import { type Household, householdOf, isUnknowable, type Statement } from "./people.ts";
import type { Arrived } from "./perform.ts";
import type { World } from "./world.ts";

/** What arrived, a decision included, as it was stored. */
export interface Heard extends Arrived {
  readonly seq: number;
  readonly order: number;
  readonly receivedAt: string;
}

/** A purchase as it arrived. */
export interface HeardPurchase extends Omit<Played, "steps"> {
  readonly heard: readonly Heard[];
}

interface OrderedStatement extends Statement {
  readonly order: number;
  /** Whether nothing newer was said by its purchase. */
  readonly isLatest: boolean;
}

export interface ExpectedContact {
  readonly household: Household;
  /** False when all that was said of it was overtaken, perhaps before anybody looked. */
  readonly isRequired: boolean;
  /** Any of these; one alone unless something newer was said and overtaken. */
  readonly oneOf: readonly Pick<Statement, "surname" | "email">[];
  /** Whatever was ever said: nobody gets an address that is another's. */
  readonly emails: ReadonlySet<string>;
}

export function expectedContacts(world: World, offset: number, purchases: readonly HeardPurchase[]): ExpectedContact[] {
  const all = purchases.flatMap(statementsOf);
  const households = new Map(
    all.map(({ person }) => {
      const household = householdOf(world, offset, person);
      return [[...household.people].join(), household] as const;
    }),
  );
  return [...households.values()].map((household) => {
    const said = all.filter(({ person }) => household.people.has(person));
    const newest = Math.max(...said.filter(({ isLatest }) => isLatest).map(({ order }) => order));
    const oneOf = said.filter(({ order }) => order >= newest);
    const emails = new Set(said.map(({ email }) => email).filter((email) => email !== undefined));
    return { household, isRequired: Number.isFinite(newest) && !isUnknowable(household), oneOf, emails };
  });
}

/** Index of the client that the purchase is for in the end. */
export function clientOf(purchase: HeardPurchase): number {
  return statementsOf(purchase).find(({ isLatest }) => isLatest)?.person ?? 0;
}

function statementsOf({ heard }: HeardPurchase): OrderedStatement[] {
  const said = heard.flatMap(({ statement, order }) => (statement === undefined ? [] : [{ ...statement, order }]));
  const latest = Math.max(...said.map(({ order }) => order));
  return said.map((one) => ({ ...one, isLatest: one.order === latest }));
}

/** What all that was heard of a purchase comes to, and what the one that shares a booking with it says of that. */
export function joinedState(purchase: HeardPurchase, all: readonly HeardPurchase[]): Joined | undefined {
  const own = foldedState(purchase);
  const relisted = purchase.relistedBy;
  const others = all.filter((one) => relisted !== undefined && one !== purchase && one.relistedBy === relisted);
  return (
    own &&
    joinElsewhere(
      own,
      others.map(foldedState).filter((state) => state !== undefined),
    )
  );
}

/** What all of a purchase's notifications come to, folded in the order in which they arrived. */
function foldedState({ purchaseId, heard }: HeardPurchase): PurchaseState | undefined {
  const policy = { unflaggedCancellation: "hold", absent: "hold" } as const;
  const arrivals = heard.toSorted((a, b) => a.seq - b.seq);
  return arrivals.reduce<PurchaseState | undefined>(
    (state, arrival) => foldArrival(policy, String(purchaseId), state, arrival).state,
    undefined,
  );
}
