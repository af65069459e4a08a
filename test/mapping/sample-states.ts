/** A purchase as it is after it was made, moved and cancelled. */
import { foldNotification } from "../../src/booking/fold.ts";
import { parseNotification } from "../../src/booking/parse.ts";
import type { CallbackRoute, PurchaseState } from "../../src/booking/types.ts";
import { type Json, movedTo } from "../support/payloads.ts";

/** @param body of a purchase that was made */
export function statesOf(body: Json): Readonly<Record<"created" | "rescheduled" | "cancelled", PurchaseState>> {
  const moved = movedTo(body, "2017-03-11T11:30:00+00:00", "2017-03-11T12:00:00+00:00");
  const fold = (state: PurchaseState | undefined, seq: number, route: CallbackRoute, said: unknown): PurchaseState => {
    const parsed = parseNotification(said);
    if (parsed.kind !== "purchase") throw new Error("no purchase");
    const receivedAt = `2017-03-0${5 + seq}T09:00:00Z`;
    const arrival = { seq, order: seq, receivedAt, route, notification: parsed.notification };
    return foldNotification(state, arrival, { unflaggedCancellation: "hold", absent: "hold" }).state;
  };
  const created = fold(undefined, 1, "bookings", body);
  const rescheduled = fold(created, 2, "updates", moved);
  return { created, rescheduled, cancelled: fold(rescheduled, 3, "cancellations", moved) };
}
