/** A person's answers to what waits for a person. */
import { randomUUID } from "node:crypto";
import type { Connector, CrmRecord, FieldValue } from "../../connectors/connector.ts";
import type { Decision } from "../booking/decision.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { Ledger } from "../sync/ledger.ts";
import { type ChooseMapping, planPurchase } from "../sync/plan-purchase.ts";

/** Stores the decision in the booking's inbox, to be folded like a notification. @returns the purchase to bring up to date */
export async function decide(inbox: Inbox, decision: Decision): Promise<string> {
  const purchaseId = await inbox.purchaseOfBooking(decision.bookingId);
  if (purchaseId === undefined) throw new Error(`Booking ${decision.bookingId} is not known.`);
  await inbox.store({
    deliveryId: randomUUID(),
    purchaseId,
    route: "updates",
    receivedAt: new Date().toISOString(),
    bookingIds: [decision.bookingId],
    body: JSON.stringify({ decision }),
  });
  return purchaseId;
}

/**
 * Binds a purchase's person to one of several matching CRM records, in the CRM (our external id) and in the ledger, so
 * that the choice is remembered for every later booking.
 *
 * @throws CrmError when the CRM refuses the stamp; Error when the purchase or its person is not known
 */
export async function pickRecord(
  deps: { readonly ledger: Ledger; readonly connector: Connector; readonly choose: ChooseMapping },
  pick: { readonly purchaseId: string; readonly section: string; readonly recordId: string },
): Promise<void> {
  const { ledger, connector } = deps;
  const plan = await sharedPlan(deps, pick.purchaseId, pick.section);
  const { object, identity } = plan;
  const values = { [identity.field]: identity.value };
  await connector.save({ object, target: { by: "id", id: pick.recordId }, values, links: [] });
  const record = { object, id: pick.recordId, values: {}, links: [], seq: 0 };
  await ledger.saveShared(plan.section, identity.value, record);
}

/** The CRM records that a held purchase's person may be, with what BookingBug says of the person. */
export interface Candidates {
  /** What we would write, in the mapping's order. */
  readonly wanted: readonly { readonly field: string; readonly value: FieldValue }[];
  /** Those of the candidates that the CRM still has. */
  readonly records: readonly CrmRecord[];
}

/** @throws CrmError when the CRM cannot be asked; Error when the purchase or its person is not known */
export async function readCandidates(
  deps: { readonly ledger: Ledger; readonly connector: Connector; readonly choose: ChooseMapping },
  held: { readonly purchaseId: string; readonly section: string; readonly candidates: readonly string[] },
): Promise<Candidates> {
  const { object, identity, fields } = await sharedPlan(deps, held.purchaseId, held.section);
  const wanted = [...fields.filter(({ value }) => value !== null), identity];
  const select = wanted.map(({ field }) => field);
  const found = await Promise.all(held.candidates.map((id) => deps.connector.find({ object, by: { id }, select })));
  return { wanted: wanted.map(({ field, value }) => ({ field, value })), records: found.flat() };
}

async function sharedPlan(
  deps: { readonly ledger: Ledger; readonly choose: ChooseMapping },
  purchaseId: string,
  section: string,
): Promise<RecordPlan> {
  const { state } = await deps.ledger.load(purchaseId);
  if (state === undefined) throw new Error(`Purchase ${purchaseId} is not known.`);
  const { bookings } = planPurchase(state, deps.choose);
  const plan = bookings.map((booking) => booking.shared.get(section)).find((one) => one !== undefined);
  if (plan === undefined) throw new Error(`The mapping has no section \`${section}\` for purchase ${purchaseId}.`);
  return plan;
}
