/** What the mapping makes of the person whom a held purchase asks about. */
import type { RecordPlan } from "../mapping/plan.ts";
import { planPurchase } from "../sync/plan-purchase.ts";
import { crmOf, mappingOf, type OperateDeps } from "./deps.ts";

/** Nothing is known of the purchase or its person, or no longer; or it is known by now who they are. */
export class NothingToPickError extends Error {
  readonly kind = "nothing_to_pick";
  override readonly name = "NothingToPickError";
}

/** @throws NothingToPickError, UnknownCrmError */
export async function personPlan(
  deps: OperateDeps,
  crm: string,
  purchaseId: string,
  section: string,
): Promise<RecordPlan> {
  const { state } = await crmOf(deps, crm).ledger.load(purchaseId);
  if (state === undefined) throw new NothingToPickError(`Purchase ${purchaseId} is not known.`);
  const { bookings } = planPurchase(state, mappingOf(deps, crm));
  const plan = bookings.map((booking) => booking.shared.get(section)).find((one) => one !== undefined);
  if (plan !== undefined) return plan;
  throw new NothingToPickError(`The mapping has no section \`${section}\` for purchase ${purchaseId}.`);
}
