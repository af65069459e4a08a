/** Everything that is stored about a purchase, for who has to find out what became of it. */
import { type KeptArrival, noteLook, readPurchase, type StoredPurchase } from "../purchase.ts";
import { type ShowDeps, type ShownCrm, showCrm } from "./crm.ts";
import { type ShownState, showState, stateOf } from "./state.ts";
import { masking, revealing, type ShownEntry, type Veil } from "./veil.ts";

export interface ShowOptions {
  /** Personal data too; that somebody looked is noted in the timeline. */
  readonly reveal: boolean;
  /** Who looks. */
  readonly by: string;
}

export interface ShownPurchase {
  readonly purchaseId: string;
  /** Set when the id that was asked for is that of a booking, of another purchase, as well. */
  readonly alsoBookingOf?: string;
  /** Oldest first. */
  readonly arrivals: readonly ShownArrival[];
  /** How many more are kept. */
  readonly olderArrivals: number;
  /** What all notifications together come to, those that wait included. */
  readonly state: ShownState | undefined;
  /** By booking, the other purchases that list it. */
  readonly alsoListedBy: StoredPurchase["alsoListedBy"];
  readonly crms: readonly ShownCrm[];
  /** Oldest first. */
  readonly timeline: readonly ShownEntry[];
}

export interface ShownArrival extends Omit<KeptArrival, "body"> {
  readonly body: unknown;
}

/** Nothing is stored under an id. */
class UnknownPurchaseError extends Error {
  readonly kind = "unknown_purchase";
  override readonly name = "UnknownPurchaseError";
}

/** @param id of the purchase, or of one of its bookings. @throws UnknownPurchaseError */
export async function show(deps: ShowDeps, id: string, { reveal, by }: ShowOptions): Promise<ShownPurchase> {
  const ofBooking = await deps.inbox.purchaseOfBooking(id);
  const itself = await readPurchase(deps, id);
  const stored = itself ?? (ofBooking === undefined ? undefined : await readPurchase(deps, ofBooking));
  if (stored === undefined) throw new UnknownPurchaseError(nothingOf(id));
  const veil = reveal ? revealing : masking;
  const shown = await showStored(deps, stored, veil);
  if (reveal) await noteLook(deps, stored.purchaseId, by);
  const isAmbiguous = ofBooking !== undefined && ofBooking !== stored.purchaseId;
  return isAmbiguous ? { ...shown, alsoBookingOf: ofBooking } : shown;
}

function nothingOf(id: string): string {
  return (
    `Nothing is stored about ${id}, neither as a purchase nor as a booking. Next: check the id in BookingBug, and try ` +
    "the purchase's id instead of a booking's. What could not be read is in quarantine; what is older than " +
    "RETENTION_DAYS is forgotten."
  );
}

async function showStored(deps: ShowDeps, stored: StoredPurchase, veil: Veil): Promise<ShownPurchase> {
  const { purchaseId, arrivals, olderArrivals, alsoListedBy, timeline } = stored;
  const state = await stateOf(deps, stored);
  return {
    purchaseId,
    arrivals: arrivals.map((arrival) => showArrival(arrival, veil)),
    olderArrivals,
    state: state && showState(state, veil),
    alsoListedBy,
    crms: await Promise.all(stored.crms.map((crm) => showCrm(deps, purchaseId, crm, state, veil))),
    timeline: timeline.map((entry) => veil.entry(entry)),
  };
}

function showArrival({ body, ...head }: KeptArrival, veil: Veil): ShownArrival {
  try {
    return { ...head, body: veil.payload(JSON.parse(body)) };
  } catch {
    return { ...head, body: veil.payload(body) };
  }
}
