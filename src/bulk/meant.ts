/** Which purchases a filter means: read in order, a page at a time, and sifted by what is known of them. */
import type { PurchaseState } from "../booking/types.ts";
import { repairsIn } from "../drift/repair.ts";
import { crmOf, type OperatedCrm } from "../operate/deps.ts";
import type { Place } from "../redis/in-order.ts";
import { latestState } from "../sync/latest-state.ts";
import type { BulkDeps } from "./deps.ts";
import type { ActingRequest, OfPurchases, RunAgain } from "./request.ts";

/** The CRMs in which something is done. @throws UnknownCrmError */
export function crmsOf(
  deps: Pick<BulkDeps, "crms">,
  { crm }: { readonly crm?: string | undefined },
): readonly OperatedCrm[] {
  return crm === undefined ? deps.crms : [crmOf(deps, crm)];
}

/** How many there are now; with what `isUpTo` speaks of, at most. */
export async function countMeant(
  deps: Pick<BulkDeps, "crms" | "inbox" | "syncLog" | "quarantine">,
  request: ActingRequest,
): Promise<number> {
  switch (request.action) {
    case "read_again":
      return await deps.quarantine.count();
    case "repair_drift":
      return (await repairsIn(crmOf(deps, request.crm).drifted)).length;
    case "run_again":
      return await deps.inbox.arrivedBetween(Date.parse(request.from), Date.parse(request.to) - 1);
    default:
      return await countListed(deps, request.crm, request.cause);
  }
}

async function countListed(
  { syncLog }: Pick<BulkDeps, "syncLog">,
  crm: string,
  cause: string | undefined,
): Promise<number> {
  if (cause === undefined) return await syncLog.failedCount(crm);
  return (await syncLog.kept.read([{ crm, id: cause }]))[0]?.count ?? 0;
}

/** Those that come next; what was listed, or heard of, since the job was asked for is not meant. */
export async function nextOf(
  { inbox, syncLog }: Pick<BulkDeps, "inbox" | "syncLog">,
  request: OfPurchases,
  { after, askedAt, limit }: { readonly after: Place | undefined; readonly askedAt: number; readonly limit: number },
): Promise<readonly Place[]> {
  if (request.action !== "run_again") {
    return await syncLog.failedInOrder(request.crm, request.cause, { after, from: 0, to: askedAt, limit });
  }
  const to = Math.min(askedAt, Date.parse(request.to) - 1);
  return await inbox.arrivals({ after, from: Date.parse(request.from), to, limit });
}

export async function isMeant(deps: BulkDeps, request: OfPurchases, purchaseId: string): Promise<boolean> {
  if (request.action !== "run_again") return true;
  const { company, service, lastRunBefore } = request;
  const [crm] = crmsOf(deps, request);
  if ((company !== undefined || service !== undefined) && crm !== undefined) {
    const state = await latestState({ ...deps, ledger: crm.ledger }, purchaseId);
    if (state === undefined || !isOf(state, request)) return false;
  }
  return lastRunBefore === undefined || (await wasLastRunBefore(deps, request, purchaseId, lastRunBefore));
}

function isOf({ bookings, company: stated }: PurchaseState, { company, service }: RunAgain): boolean {
  const bodies = Object.values(bookings).map(({ body }) => body);
  const isIn = (id: string, name: string): boolean => bodies.some((body) => String(body[name] ?? "") === id);
  return (
    (company === undefined || isIn(company, "company_id") || String(stated?.id ?? "") === company) &&
    (service === undefined || isIn(service, "service_id"))
  );
}

/** In one of the CRMs, or never. */
async function wasLastRunBefore(
  deps: BulkDeps,
  request: RunAgain,
  purchaseId: string,
  before: string,
): Promise<boolean> {
  const passes = (await deps.syncLog.timeline(purchaseId)).filter(({ kind }) => kind === "pass");
  return crmsOf(deps, request).some(({ crm }) => {
    const last = passes.filter((pass) => pass.crm === crm).at(-1);
    return last === undefined || Date.parse(last.at) < Date.parse(before);
  });
}
