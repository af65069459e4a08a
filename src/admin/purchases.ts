/** Reads what the dashboard shows of purchases. */
import type { PurchaseState } from "../booking/types.ts";
import { newestState } from "../sync/latest-state.ts";
import type { PurchaseStatus } from "../synclog/sync-log.ts";
import type { AdminDeps } from "./deps.ts";
import type { PageVeil } from "./veil.ts";
import type { PurchaseRow } from "./views/booking-list.ts";

export async function purchaseRows(
  deps: AdminDeps,
  purchases: readonly { readonly purchaseId: string; readonly at?: string }[],
  veil: PageVeil,
): Promise<PurchaseRow[]> {
  const ids = purchases.map(({ purchaseId }) => purchaseId);
  const statuses = await statusesOf(deps, ids);
  const states = await Promise.all(ids.map((id) => stateOf(deps, id)));
  return purchases.map(({ purchaseId, at }, index) => ({
    purchaseId,
    at,
    state: veiled(states[index], veil),
    statuses: new Map(deps.crms.map(({ crm }) => [crm, statuses.get(crm)?.get(purchaseId)])),
  }));
}

function veiled(state: PurchaseState | undefined, veil: PageVeil): PurchaseState | undefined {
  return state && veil.state(state);
}

/** By CRM, then by purchase. */
async function statusesOf(
  { crms, syncLog }: AdminDeps,
  ids: readonly string[],
): Promise<Map<string, ReadonlyMap<string, PurchaseStatus>>> {
  const entries = crms.map(async ({ crm }) => [crm, await syncLog.status(crm, ids)] as const);
  return new Map(await Promise.all(entries));
}

/** The newest state that any CRM's ledger knows. */
export async function stateOf({ crms }: AdminDeps, purchaseId: string): Promise<PurchaseState | undefined> {
  const ledgers = await Promise.all(crms.map(({ ledger }) => ledger.load(purchaseId)));
  return newestState(ledgers.map(({ state }) => state));
}
