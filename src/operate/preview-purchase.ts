/** What a pass over a purchase as it is known now would write, and how that differs from what the CRM holds. */
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { followed } from "../sync/converted.ts";
import { latestJoined } from "../sync/latest-state.ts";
import { seenOfPeople } from "../sync/persons-bookings.ts";
import type { PlanFailure } from "../sync/plan-purchase.ts";
import { crmOf, mappingOf, type OperateDeps, type OperatedCrm } from "./deps.ts";
import { leftOutIn, previewOf } from "./preview.ts";
import { diffRecord, type RecordDiff } from "./preview-diff.ts";

export interface PlannedRecord {
  readonly plan: RecordPlan;
  /** Asks the CRM. @throws CrmError */
  diff(): Promise<RecordDiff>;
}

/** Nothing is known of the purchase any more. */
class UnknownPurchaseError extends Error {
  readonly kind = "unknown_purchase";
  override readonly name = "UnknownPurchaseError";
}

export interface PlannedPurchase {
  readonly records: readonly PlannedRecord[];
  /** What is not written and why, in sentences. */
  readonly leftOut: readonly string[];
  /** Why nothing can be said of some of its bookings. */
  readonly failures: readonly PlanFailure[];
}

/** @throws UnknownPurchaseError, UnknownCrmError */
export async function plansOfPurchase(deps: OperateDeps, crm: string, purchaseId: string): Promise<PlannedPurchase> {
  const { ledger, connector } = crmOf(deps, crm);
  const joined = await latestJoined({ ...deps, ledger }, purchaseId);
  if (joined === undefined) {
    throw new UnknownPurchaseError(
      `Purchase ${purchaseId} is not known, or no longer. Preview a saved notification instead.`,
    );
  }
  const { state } = joined;
  const choose = mappingOf(deps, crm);
  const theirs = await seenOfPeople({ ...deps, crm, ledger, mappings: deps.mappings.current().set }, joined);
  const { plans, failures } = previewOf(state, choose, theirs);
  const records = plans.map((plan) => ({
    plan,
    diff: () => comparedWith({ ledger, connector }, purchaseId, plan),
  }));
  return { records, failures, leftOut: leftOutIn(state, choose, theirs) };
}

/** What the CRM holds beside what a purchase's record is to be. @throws CrmError */
export async function comparedWith(
  { ledger, connector }: Pick<OperatedCrm, "ledger" | "connector">,
  purchaseId: string,
  plan: RecordPlan,
): Promise<RecordDiff> {
  const { section, key, scope } = plan;
  if (scope.kind === "booking") return await diffRecord(connector, plan, (await ledger.load(purchaseId)).records[key]);
  const to = followed(plan, await ledger.loadPointer(section, knownAs(plan)));
  if (to !== undefined) return { kind: "followed", to };
  return await diffRecord(connector, plan, await ledger.loadShared(section, knownAs(plan)));
}
