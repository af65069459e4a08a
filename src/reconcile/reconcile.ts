/**
 * Walks what BookingBug lists, compares each booking with what is known of it, and has what differs repaired by reading its
 * purchase. A page at a time: nothing is remembered of a booking beyond its page.
 */
import type { BookingBug, BookingPage } from "../bookingbug/api.ts";
import { BookingBugError } from "../bookingbug/errors.ts";
import type { Taken } from "../receiver/read-back.ts";
import { type CompareDeps, type Compared, comparePage, type Difference } from "./compare.ts";
import { withChange } from "./hours.ts";
import { beginning, type Counts, type Progress, type ProgressStore, type Tally } from "./progress.ts";
import { type RepairDeps, repair } from "./repair.ts";
import { differingOf } from "./statement.ts";
import type { Unmended } from "./unmended.ts";
import { askedAs, type Window } from "./window.ts";

export interface ReconcileDeps extends CompareDeps, Omit<RepairDeps, "inbox"> {
  readonly bookingbug: BookingBug;
  readonly progress: ProgressStore;
  readonly unmended: Unmended;
  /** Queues what was stored. */
  readonly flush: () => Promise<void>;
}

export interface Asked {
  readonly companies: readonly string[];
  readonly windows: readonly Window[];
  /** Nothing is read back and nothing remembered. */
  readonly dryRun: boolean;
}

/**
 * `complete`: as many were listed as BookingBug says there are. `uncounted`: to its end, and BookingBug gives no number.
 * `shifted`: to its end, with another number than BookingBug's; it proves nothing of what it did not list.
 */
export type Outcome =
  | { readonly kind: "complete" | "uncounted" | "shifted" }
  | { readonly kind: "broke_off"; readonly error: BookingBugError };

export interface Reconciled extends Tally {
  readonly outcome: Outcome;
  /** Went on where an earlier one had stopped. */
  readonly resumed: boolean;
  /** ISO UTC; of the earlier one, where it went on. */
  readonly startedAt: string;
}

const OUTCOMES = { exactly: "complete", not_at_all: "uncounted", otherwise: "shifted" } as const;

/** @param onPage told after each page how many of how many of its window were seen */
export async function reconcile(
  deps: ReconcileDeps,
  asked: Asked,
  onPage: (seen: number, total: number | undefined) => void = () => {},
): Promise<Reconciled> {
  const name = JSON.stringify([asked.companies, asked.windows]);
  const left = asked.dryRun ? undefined : await deps.progress.load(name);
  const resumed = left !== undefined;
  let at = left ?? beginning(new Date());
  const legs = asked.companies.flatMap((company) =>
    asked.windows.map((window) => ({ company, by: askedAs(window, new Date(at.startedAt)) })),
  );
  try {
    for (const leg of legs.slice(at.leg)) {
      for await (const page of deps.bookingbug.listBookings({ ...leg, page: at.page, before: at.before })) {
        const tally = await workOn(deps, leg.company, page, at, asked.dryRun);
        await deps.flush();
        at = after(at, page, tally);
        onPage(at.seen, page.total);
        if (page.isLast) at = ended(at, page.total);
        if (!asked.dryRun) await deps.progress.save(name, at);
      }
    }
  } catch (error) {
    if (!(error instanceof BookingBugError)) throw error;
    return { outcome: { kind: "broke_off", error }, resumed, ...told(at) };
  }
  if (!asked.dryRun) await deps.progress.end(name);
  return { outcome: { kind: OUTCOMES[at.counted] }, resumed, ...told(at) };
}

function told({ startedAt, counts, inCrms, neverCame }: Progress): Omit<Reconciled, "outcome" | "resumed"> {
  return { startedAt, counts, inCrms, neverCame };
}

function after(at: Progress, { rows, unreadable, total }: BookingPage, tally: Tally): Progress {
  const first = at.total ?? total;
  const ids = rows.map(({ id }) => id);
  return {
    ...at,
    ...(first !== undefined && { total: first }),
    page: at.page + 1,
    seen: at.seen + rows.length + unreadable,
    before: ids,
    hasShifted: at.hasShifted || ids.some((id) => at.before.includes(id)),
    ...tally,
  };
}

