/** What BookingBug lists beside what is known here: a row says that something differs, and never what to write. */

import { attendanceOf, currentAttendance } from "../booking/attendance.ts";
import type { FoldPolicy } from "../booking/fold.ts";
import { isOlderNews, newsOf } from "../booking/newness.ts";
import { toInstant } from "../booking/normalise.ts";
import type { BookingState, PurchaseState } from "../booking/types.ts";
import { isYes } from "../booking/yes.ts";
import type { BookingRow } from "../bookingbug/rows.ts";
import type { Inbox } from "../inbox/inbox.ts";
import { latestState, newestState } from "../sync/latest-state.ts";
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
  /** Whether it has a mark of whether they came that is not known. */
  readonly isMarked: boolean;
  /** The CRMs that have the booking as BookingBug has it, with nothing of its purchase waiting. */
  readonly inCrms: ReadonlySet<string>;
}

/** `status` of a calendar block. */
const BLOCKED = 3;

/** What every CRM's ledger and the inbox say together, the waiting notifications included. */
export async function comparePage(deps: CompareDeps, rows: readonly BookingRow[]): Promise<Compared[]> {
  const states = new Map<string, Promise<Said[]>>();
  const saidOf = (purchaseId: string): Promise<Said[]> => {
    const found = states.get(purchaseId) ?? saidBy(deps, purchaseId);
    states.set(purchaseId, found);
    return found;
  };
  return await Promise.all(
    rows.map(async (row) => {
      const heardOf = await deps.inbox.purchaseOfBooking(row.id);
      const candidates = new Set([row.purchase_id, heardOf].filter((id) => id !== undefined));
      const everywhere = await Promise.all([...candidates].map(saidOf));
      const said = everywhere.map((all) => newestState(all.map(({ state }) => state)));
      const known = newestOf(said.flatMap((state) => state?.bookings[row.id] ?? []));
      const siblings = said.flatMap((state) => Object.keys(state?.bookings ?? {}));
      const inCrms = new Set(
        everywhere
          .flat()
          .filter((one) => has(one, row))
          .map(({ crm }) => crm),
      );
      return {
        row,
        purchaseId: row.purchase_id ?? heardOf,
        siblings,
        verdict: verdictOf(row, known),
        isMarked: isMarked(row, known),
        inCrms,
      };
    }),
  );
}

/** What is known of a purchase for one CRM. */
interface Said {
  readonly crm: string;
  readonly state: PurchaseState | undefined;
  /** Nothing of it waits, failed or is held. */
  readonly isSettled: boolean;
}

async function saidBy({ ledgers, ...deps }: CompareDeps, purchaseId: string): Promise<Said[]> {
  return await Promise.all(
    ledgers.map(async (ledger) => {
      const { crm } = ledger;
      const [state, waiting] = await Promise.all([
        latestState({ ...deps, ledger }, purchaseId),
        deps.inbox.unsettled(crm, purchaseId, 1),
      ]);
      return { crm, state, isSettled: waiting.length === 0 };
    }),
  );
}

/** What the CRM says that knows most: one that was added later knows less. */
export async function newestKnown(deps: CompareDeps, purchaseId: string): Promise<PurchaseState | undefined> {
  return newestState((await saidBy(deps, purchaseId)).map(({ state }) => state));
}

function has({ state, isSettled }: Said, row: BookingRow): boolean {
  const known = state?.bookings[row.id];
  return isSettled && known !== undefined && verdictOf(row, known) === "in_step";
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
  if (isAnother(row.person_id, known.person) || isAnother(row.resource_id, known.resource)) return "stale";
  if (isElsewhere(row, known) || isPlacedOtherwise(row, known) || isMarked(row, known)) return "stale";
  return isSame(row.datetime, known.start) && isSame(row.end_datetime, known.end) ? "in_step" : "stale";
}

/** By id, where both sides have one: nobody is no evidence of somebody else. */
function isAnother(said: string | undefined, known: string | undefined): boolean {
  return said !== undefined && known?.startsWith("id:") === true && known !== `id:${said}`;
}

/** Another location of the company has it. */
function isElsewhere(row: BookingRow, { body }: BookingState): boolean {
  return row.company_id !== undefined && body.company_id !== undefined && String(body.company_id) !== row.company_id;
}

/** Who was waiting has a place, or the other way round. */
function isPlacedOtherwise(row: BookingRow, { body }: BookingState): boolean {
  return row.on_waitlist !== undefined && body.on_waitlist !== undefined && isYes(body.on_waitlist) !== row.on_waitlist;
}

/**
 * Whether the list has a mark of whether they came that is not known. A list without one is no evidence; nor is one beside what
 * is current, which has no time to be compared by.
 */
function isMarked({ attendance }: BookingRow, known: BookingState | undefined): boolean {
  if (attendance === undefined || known === undefined) return attendance !== undefined;
  return currentAttendance(known.body) === undefined && attendance !== attendanceOf(known.body);
}

function isSame(said: Date | undefined, known: string): boolean {
  return said === undefined || toInstant(said.toISOString()) === known;
}
