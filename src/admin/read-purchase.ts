/** Reads all that the page of one purchase shows. */
import type { PurchaseState } from "../booking/types.ts";
import type { StoredArrival } from "../inbox/inbox.ts";
import type { AppliedRecord } from "../sync/applied-record.ts";
import type { TimelineEntry } from "../synclog/entries.ts";
import type { PurchaseStatus } from "../synclog/sync-log.ts";
import type { AdminDeps } from "./deps.ts";
import { PageError } from "./page.ts";
import { newestState } from "./views/purchase.ts";
import type { RecordUrl } from "./views/timeline.ts";

export interface PurchaseCrm {
  readonly crm: string;
  readonly status: PurchaseStatus | undefined;
  /** Booking records, by plan key. */
  readonly records: Readonly<Record<string, AppliedRecord>>;
}

export interface PurchaseView {
  readonly purchaseId: string;
  readonly state: PurchaseState | undefined;
  readonly crms: readonly PurchaseCrm[];
  readonly timeline: readonly TimelineEntry[];
  /** Notifications that are still kept, newest first. */
  readonly arrivals: readonly StoredArrival[];
  readonly recordUrl: RecordUrl;
}

/** @throws PageError when nothing is known of the purchase */
export async function readPurchase(deps: AdminDeps, purchaseId: string): Promise<PurchaseView> {
  const { inbox, syncLog } = deps;
  const [timeline, waiting, history] = await Promise.all([
    syncLog.timeline(purchaseId),
    inbox.read(purchaseId, 0),
    inbox.history(purchaseId),
  ]);
  const crms = await Promise.all(
    deps.crms.map(async ({ crm, ledger }) => {
      const [known, statuses] = await Promise.all([ledger.load(purchaseId), syncLog.status(crm, [purchaseId])]);
      return { crm, status: statuses.get(purchaseId), records: known.records, state: known.state };
    }),
  );
  const state = newestState(crms.map((one) => one.state));
  const arrivals = bySeq([...history, ...waiting]);
  if (state === undefined && timeline.length === 0 && arrivals.length === 0) {
    throw new PageError(
      404,
      `Nothing is known of purchase ${purchaseId}. What is older than the retention is forgotten.`,
    );
  }
  return { purchaseId, state, crms, timeline, arrivals, recordUrl: recordUrlOf(deps) };
}

function recordUrlOf({ crms }: AdminDeps): RecordUrl {
  return (crm, object, id) => crms.find((one) => one.crm === crm)?.connector.recordUrl(object, id) ?? "";
}

/** An arrival that one CRM has settled and another has not is in both lists for a moment. */
function bySeq(arrivals: readonly StoredArrival[]): StoredArrival[] {
  return [...new Map(arrivals.map((arrival) => [arrival.seq, arrival])).values()].toSorted((a, b) => b.seq - a.seq);
}
