/** The bookings of a trial: a marked person and appointment of our own invention, made, moved and cancelled. */
import { type FoldPolicy, foldNotification } from "../../booking/fold.ts";
import { parseNotification } from "../../booking/parse.ts";
import type { PurchaseState } from "../../booking/types.ts";
import type { Mapping } from "../../mapping/mapping.ts";

const MARK = "crm-sync doctor (test, please ignore)";
const POLICY: FoldPolicy = { unflaggedCancellation: "hold", absent: "hold" };
const DAY_MS = 86_400_000;

export interface TrialStates {
  readonly made: PurchaseState;
  readonly moved: PurchaseState;
  readonly cancelled: PurchaseState;
}

/** @param now tells one trial's records from another's */
export function trialStates(now: Date, { companies }: Mapping): TrialStates {
  const companyId = Number(companies[0] ?? 0) || 1;
  const at = (days: number): string => new Date(Math.floor(now.getTime() / 1000) * 1000 + days * DAY_MS).toISOString();
  const made = fold(undefined, body(now, companyId, at(2)), 1);
  const moved = fold(made, body(now, companyId, at(3)), 2);
  const cancelled = fold(moved, body(now, companyId, at(3), { is_cancelled: true }), 3);
  return { made, moved, cancelled };
}

/** A purchase of a person of its own, as many as are wanted; none of them was in a trial. */
export function strangers(now: Date, { companies }: Mapping, count: number): PurchaseState[] {
  const companyId = Number(companies[0] ?? 0) || 1;
  const at = new Date(Math.floor(now.getTime() / 1000) * 1000 + 2 * DAY_MS).toISOString();
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    return fold(undefined, body(new Date(now.getTime() + number), companyId, at, {}, `${MARK} ${number}`), 1);
  });
}

function fold(known: PurchaseState | undefined, notification: unknown, seq: number): PurchaseState {
  const parsed = parseNotification(notification);
  if (parsed.kind !== "purchase") throw new Error("The trial's own notification cannot be read.");
  const arrival = {
    seq,
    order: seq,
    receivedAt: new Date().toISOString(),
    route: "bookings",
    notification: parsed.notification,
  } as const;
  return foldNotification(known, arrival, POLICY).state;
}

/** As BookingBug would send it; ids beyond any that it has given. */
function body(now: Date, companyId: number, start: string, more: object = {}, name = MARK): unknown {
  const id = now.getTime();
  const person = {
    id,
    first_name: "Test",
    last_name: name,
    // "Reserved Top Level DNS Names": mail to it reaches nobody.
    email: `crm-sync-doctor-${id}@example.com`,
    company_id: companyId,
  };
  const booking = {
    id,
    purchase_id: id,
    full_describe: MARK,
    service_name: MARK,
    datetime: start,
    end_datetime: new Date(Date.parse(start) + 30 * 60_000).toISOString(),
    time_zone: "Europe/London",
    company_id: companyId,
    company_name: MARK,
    ...more,
  };
  return { id, company_name: MARK, _embedded: { client: person, member: person, bookings: [booking] } };
}
