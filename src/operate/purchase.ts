/** Reads what is stored about a purchase, for whoever shows it. */
import type { PurchaseState } from "../booking/types.ts";
import type { StoredArrival } from "../inbox/inbox.ts";
import type { KnownPurchase } from "../sync/ledger.ts";
import type { TimelineEntry } from "../synclog/entries.ts";
import type { PurchaseStatus } from "../synclog/sync-log.ts";
import type { OperateDeps } from "./deps.ts";
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
  /** The newest of what the CRMs' ledgers know. */
  readonly state: PurchaseState | undefined;
  readonly crms: readonly PurchaseCrm[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
  /** Notifications that are still kept, oldest first. */
  readonly arrivals: readonly KeptArrival[];
}

/** @returns undefined when nothing is known of the purchase */
export async function readPurchase(deps: OperateDeps, purchaseId: string): Promise<StoredPurchase | undefined> {
  const { inbox, syncLog } = deps;
  const [timeline, waiting, history] = await Promise.all([
    syncLog.timeline(purchaseId),
    inbox.read(purchaseId, 0),
    inbox.history(purchaseId),
  ]);
  const crms = await Promise.all(
    deps.crms.map(async ({ crm, ledger }) => {
      const [known, statuses] = await Promise.all([ledger.load(purchaseId), syncLog.status(crm, [purchaseId])]);
      return { crm, status: statuses.get(purchaseId), known };
    }),
  );
  const state = newestState(crms.map(({ known }) => known.state));
  const arrivals = inOrder(waiting, history);
  const isKnown = state !== undefined || timeline.length > 0 || arrivals.length > 0;
  return isKnown ? { purchaseId, state, crms, timeline, arrivals } : undefined;
}

export function newestState(states: readonly (PurchaseState | undefined)[]): PurchaseState | undefined {
  return states.reduce(
    (best, state) => (state !== undefined && state.seq > (best?.seq ?? -1) ? state : best),
    undefined,
  );
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
