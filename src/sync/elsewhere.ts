/** What a pass learns from, and leaves to, other purchases that list its bookings. */
import { bookingsOf, differs, type Joined, joinElsewhere } from "../booking/elsewhere.ts";
import type { PurchaseState } from "../booking/types.ts";
import { saidElsewhere } from "./latest-state.ts";
import type { Listings } from "./listings.ts";
import type { PassDeps } from "./pass.ts";

export interface Elsewhere {
  readonly joined: Joined;
  readonly listings: Listings;
}

/**
 * Says which bookings the purchase lists, and has those looked at again of which something else comes by what it says now.
 * That is before anything of the pass is stored: cut off anywhere, the next one does it again.
 */
export async function lookElsewhere(
  deps: PassDeps,
  before: PurchaseState | undefined,
  own: PurchaseState,
): Promise<Elsewhere> {
  const listed = new Set([...bookingsOf(own), ...(before === undefined ? [] : bookingsOf(before))]);
  const ttlSeconds = deps.ledger.secondsToKeep(own);
  const listings = await deps.ledger.list(own.purchaseId, [...listed], ttlSeconds);
  const others = await saidElsewhere(deps, listings);
  await deps.lookAgain(others.filter((other) => isMoved(other, others, before, own)).map((one) => one.purchaseId));
  return { joined: joinElsewhere(own, others), listings };
}

/** Those around the other are all that this purchase knows of; each of them tells it by itself what it does not. */
function isMoved(
  other: PurchaseState,
  all: readonly PurchaseState[],
  before: PurchaseState | undefined,
  own: PurchaseState,
): boolean {
  const around = all.filter((one) => one !== other);
  const was = joinElsewhere(other, before === undefined ? around : [...around, before]);
  return differs(was, joinElsewhere(other, [...around, own]));
}
