/** What is known of a purchase, the notifications that wait included, without changing anything. */
import { bookingsOf, type Joined, joinElsewhere } from "../booking/elsewhere.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { foldArrival, knownBefore } from "./fold-arrivals.ts";
import type { Ledger } from "./ledger.ts";
import type { Listings } from "./listings.ts";

export interface StateDeps {
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly policy: FoldPolicy;
}

/** As a pass sees it: with what other purchases say of its bookings. @returns undefined when it is not known, or no longer */
export async function latestState(deps: StateDeps, purchaseId: string): Promise<PurchaseState | undefined> {
  return (await latestJoined(deps, purchaseId))?.state;
}

/** The same, with what other purchases tell of. */
export async function latestJoined(deps: StateDeps, purchaseId: string): Promise<Joined | undefined> {
  const own = await saidBy(deps, purchaseId);
  if (own === undefined) return undefined;
  const listings = await deps.ledger.listings(purchaseId, bookingsOf(own));
  return joinElsewhere(own, await saidElsewhere(deps, listings));
}

export interface ListedState {
  /** Each booking as the purchase tells it whose words of it count. */
  readonly state: PurchaseState;
  /** By booking, the other purchases that list it. */
  readonly alsoListedBy: Readonly<Record<string, readonly string[]>>;
}

/** What is true of a purchase's bookings, for who looks at it. */
export async function asListed(deps: StateDeps, own: PurchaseState): Promise<ListedState> {
  const listings = await deps.ledger.listings(own.purchaseId, bookingsOf(own));
  const said = await saidElsewhere(deps, listings);
  const { state, left } = joinElsewhere(own, said);
  const theirs = [...left].map(([id, owner]) => {
    const others = [own, ...said.filter((other) => other !== owner)];
    return [id, joinElsewhere(owner, others).state.bookings[id] ?? state.bookings[id]];
  });
  const listed = [...listings].filter(([, { others }]) => others.length > 0);
  return {
    state: { ...state, bookings: { ...state.bookings, ...Object.fromEntries(theirs) } },
    alsoListedBy: Object.fromEntries(listed.map(([id, { others }]) => [id, others])),
  };
}

/** What the other purchases that list the bookings say, each by itself. */
export async function saidElsewhere(deps: StateDeps, listings: Listings): Promise<PurchaseState[]> {
  const purchaseIds = new Set([...listings.values()].flatMap(({ others }) => others));
  const said = await Promise.all([...purchaseIds].map((purchaseId) => saidBy(deps, purchaseId)));
  return said.filter((state) => state !== undefined);
}

async function saidBy(deps: StateDeps, purchaseId: string): Promise<PurchaseState | undefined> {
  for (;;) {
    const { state: known } = await deps.ledger.load(purchaseId);
    const state = await foldIn(deps, purchaseId, known);
    const { state: now } = await deps.ledger.load(purchaseId);
    // What a pass has settled while we read is in the ledger, and in the inbox no longer.
    if (now?.seq === known?.seq) return state;
  }
}

async function foldIn(
  deps: StateDeps,
  purchaseId: string,
  known: PurchaseState | undefined,
): Promise<PurchaseState | undefined> {
  let state = await knownBefore(deps, purchaseId, known);
  for await (const arrival of deps.inbox.walk(purchaseId, known?.seq ?? 0)) {
    state = foldArrival(deps.policy, purchaseId, state, arrival).state;
  }
  return state;
}

/** Of what several ledgers say of a purchase, what the one says that has heard most. */
export function newestState(states: readonly (PurchaseState | undefined)[]): PurchaseState | undefined {
  return states.reduce(
    (best, state) => (state !== undefined && state.seq > (best?.seq ?? -1) ? state : best),
    undefined,
  );
}
