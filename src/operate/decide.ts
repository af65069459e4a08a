/** A person's answer to a hold: whether bookings are cancelled or still active; and the same taken back. */
import { randomUUID } from "node:crypto";
import { type Decision, lastDecided } from "../booking/decision.ts";
import type { BookingVerdict, Hold } from "../booking/types.ts";
import { latestState } from "../sync/latest-state.ts";
import type { ActionEntry } from "../synclog/entries.ts";
import { NothingToTakeBackError } from "./decision-errors.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { note } from "./note.ts";
import { openQuestion } from "./open-questions.ts";
import { retry } from "./retry.ts";

/** Who decides, and in which CRM it was asked. */
interface By {
  readonly crm: string;
  readonly by: string;
}

export interface Answer {
  /** Left out, it is the one purchase that asks about the booking. */
  readonly purchaseId: string | undefined;
  /** Left out, it is the one hold of the purchase that asks about the booking. */
  readonly holdId: string | undefined;
  readonly bookingId: string;
  readonly verdict: BookingVerdict;
  /** Says of all others of the same hold that they are active. */
  readonly othersActive: boolean;
}

/**
 * Stores the answer in the purchase's inbox, to be folded like a notification, and brings every CRM up to date: it
 * concerns the bookings.
 *
 * @returns the purchase, and what the same hold still asks about. @throws NotAskedError, UnknownBookingError, UnknownCrmError
 */
export async function decide(
  deps: OperateDeps,
  answer: Answer,
  { crm, by }: By,
): Promise<{ readonly purchaseId: string; readonly left: readonly string[] }> {
  const { purchaseId, holdId, hold } = await openQuestion(deps, crm, answer);
  const { bookingId, verdict } = answer;
  const verdicts = [{ bookingId, verdict }, ...(answer.othersActive ? othersOf(hold, bookingId) : [])];
  const said = verdicts.map((one) => `booking ${one.bookingId} is ${one.verdict}`).join(", ");
  const action = { crm, by, action: "decide", detail: said } as const;
  await arrive(deps, { kind: "answer", purchaseId, holdId, verdicts }, action);
  const left = hold.bookingIds.filter((id) => !verdicts.some((one) => one.bookingId === id));
  return { purchaseId, left };
}

function othersOf(hold: Hold, bookingId: string): { bookingId: string; verdict: BookingVerdict }[] {
  return hold.bookingIds.filter((id) => id !== bookingId).map((id) => ({ bookingId: id, verdict: "active" }));
}

/**
 * Takes the newest decision about a booking back, as long as nothing was heard of its purchase since: the booking is what
 * it was, and is asked about again. A record that the decision created stays in the CRM.
 *
 * @throws NothingToTakeBackError, UnknownCrmError
 */
export async function takeBack(
  deps: OperateDeps,
  { purchaseId, bookingId }: { readonly purchaseId: string; readonly bookingId: string },
  { crm, by }: By,
): Promise<void> {
  const state = await latestState({ ...deps, ledger: crmOf(deps, crm).ledger }, purchaseId);
  const decided = state && lastDecided(state, bookingId);
  if (decided === undefined) throw new NothingToTakeBackError(purchaseId, bookingId);
  const action = { crm, by, action: "take_back", detail: `booking ${bookingId}` } as const;
  await arrive(deps, { kind: "take_back", purchaseId, bookingId, seq: decided.seq }, action);
}

async function arrive(
  deps: OperateDeps,
  decision: Extract<Decision, { kind: unknown }>,
  action: Omit<ActionEntry, "kind" | "at">,
): Promise<void> {
  const { purchaseId } = decision;
  await deps.inbox.store({
    deliveryId: randomUUID(),
    purchaseId,
    route: "updates",
    receivedAt: new Date().toISOString(),
    // Whose a booking is does not change with what is decided about it.
    bookingIds: [],
    body: JSON.stringify({ decision }),
  });
  await note(deps, [purchaseId], action);
  for (const { crm } of deps.crms) await retry(deps, { crm, purchaseIds: [purchaseId], by: action.by });
}
