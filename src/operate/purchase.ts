/** Reads what is stored about a purchase, for whoever shows it. */
import type { PurchaseState } from "../booking/types.ts";
import type { StoredArrival } from "../inbox/inbox.ts";
import { asListed, type ListedState, newestState } from "../sync/latest-state.ts";
import type { KnownPurchase } from "../sync/ledger.ts";
import type { TimelineEntry } from "../synclog/entries.ts";
import type { PurchaseStatus } from "../synclog/sync-log.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { note } from "./note.ts";

export interface PurchaseCrm {
  readonly crm: string;
  readonly status: PurchaseStatus | undefined;
  readonly known: KnownPurchase;
}

export interface KeptArrival extends StoredArrival {
  /** Some CRM has not settled it. */
  readonly waits: boolean;
}

export interface StoredPurchase {
  readonly purchaseId: string;
  /** The newest of what the CRMs' ledgers know, with what other purchases say of its bookings. */
  readonly state: PurchaseState | undefined;
  readonly alsoListedBy: ListedState["alsoListedBy"];
  readonly crms: readonly PurchaseCrm[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  /** The newest of the notifications that are still kept, oldest first. */
  readonly arrivals: readonly KeptArrival[];
  /** How many more there are. */
  readonly olderArrivals: number;
}

/** A CRM that is paused keeps every notification. */
const SHOWN_ARRIVALS = 100;

/** @returns undefined when nothing is known of the purchase */
export async function readPurchase(deps: OperateDeps, purchaseId: string): Promise<StoredPurchase | undefined> {
  const { inbox, syncLog } = deps;
  const [timeline, waiting, history] = await Promise.all([
    syncLog.timeline(purchaseId),
    inbox.newest(purchaseId, SHOWN_ARRIVALS),
    inbox.history(purchaseId),
  ]);
  const crms = await Promise.all(
    deps.crms.map(async ({ crm, ledger }) => {
      const [known, statuses] = await Promise.all([ledger.load(purchaseId), syncLog.status(crm, [purchaseId])]);
      return { crm, status: statuses.get(purchaseId), known };
    }),
  );
  const { state, alsoListedBy } = await listedBy(deps, crms);
  const arrivals = inOrder(waiting.arrivals, history);
  const isKnown = state !== undefined || timeline.length > 0 || arrivals.length > 0;
  if (!isKnown) return undefined;
  return { purchaseId, state, alsoListedBy, crms, timeline, arrivals, olderArrivals: waiting.older };
}

async function listedBy(
  deps: OperateDeps,
  crms: readonly PurchaseCrm[],
): Promise<Pick<StoredPurchase, "state" | "alsoListedBy">> {
  const own = newestState(crms.map(({ known }) => known.state));
  if (own === undefined) return { state: undefined, alsoListedBy: {} };
  const best = crms.find(({ known }) => known.state === own);
  try {
    return await asListed({ ...deps, ledger: crmOf(deps, best?.crm).ledger }, own);
  } catch (error) {
    // A body of another purchase that cannot be read does not keep this one from being looked at.
    if (error instanceof SyntaxError) return { state: own, alsoListedBy: {} };
    throw error;
  }
}

/** Writes in the timeline that somebody looked at personal data. */
export async function noteLook(deps: OperateDeps, purchaseId: string, by: string): Promise<void> {
  const [first] = deps.crms;
  if (first !== undefined) await note(deps, [purchaseId], { crm: first.crm, by, action: "show_payload" });
}

/** One that moves into the history while we read may be in both lists. */
function inOrder(waiting: readonly StoredArrival[], history: readonly StoredArrival[]): KeptArrival[] {
  const all = [
    ...waiting.map((arrival) => ({ ...arrival, waits: true })),
    ...history.map((arrival) => ({ ...arrival, waits: false })),
  ];
  return [...new Map(all.map((arrival) => [arrival.seq, arrival])).values()].toSorted((a, b) => a.seq - b.seq);
}