/** The worst of the legs counts for all. */
const COUNTED_AS = ["exactly", "not_at_all", "otherwise"] as const;

function ended({ total: first, ...at }: Progress, total: number | undefined): Progress {
  const isExact = at.seen === total && first === total;
  const counted = at.hasShifted || (total !== undefined && !isExact) ? "otherwise" : isExact ? "exactly" : "not_at_all";
  const worst = COUNTED_AS[Math.max(COUNTED_AS.indexOf(counted), COUNTED_AS.indexOf(at.counted))] ?? counted;
  return { ...at, counted: worst, leg: at.leg + 1, page: 1, seen: 0, before: [], hasShifted: false };
}

const COUNTED = {
  missing: "missing",
  stale: "stale",
  cancelled_there: "cancelledThere",
  cancelled_here: "cancelledHere",
  in_step: "known",
} as const satisfies Record<Difference | "in_step", keyof Counts>;

/** What was asked for and is not on its way to the CRMs, by how the purchase was taken. */
const LOST_AS = {
  stored: "notReadable",
  unreadable: "notReadable",
  overtaken: "overtaken",
  forgotten: "forgotten",
} as const satisfies Record<Taken, keyof Counts>;

async function workOn(
  deps: ReconcileDeps,
  company: string,
  page: BookingPage,
  before: Tally,
  dryRun: boolean,
): Promise<Tally> {
  const counts = { ...before.counts };
  const inCrms = { ...before.inCrms };
  let { neverCame } = before;
  counts.listed += page.unreadable;
  counts.notReadable += page.unreadable;
  const compared = await comparePage(deps, page.rows);
  for (const one of compared) {
    if (one.verdict === "block") continue;
    counts.listed += 1;
    counts[COUNTED[one.verdict]] += 1;
    for (const crm of deps.ledgers.map((ledger) => ledger.crm)) {
      inCrms[crm] = (inCrms[crm] ?? 0) + Number(one.inCrms.has(crm));
    }
  }
  if (dryRun) return { counts, inCrms, neverCame };
  const leave = async (left: readonly Compared[]): Promise<void> => {
    for (const { row } of left) if (await deps.unmended.leave(row)) neverCame = withChange(neverCame, row);
  };
  // However many bookings of a purchase differ, it is read once.
  for (const [purchaseId, ofPurchase] of Map.groupBy(compared, (one) => one.purchaseId)) {
    const differing = ofPurchase.filter(isRepairable);
    const [first] = differing;
    if (first === undefined) continue;
    if (purchaseId === undefined) {
      counts.notReadable += differing.length;
      await leave(differing);
      continue;
    }
    counts.purchasesRead += 1;
    const wanted = {
      differing: new Map(differing.map(({ row, isMarked }) => [row.id, differingOf(row, isMarked)])),
      settled: new Set(ofPurchase.flatMap(({ row, siblings }) => [row.id, ...siblings])),
    };
    const at = { company, child: first.row.company_id };
    const { outcome, unsaid, unmarked } = await repair(deps, at, purchaseId, wanted);
    const isLeft = ({ row: { id } }: Compared): boolean => unsaid.has(id) || unmarked.has(id);
    const [lost, said] = partition(differing, (one) => outcome !== "stored" || isLeft(one));
    counts.repaired += said.length;
    counts[LOST_AS[outcome]] += lost.length;
    for (const { row } of said) if (await deps.unmended.mend(row)) neverCame = withChange(neverCame, row);
    // What is about somebody who was forgotten came, and was kept out.
    if (outcome !== "forgotten") await leave(lost);
  }
  return { counts, inCrms, neverCame };
}

/** Those of which it is true, and the others. */
function partition<T>(all: readonly T[], isSo: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isSo), all.filter((one) => !isSo(one))];
}

function isRepairable({ verdict }: Compared): boolean {
  return verdict === "missing" || verdict === "stale" || verdict === "cancelled_there";
}
