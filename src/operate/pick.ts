/** A person says which of several CRM records a purchase's person is. */
import type { Connector } from "../../connectors/connector.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type Stamp, stampOf } from "../sync/applied-record.ts";
import { isEmpty } from "../sync/values.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { note } from "./note.ts";
import { NothingToPickError, personPlan } from "./person-plan.ts";
import { othersAsking } from "./questions.ts";
import { retry } from "./retry.ts";

export interface Pick {
  readonly crm: string;
  readonly purchaseId: string;
  readonly section: string;
  readonly recordId: string;
  /** Who did it. */
  readonly by: string;
}

/**
 * Binds the person to the record, in the CRM (our external id, unless it bears another person's) and in the ledger, so that
 * the choice is remembered for every later booking, and brings up to date the purchase and all others of theirs that wait for it.
 *
 * @returns the purchases that go on. @throws CrmError when the CRM refuses the stamp; NothingToPickError, UnknownCrmError
 */
export async function pick(
  deps: OperateDeps,
  { crm, purchaseId, section, recordId, by }: Pick,
): Promise<readonly string[]> {
  const { ledger, connector } = crmOf(deps, crm);
  const plan = await personPlan(deps, crm, purchaseId, section);
  const { object, match } = plan;
  const known = await ledger.loadPointer(plan.section, knownAs(plan));
  if (known !== undefined && known.object === object && known.id !== recordId) {
    throw new NothingToPickError(
      `${object} ${known.id} is this person by now, as another purchase of theirs has shown. Next: retry this one; if both ` +
        "records are theirs, merge them in the CRM.",
    );
  }
  const stamp = await stampOn(connector, plan, recordId);
  const own = stamp !== undefined;
  const pointer = { object, id: recordId, own, stamp, matchedBy: match, picked: true } as const;
  await ledger.bind(plan.section, knownAs(plan), pointer);
  const others = await othersAsking(deps, { crm, purchaseId, plan });
  const purchaseIds = [purchaseId, ...others.purchaseIds];
  await note(deps, purchaseIds, { crm, by, action: "pick", detail: recordId });
  await retry(deps, { crm, purchaseIds, by });
  return purchaseIds;
}

/** @returns what the record bears of the person from now on, nothing where they have no id, or it is another's too */
async function stampOn(connector: Connector, plan: RecordPlan, id: string): Promise<Stamp | undefined> {
  const stamp = stampOf(plan);
  if (stamp === undefined) return undefined;
  const { object } = plan;
  const { field, value } = stamp;
  const [record] = await connector.find({ object, by: { id }, select: [field] });
  const borne = record?.values[field];
  if (!isEmpty(borne) && borne !== value) return undefined;
  await connector.save({ object, target: { by: "id", id }, values: { [field]: value }, links: [], unlink: [] });
  return stamp;
}
