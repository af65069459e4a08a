/** The questions that purchases wait with in a CRM: which comes next, and which of them one answer settles. */
import { BOOKING_HOLD_REASONS } from "../booking/types.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { RecordPlan } from "../mapping/plan.ts";
import type { Place } from "../redis/in-order.ts";
import type { Cause } from "../synclog/cause.ts";
import { isPick, PICK_REASONS } from "../synclog/entries.ts";
import { crmOf, type OperateDeps } from "./deps.ts";
import { NothingToPickError, personPlan } from "./person-plan.ts";

const AT_ONCE = 500;
/** Of those that have waited longest, as many may be answered already and under way. */
const LOOKED_AT = 20;

const ASKED: ReadonlySet<string | undefined> = new Set<string | undefined>([...PICK_REASONS, ...BOOKING_HOLD_REASONS]);
const WHO: ReadonlySet<string | undefined> = new Set<string | undefined>(PICK_REASONS);

export interface NextQuestion {
  /** The purchase that has waited longest, of those that nobody has just answered. */
  readonly purchaseId: string | undefined;
  /** How many purchases wait for an answer, but for the one that was answered. */
  readonly left: number;
}

/** @param answered a purchase that is not meant. @throws UnknownCrmError */
export async function nextQuestion(deps: OperateDeps, crm: string, answered: string): Promise<NextQuestion> {
  const causes = await causesOf(deps, crm, ASKED);
  const oldest = await Promise.all(
    causes.map(({ id }) => listed(deps, crm, id, { after: undefined, limit: LOOKED_AT })),
  );
  const inOrder = oldest.flat().toSorted((a, b) => a.at - b.at);
  const { ledger } = crmOf(deps, crm);
  const isAnswered = async (id: string): Promise<boolean> => (await ledger.load(id)).again !== undefined;
  const others = [...new Set(inOrder.map(({ id }) => id))].filter((id) => id !== answered);
  let passed = 0;
  while (passed < others.length && (await isAnswered(others[passed] ?? ""))) passed += 1;
  const purchaseId = others[passed];
  if (purchaseId === undefined) return { purchaseId, left: 0 };
  const waiting = causes.reduce((sum, { count }) => sum + count, 0);
  const own = await isAsking(deps, crm, answered);
  return { purchaseId, left: Math.max(1, waiting - passed - (own ? 1 : 0)) };
}

async function isAsking({ syncLog }: OperateDeps, crm: string, purchaseId: string): Promise<boolean> {
  const status = (await syncLog.status(crm, [purchaseId])).get(purchaseId);
  return status?.failures.some(({ hold }) => ASKED.has(hold?.reason)) ?? false;
}

export interface OthersAsking {
  readonly purchaseIds: readonly string[];
  /** Whether all that wait were looked at: else there may be more. */
  readonly isAll: boolean;
}

/**
 * The other purchases of the same person that wait for the same answer.
 *
 * @param most how many of those that wait are looked at, the oldest first. @throws UnknownCrmError
 */
export async function othersAsking(
  deps: OperateDeps,
  { crm, purchaseId, plan, most = Number.POSITIVE_INFINITY }: Asked,
): Promise<OthersAsking> {
  const causes = (await causesOf(deps, crm, WHO)).filter(({ object }) => object === plan.object);
  const [own] = await picksOf(deps, crm, [purchaseId], plan.section);
  const found = new Set<string>();
  let looked = 0;
  for (const { id } of causes) {
    let after: Place | undefined;
    do {
      if (looked >= most) return { purchaseIds: [...found], isAll: false };
      const some = await listed(deps, crm, id, { after, limit: AT_ONCE });
      looked += some.length;
      const ids = some.map((place) => place.id).filter((other) => other !== purchaseId);
      for (const other of await ofThePerson(deps, { crm, plan, own }, ids)) found.add(other);
      after = some.length < AT_ONCE ? undefined : some.at(-1);
    } while (after !== undefined);
  }
  return { purchaseIds: [...found], isAll: true };
}

interface Asked {
  readonly crm: string;
  readonly purchaseId: string;
  readonly plan: RecordPlan;
  readonly most?: number;
}

async function causesOf(
  { syncLog }: OperateDeps,
  crm: string,
  reasons: ReadonlySet<string | undefined>,
): Promise<Cause[]> {
  return (await syncLog.kept.listed(crm, "held")).filter(({ hold }) => reasons.has(hold));
}

async function listed(
  { syncLog }: OperateDeps,
  crm: string,
  cause: string,
  { after, limit }: { readonly after: Place | undefined; readonly limit: number },
): Promise<readonly Place[]> {
  return await syncLog.failedInOrder(crm, cause, { after, from: 0, to: Date.now() + 1, limit });
}

async function ofThePerson(
  deps: OperateDeps,
  { crm, plan, own }: { readonly crm: string; readonly plan: RecordPlan; readonly own: AskingPurchase | undefined },
  ids: readonly string[],
): Promise<string[]> {
  const asking = (await picksOf(deps, crm, ids, plan.section)).filter((other) => mayBeOne(own, other));
  const theirs = await Promise.all(asking.map(({ id }) => isTheirs(deps, crm, plan, id)));
  return asking.filter((_, index) => theirs[index]).map(({ id }) => id);
}

interface AskingPurchase {
  readonly id: string;
  readonly candidates: readonly string[];
}

async function picksOf(
  deps: OperateDeps,
  crm: string,
  ids: readonly string[],
  section: string,
): Promise<AskingPurchase[]> {
  const statuses = await deps.syncLog.status(crm, ids);
  return ids.flatMap((id) => {
    const holds = statuses.get(id)?.failures.flatMap(({ hold }) => (isPick(hold) ? [hold] : [])) ?? [];
    const ours = holds.filter((hold) => hold.section === section);
    return ours.length === 0 ? [] : [{ id, candidates: ours.flatMap(({ candidates }) => candidates) }];
  });
}

/** Who shares no candidate is somebody else, so that the mapping need not be asked for each of thousands. */
function mayBeOne(own: AskingPurchase | undefined, { candidates }: AskingPurchase): boolean {
  if (own === undefined || own.candidates.length === 0 || candidates.length === 0) return true;
  return candidates.some((id) => own.candidates.includes(id));
}

async function isTheirs(deps: OperateDeps, crm: string, plan: RecordPlan, purchaseId: string): Promise<boolean> {
  try {
    return knownAs(await personPlan(deps, crm, purchaseId, plan.section)) === knownAs(plan);
  } catch (error) {
    if (error instanceof NothingToPickError) return false;
    throw error;
  }
}
