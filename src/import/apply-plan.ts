/**
 * Carries a plan out: each purchase is read and stored as one that was read back, unless a callback brought it meanwhile. A few wait
 * for the CRMs at a time, behind whatever is live.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseNotification } from "../booking/parse.ts";
import type { ReadBack, Taken } from "../receiver/read-back.ts";
import { repair } from "../reconcile/repair.ts";
import { type Differing, differingOf, leaveOut } from "../reconcile/statement.ts";
import { isWantedBooking, listedBy } from "./choose.ts";
import {
  after,
  type ImportProgress,
  type ImportProgressStore,
  NOTHING_DONE,
  type NotStored,
} from "./import-progress.ts";
import type { PlanDeps } from "./make-plan.ts";
import { mappingsId } from "./mappings-id.ts";
import { ImportRefusedError, type Plan, type PlannedPurchase, planName } from "./plan-file.ts";

export interface ApplyDeps extends PlanDeps {
  readonly progress: ImportProgressStore;
  /** Queues what it stores behind what is live. */
  readonly take: (readBack: ReadBack) => Promise<Taken>;
  readonly flush: () => Promise<void>;
  /** Purchases of an import that may wait for a CRM at a time. */
  readonly mostWaiting: number;
}

export interface Applied {
  /** Went on where an earlier one had stopped. */
  readonly resumed: boolean;
  readonly progress: ImportProgress;
  /** Of what was stored, what the CRMs had not taken in the end. */
  readonly stillWaiting: number;
}

const DAY_MS = 86_400_000;
const POLL_MS = 500;
/** For the last of them: an outage of a CRM may last longer, and they are not lost by it. */
const END_WAIT_MS = 10 * 60_000;

/** @throws ImportRefusedError */
function refuseUnlessCurrent(
  { header: { choice, mappings, crms } }: Plan,
  deps: Pick<PlanDeps, "mappings" | "crms">,
  now: Date = new Date(),
): void {
  const again =
    "Make the plan again with crm-sync import --from … --plan FILE: what is imported already is left out of it.";
  if (now.getTime() - Date.parse(choice.madeAt) > DAY_MS) {
    throw new ImportRefusedError(`The plan is older than a day, and no longer says what would happen. ${again}`);
  }
  if (mappingsId(deps.mappings) !== mappings) {
    throw new ImportRefusedError(`The mappings have changed since the plan was made. ${again}`);
  }
  if (
    crms.toSorted().join() !==
    deps.crms
      .map(({ crm }) => crm)
      .toSorted()
      .join()
  ) {
    throw new ImportRefusedError(`The plan is for ${crms.join(", ")}, and other CRMs are configured. ${again}`);
  }
}

/** @throws ImportRefusedError, BookingBugError: the same again goes on from there */
export async function applyPlan(
  deps: ApplyDeps,
  plan: Plan,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Applied> {
  refuseUnlessCurrent(plan, deps);
  const name = planName(plan);
  const left = await deps.progress.load(name);
  let at = left ?? NOTHING_DONE;
  const waiting = createWaiting(deps);
  // Those of an earlier run may still wait; of more than so many none does.
  for await (const { id } of plan.purchases(Math.max(0, at.done - deps.mostWaiting))) {
    if (waiting.size() === Math.min(deps.mostWaiting, at.done)) break;
    waiting.add(id);
  }
  const listed = at.done < plan.total ? await listedNow(deps, plan) : new Map<string, Differing>();
  for await (const planned of plan.purchases(at.done)) {
    await waiting.room(deps.mostWaiting);
    const outcome = await bring(deps, plan, planned, listed);
    if (outcome === "stored") waiting.add(planned.id);
    at = after(at, planned.id, outcome);
    await deps.progress.save(name, at);
    onProgress(at.done, plan.total);
  }
  await deps.flush();
  const stillWaiting = await waiting.room(1, END_WAIT_MS);
  return { resumed: left !== undefined, progress: at, stillWaiting };
}

/** What BookingBug's list says since of each booking, and no purchase does: whether it is cancelled, and whether somebody came. */
async function listedNow({ bookingbug }: ApplyDeps, { header }: Plan): Promise<ReadonlyMap<string, Differing>> {
  const listed = new Map<string, Differing>();
  for (const company of header.companies) {
    for await (const { rows } of bookingbug.listBookings({ company, by: listedBy(header.choice) })) {
      for (const row of rows) listed.set(row.id, differingOf(row, row.attendance !== undefined));
    }
  }
  return listed;
}

async function bring(
  deps: ApplyDeps,
  { header: { choice } }: Plan,
  planned: PlannedPurchase,
  listed: ReadonlyMap<string, Differing>,
): Promise<"stored" | NotStored> {
  const { id: purchaseId, company, child, bookings, leftOut } = planned;
  if (await areHeardOf(deps, bookings)) return (await isReadBack(deps, purchaseId, choice.madeAt)) ? "stored" : "came";
  const wanted = {
    // What the list skipped, since its pages shifted, is asked for by itself.
    differing: new Map(bookings.map((id) => [id, listed.get(id) ?? { isCancelled: undefined }])),
    settled: new Set(leftOut),
  };
  let hasChanged = false;
  const take = async (readBack: ReadBack): Promise<Taken> => {
    leaveOut(readBack.body, new Set(leftOut));
    const parsed = parseNotification(readBack.body);
    if (parsed.kind !== "purchase") return "unreadable";
    const unwanted = parsed.notification.bookings.filter((one) => !one.isBlock && !isWantedBooking(choice, one));
    const unheard = await Promise.all(unwanted.map(async ({ id }) => ((await areHeardOf(deps, [id])) ? [] : [id])));
    const left = new Set(unheard.flat());
    hasChanged = parsed.notification.bookings.every(({ id }) => left.has(id));
    if (hasChanged) return "unreadable";
    leaveOut(readBack.body, left);
    return await deps.take(readBack);
  };
  const { outcome } = await repair({ ...deps, take }, { company, child }, purchaseId, wanted);
  return hasChanged ? "changed" : outcome;
}

async function areHeardOf({ inbox }: ApplyDeps, bookings: readonly string[]): Promise<boolean> {
  return (await Promise.all(bookings.map(inbox.purchaseOfBooking))).every((purchase) => purchase !== undefined);
}

/** By an import that was killed before it could note so. */
async function isReadBack({ inbox }: ApplyDeps, purchaseId: string, since: string): Promise<boolean> {
  const [newest] = (await inbox.newest(purchaseId, 1)).arrivals;
  const last = newest ?? (await inbox.history(purchaseId)).at(-1);
  return last?.route === "read_back" && last.receivedAt >= since;
}

function createWaiting({ inbox, crms }: ApplyDeps) {
  const ids = new Set<string>();
  /** Settled is not yet told in the timeline; once that is done the job is gone. */
  const isPending = async (id: string): Promise<boolean> => {
    const signs = crms.flatMap(({ crm, queue }) => [inbox.pendingSince(crm, id), queue.getDeduplicationJobId(id)]);
    return (await Promise.all(signs)).some((sign) => sign !== undefined && sign !== null);
  };
  return {
    add: (id: string): void => void ids.add(id),
    size: (): number => ids.size,
    /** Until fewer than so many wait. @returns how many do */
    async room(most: number, forMs = Number.POSITIVE_INFINITY): Promise<number> {
      for (const since = Date.now(); ids.size >= most && Date.now() - since <= forMs; ) {
        await Promise.all([...ids].map(async (id) => (await isPending(id)) || ids.delete(id)));
        if (ids.size >= most) await sleep(POLL_MS);
      }
      return ids.size;
    },
  };
}
