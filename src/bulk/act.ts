/** What a job does to the purchases that it takes up, so that doing it again after a crash does nothing twice. */
import { holdId } from "../booking/holds.ts";
import { waitsIn } from "../operate/await-passes.ts";
import { decide } from "../operate/decide.ts";
import { NotAskedError } from "../operate/decision-errors.ts";
import { crmOf } from "../operate/deps.ts";
import { dismiss, takeOff } from "../operate/dismiss.ts";
import { queueAgain, retry } from "../operate/retry.ts";
import { latestState } from "../sync/latest-state.ts";
import type { BulkDeps } from "./deps.ts";
import { crmsOf } from "./meant.ts";
import { reachedIn } from "./reached.ts";
import type { OfPurchases } from "./request.ts";
import type { Bulk } from "./store.ts";

/** A job that takes up purchases. */
export type PurchasesBulk = Bulk & { readonly request: OfPurchases };
type Decide = Extract<OfPurchases, { readonly action: "decide" }>;

/** @returns how many of them nothing was to be done about. @throws UnknownCrmError */
export async function act(
  deps: BulkDeps,
  bulk: PurchasesBulk,
  purchaseIds: readonly string[],
): Promise<readonly string[]> {
  const { id: job, by, request } = bulk;
  if (purchaseIds.length === 0) return [];
  switch (request.action) {
    case "retry":
    case "run_again":
      for (const { crm } of crmsOf(deps, request)) await retry(deps, { crm, purchaseIds, by, job });
      return [];
    case "dismiss":
      await dismiss(deps, { crm: request.crm, purchaseIds, by, job, reason: request.reason });
      return [];
    case "decide": {
      const reason = await reasonOf(deps, request);
      const settled: string[] = [];
      for (const purchaseId of purchaseIds) {
        if (!(await decideAll(deps, { ...request, reason }, purchaseId, by))) settled.push(purchaseId);
      }
      return settled;
    }
  }
}

/** What the purchases of the cause are asked. */
async function reasonOf({ syncLog }: BulkDeps, { crm, cause }: Decide): Promise<string | undefined> {
  return (await syncLog.kept.read([{ crm, id: cause }]))[0]?.hold;
}

/** Of a purchase that asks something else besides, that is left. @returns whether something was asked */
async function decideAll(
  deps: BulkDeps,
  { crm, verdict, reason }: Decide & { readonly reason: string | undefined },
  purchaseId: string,
  by: string,
): Promise<boolean> {
  const state = await latestState({ ...deps, ledger: crmOf(deps, crm).ledger }, purchaseId);
  const asked = (state?.holds ?? [])
    .filter((hold) => hold.reason === reason)
    .flatMap((hold) => hold.bookingIds.map((bookingId) => ({ bookingId, holdId: holdId(hold) })));
  let decided = 0;
  for (const question of asked) {
    const answer = { purchaseId, ...question, verdict, othersActive: false };
    decided += await decide(deps, answer, { crm, by }).then(() => 1, unlessSettled);
  }
  return decided > 0;
}

/** One answer may settle the next question as well. */
function unlessSettled(error: unknown): 0 {
  if (error instanceof NotAskedError) return 0;
  throw error;
}

/** Who went down may have done all, some or nothing to what it had in hand: what is in its timeline is not noted again. */
export async function actAgain(
  deps: BulkDeps,
  bulk: PurchasesBulk,
  purchaseIds: readonly string[],
): Promise<readonly string[]> {
  const { request } = bulk;
  if (request.action === "decide") return await act(deps, bulk, purchaseIds);
  for (const { crm } of crmsOf(deps, request)) {
    const inCrm = { ...bulk, request: { ...request, crm } };
    for (const purchaseId of purchaseIds) {
      const reached = await reachedIn(deps, { job: bulk.id }, crm, purchaseId);
      if (reached === "nothing") await act(deps, inCrm, [purchaseId]);
      else if (reached === "noted") await finish(deps, inCrm.request, crm, purchaseId);
    }
  }
  return [];
}

async function finish(deps: BulkDeps, request: OfPurchases, crm: string, purchaseId: string): Promise<void> {
  if (request.action === "dismiss") await takeOff(deps, crm, [purchaseId]);
  else await queueAgain(deps, crm, [purchaseId]);
}

/** @returns those of the purchases that wait in any of the CRMs, in their order */
export async function waitingOf(
  deps: Pick<BulkDeps, "crms">,
  crms: readonly { readonly crm: string }[],
  purchaseIds: readonly string[],
): Promise<string[]> {
  const waits = await Promise.all(
    purchaseIds.map(async (id) => (await Promise.all(crms.map(({ crm }) => waitsIn(deps, crm, id)))).includes(true)),
  );
  return purchaseIds.filter((_, index) => waits[index]);
}
