/** What a pass learns from, and leaves to, other purchases that list its bookings. */
import { bookingsOf, differs, type Joined, joinElsewhere } from "../booking/elsewhere.ts";
import type { PurchaseState } from "../booking/types.ts";
import { saidElsewhere } from "./latest-state.ts";
import type { Listings } from "./listings.ts";
import type { PassDeps } from "./pass.ts";

/** What a pass knows of its bookings besides what its own purchase says. */
export interface Elsewhere {
  readonly joined: Joined;
  readonly listings: Listings;
}

/** Says which bookings the purchase lists, those that it listed before included. @returns who else does */
export async function listBookings(
  { ledger }: PassDeps,
  before: PurchaseState | undefined,
  own: PurchaseState,
): Promise<Listings> {
  const listed = new Set([...bookingsOf(own), ...(before === undefined ? [] : bookingsOf(before))]);
  return await ledger.list(own.purchaseId, [...listed], ledger.secondsToKeep(own));
}

/**
 * Has those purchases looked at again of which something else comes by what this one says now. That is before anything of the
 * pass is stored: cut off anywhere, the next one does it again.
 */
export async function lookElsewhere(
  deps: PassDeps,
  before: PurchaseState | undefined,
  own: PurchaseState,
  listings: Listings,
): Promise<Joined> {
  const others = await saidElsewhere(deps, listings);
  await deps.lookAgain(others.filter((other) => isMoved(other, others, before, own)).map((one) => one.purchaseId));
  return joinElsewhere(own, others);
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
