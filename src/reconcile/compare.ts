/** What BookingBug lists beside what is known here: a row says that something differs, and never what to write. */

import type { FoldPolicy } from "../booking/fold.ts";
import { isOlderNews, newsOf } from "../booking/newness.ts";
import { toInstant } from "../booking/normalise.ts";
import type { BookingState, PurchaseState } from "../booking/types.ts";
import type { BookingRow } from "../bookingbug/rows.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { latestState } from "../sync/latest-state.ts";
import type { Ledger } from "../sync/ledger.ts";

export interface CompareDeps {
  readonly inbox: Inbox;
  /** One for each CRM. */
  readonly ledgers: readonly Ledger[];
  readonly policy: FoldPolicy;
}

/**
 * `missing`: nothing that came ever spoke of it. `cancelled_here`: BookingBug says that it is active; cancelled is final, so it
 * is told and not undone.
 */
export type Difference = "missing" | "stale" | "cancelled_there" | "cancelled_here";

export interface Compared {
  readonly row: BookingRow;
  /** Undefined where neither the row nor anything that came says it. */
  readonly purchaseId: string | undefined;
  /** All that is known of its purchase. */
  readonly siblings: readonly string[];
  /** `block`: no customer's appointment. */
  readonly verdict: Difference | "in_step" | "block";
}

/** `status` of a calendar block. */
const BLOCKED = 3;

/** What every CRM's ledger and the inbox say together, the waiting notifications included. */
export async function comparePage(deps: CompareDeps, rows: readonly BookingRow[]): Promise<Compared[]> {
  const states = new Map<string, Promise<PurchaseState | undefined>>();
  const stateOf = (purchaseId: string): Promise<PurchaseState | undefined> => {
    const found = states.get(purchaseId) ?? newestState(deps, purchaseId);
    states.set(purchaseId, found);
    return found;
  };
  return await Promise.all(
    rows.map(async (row) => {
      const heardOf = await deps.inbox.purchaseOfBooking(row.id);
      const candidates = new Set([row.purchase_id, heardOf].filter((id) => id !== undefined));
      const said = await Promise.all([...candidates].map(stateOf));
      const known = newestOf(said.flatMap((state) => state?.bookings[row.id] ?? []));
      const siblings = said.flatMap((state) => Object.keys(state?.bookings ?? {}));
      return { row, purchaseId: row.purchase_id ?? heardOf, siblings, verdict: verdictOf(row, known) };
    }),
  );
}

/** A CRM that was added later knows less. */
export async function newestState(
  { ledgers, ...deps }: CompareDeps,
  purchaseId: string,
): Promise<PurchaseState | undefined> {
  const states = await Promise.all(ledgers.map((ledger) => latestState({ ...deps, ledger }, purchaseId)));
  return states.reduce((best, state) => ((state?.seq ?? -1) > (best?.seq ?? -1) ? state : best), undefined);
}

function newestOf(said: readonly BookingState[]): BookingState | undefined {
  return said.reduce<BookingState | undefined>(
    (best, one) => (best !== undefined && isOlderNews(newsOf(one), newsOf(best)) ? best : one),
    undefined,
  );
}

function verdictOf(row: BookingRow, known: BookingState | undefined): Compared["verdict"] {
  if (row.status === BLOCKED) return "block";
  if (known === undefined) return "missing";
  // A row that does not say proves nothing.
  if (known.lifecycle.status === "cancelled") return row.is_cancelled === false ? "cancelled_here" : "in_step";
  if (row.is_cancelled === true) return "cancelled_there";
  return isSame(row.datetime, known.start) && isSame(row.end_datetime, known.end) ? "in_step" : "stale";
}

function isSame(said: Date | undefined, known: string): boolean {
  return said === undefined || toInstant(said.toISOString()) === known;
}
