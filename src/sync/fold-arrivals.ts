/** What a purchase's arrivals say, folded in order into what was known, with what each of them changed. */
import { decisionBody, foldDecision } from "../booking/decision.ts";
import { type FoldPolicy, foldNotification } from "../booking/fold.ts";
import { foldNamed } from "../booking/fold-named.ts";
import { leavesOpen } from "../booking/left-open.ts";
import { parseNotification } from "../booking/parse.ts";
import type { PurchaseState } from "../booking/types.ts";
import type { Inbox, StoredArrival } from "../inbox/inbox.ts";
import type { NotificationEntry } from "../synclog/entries.ts";

export interface Folded {
  readonly state: PurchaseState | undefined;
  readonly notification: NotificationEntry;
  /** BookingBug can be asked what it leaves open. */
  readonly leavesOpen: boolean;
}

/** What is known to begin with: without a ledger (lost, or outlived) the notifications still kept say it. */
export async function knownBefore(
  { inbox, policy }: { readonly inbox: Pick<Inbox, "history">; readonly policy: FoldPolicy },
  purchaseId: string,
  known: PurchaseState | undefined,
): Promise<PurchaseState | undefined> {
  if (known !== undefined) return known;
  const history = await inbox.history(purchaseId);
  return history.reduce<PurchaseState | undefined>(
    (state, arrival) => foldArrival(policy, purchaseId, state, arrival).state,
    undefined,
  );
}

/** @throws SyntaxError when the body is not the JSON that was stored */
export function foldArrival(
  policy: FoldPolicy,
  purchaseId: string,
  state: PurchaseState | undefined,
  arrival: StoredArrival,
): Folded {
  const { seq, order, receivedAt, route, deliveryId } = arrival;
  const head = { deliveryId, seq, route, receivedAt };
  const body: unknown = JSON.parse(arrival.body);
  const decided = decisionBody.safeParse(body);
  if (decided.success) {
    const folded = state && foldDecision(state, decided.data.decision, { seq, receivedAt });
    return {
      state: folded?.state,
      notification: { ...head, says: "decision", changes: [...(folded?.changes ?? [])] },
      leavesOpen: false,
    };
  }
  const parsed = parseNotification(body);
  if (parsed.kind === "ignored" && parsed.bookingId !== undefined && state !== undefined) {
    const { state: after, changes } = foldNamed(state, parsed.bookingId, arrival);
    return {
      state: after,
      notification: { ...head, says: "notification", changes: [...changes] },
      leavesOpen: changes.length > 0,
    };
  }
  if (parsed.kind !== "purchase") {
    return { state, notification: { ...head, says: "unreadable", changes: [] }, leavesOpen: false };
  }
  const notification = { ...parsed.notification, purchaseId };
  const heard = { seq, order, receivedAt, route, notification };
  const { state: after, changes } = foldNotification(state, heard, policy);
  return {
    state: after,
    notification: { ...head, says: "notification", changes: [...changes] },
    leavesOpen: leavesOpen(after, changes, heard),
  };
}
