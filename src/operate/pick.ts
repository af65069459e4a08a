/** A person says which of several CRM records a purchase's person is. */
import type { Connector, CrmRecord, FieldValue, FieldValues, FindQuery } from "../../connectors/connector.ts";
import { NotFoundError } from "../../connectors/errors.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import { type Stamp, stampOf } from "../sync/applied-record.ts";
import { planPurchase } from "../sync/plan-purchase.ts";
import { overwritten } from "../sync/record-changes.ts";
import { isEmpty } from "../sync/values.ts";
import { crmOf, mappingOf, type OperateDeps } from "./deps.ts";
import { note } from "./note.ts";
import { retry } from "./retry.ts";

/** Nothing is known of the purchase or its person, or no longer; or it is known by now who they are. */
export class NothingToPickError extends Error {
  readonly kind = "nothing_to_pick";
  override readonly name = "NothingToPickError";
}

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
 * the choice is remembered for every later booking, and brings the purchase up to date.
 *
 * @throws CrmError when the CRM refuses the stamp; NothingToPickError, UnknownCrmError
 */
export async function pick(deps: OperateDeps, { crm, purchaseId, section, recordId, by }: Pick): Promise<void> {
  const { ledger, connector } = crmOf(deps, crm);
  const plan = await sharedPlan(deps, crm, purchaseId, section);
  const { object, match } = plan;
  const known = await ledger.loadPointer(plan.section, knownAs(plan));
  if (known !== undefined && known.object === object && known.id !== recordId) {
    throw new NothingToPickError(
      `${object} ${known.id} is this person by now, as another purchase of theirs has shown. Next: retry this one; if both ` +
        "records are theirs, merge them in the CRM.",
    );
  }
  const { stamp, seen } = await stampOn(connector, plan, recordId);
  const pointer = { object, id: recordId, own: stamp !== undefined, stamp, matchedBy: match, seen };
  await ledger.bind(plan.section, knownAs(plan), pointer);
  await note(deps, [purchaseId], { crm, by, action: "pick", detail: recordId });
  await retry(deps, { crm, purchaseIds: [purchaseId], by });
}

/**
 * @returns what the record bears of the person from now on, nothing where they have no id, or it is another's too; and what it
 * held of what is about to be written
 */
async function stampOn(
  connector: Connector,
  plan: RecordPlan,
  id: string,
): Promise<{ readonly stamp?: Stamp; readonly seen?: FieldValues }> {
  const stamp = stampOf(plan);
  if (stamp === undefined) return {};
  const { object } = plan;
  const { field, value } = stamp;
  const also = overwritten(plan.fields);
  const [record] = await connector.find({ object, by: { id }, select: [field], also });
  const { [field]: borne, ...seen } = record?.values ?? {};
  if (!isEmpty(borne) && borne !== value) return { seen };
  await connector.save({ object, target: { by: "id", id }, values: { [field]: value }, links: [], unlink: [] });
  return { stamp, seen };
}

/** The CRM records that a held purchase's person may be, with what BookingBug says of the person. */
export interface Candidates {
  /** What we would write, in the mapping's order. */
  readonly wanted: readonly { readonly field: string; readonly value: FieldValue }[];
  /** Those of the candidates that the CRM still has. */
  readonly records: readonly CrmRecord[];
}

/** @throws CrmError when the CRM cannot be asked; NothingToPickError, UnknownCrmError */
export async function readCandidates(
  deps: OperateDeps,
  held: {
    readonly crm: string;
    readonly purchaseId: string;
    readonly section: string;
    readonly candidates: readonly string[];
  },
): Promise<Candidates> {
  const { connector } = crmOf(deps, held.crm);
  const { object, identity, fields } = await sharedPlan(deps, held.crm, held.purchaseId, held.section);
  const wanted = fields.filter(({ value }) => value !== null).map(({ field, value }) => ({ field, value }));
  if (identity.value !== undefined) wanted.push({ field: identity.field, value: identity.value });
  const select = [...fields.filter(({ value }) => value !== null), identity].map(({ field }) => field);
  const found = await Promise.all(held.candidates.map((id) => stillThere(connector, { object, by: { id }, select })));
  return { wanted, records: found.flat() };
}

/** One that was merged into another, as an operator may be asked to do, is a candidate no longer. */
async function stillThere(
  { find }: { readonly find: Connector["find"] },
  query: FindQuery,
): Promise<readonly CrmRecord[]> {
  try {
    return await find(query);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

async function sharedPlan(deps: OperateDeps, crm: string, purchaseId: string, section: string): Promise<RecordPlan> {
  const { state } = await crmOf(deps, crm).ledger.load(purchaseId);
  if (state === undefined) throw new NothingToPickError(`Purchase ${purchaseId} is not known.`);
  const { bookings } = planPurchase(state, mappingOf(deps, crm));
  const plan = bookings.map((booking) => booking.shared.get(section)).find((one) => one !== undefined);
  if (plan !== undefined) return plan;
  throw new NothingToPickError(`The mapping has no section \`${section}\` for purchase ${purchaseId}.`);
}
