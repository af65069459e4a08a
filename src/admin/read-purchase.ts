/** What the page of one purchase shows. */
import { readPurchase as readStored, type StoredPurchase } from "../operate/purchase.ts";
import type { AdminDeps } from "./deps.ts";
import { PageError } from "./page.ts";
import type { PageVeil } from "./veil.ts";
import type { RecordUrl } from "./views/parts.ts";

export interface PurchaseView extends StoredPurchase {
  readonly recordUrl: RecordUrl;
}

/** @throws PageError when nothing is known of the purchase */
export async function readPurchase(deps: AdminDeps, purchaseId: string, veil: PageVeil): Promise<PurchaseView> {
  const stored = await readStored(deps, purchaseId);
  if (stored !== undefined) {
    const state = stored.state && veil.state(stored.state);
    return { ...stored, state, timeline: veil.timeline(stored.timeline), recordUrl: recordUrlOf(deps) };
  }
  throw new PageError(
    404,
    `Nothing is known of purchase ${purchaseId}. What is older than the retention is forgotten.`,
  );
}

export function recordUrlOf({ crms }: Pick<AdminDeps, "crms">): RecordUrl {
  return (crm, object, id) => crms.find((one) => one.crm === crm)?.connector.recordUrl(object, id) ?? "";
}
