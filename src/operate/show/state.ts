/** What all notifications of a purchase together come to, those that wait included. */
import type { BookingState, Hold, PurchaseState, Stated } from "../../booking/types.ts";
import { asListed, latestState } from "../../sync/latest-state.ts";
import { crmOf, type OperateDeps } from "../deps.ts";
import type { StoredPurchase } from "../purchase.ts";
import type { Veil } from "./veil.ts";

export interface ShownState {
  /** Number of the newest notification in it. */
  readonly seq: number;
  readonly bookings: readonly ShownBooking[];
  readonly holds: readonly Hold[];
  readonly stated: Stated;
  /** What BookingBug said last of each. */
  readonly says: unknown;
}

interface ShownBooking
  extends Pick<
    BookingState,
    "id" | "start" | "end" | "previousStart" | "lastChange" | "changedAt" | "rescheduleCount" | "seq"
  > {
  readonly status: BookingState["lifecycle"]["status"];
}

/** As the next pass will see it; as the ledgers have it where a body that waits cannot be read. */
export async function stateOf(
  deps: OperateDeps,
  { purchaseId, crms, state }: StoredPurchase,
): Promise<PurchaseState | undefined> {
  const [best] = crms.toSorted((a, b) => (b.known.state?.seq ?? 0) - (a.known.state?.seq ?? 0));
  if (best === undefined) return state;
  try {
    const ofCrm = { ...deps, ledger: crmOf(deps, best.crm).ledger };
    const latest = await latestState(ofCrm, purchaseId);
    return latest && (await asListed(ofCrm, latest)).state;
  } catch (error) {
    if (error instanceof SyntaxError) return state;
    throw error;
  }
}

export function showState(state: PurchaseState, veil: Veil): ShownState {
  const { seq, holds, stated = {}, bookings, purchase, client, member, company } = state;
  const known = Object.values(bookings);
  const bodies = Object.fromEntries(known.map(({ id, body }) => [id, body]));
  return {
    seq,
    bookings: known.map(showBooking),
    holds,
    stated,
    says: veil.payload({ purchase, client, member, company, bookings: bodies }),
  };
}

/** Without whom and what the booking is with, which may be names. */
function showBooking(booking: BookingState): ShownBooking {
  const { id, start, end, previousStart, lifecycle, lastChange, changedAt, rescheduleCount, seq } = booking;
  return {
    ...{ id, status: lifecycle.status, start, end, lastChange, changedAt, rescheduleCount, seq },
    ...(previousStart !== undefined && { previousStart }),
  };
}
