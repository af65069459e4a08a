/** Waits until purchases are through and counts how they ended, for who stands at a terminal. */
import { setTimeout as sleep } from "node:timers/promises";
import { type CauseKind, kindOfAll } from "../synclog/cause.ts";
import { crmOf, type OperateDeps } from "./deps.ts";

export interface PassesSummary {
  readonly applied: number;
  readonly failed: number;
  /** Asks something of a person, as it is to after a decision was taken back. */
  readonly held: number;
  readonly stillWaiting: number;
}

/** By CRM. */
export type ChosenPurchases = ReadonlyMap<string, readonly string[]>;

const WAIT_MS = 10 * 60_000;
const POLL_MS = 200;

/** @throws UnknownCrmError */
export async function awaitPasses(
  deps: Pick<OperateDeps, "crms" | "syncLog">,
  purchases: ChosenPurchases,
  onProgress: (done: number, total: number) => void,
): Promise<PassesSummary> {
  const open = new Map([...purchases].map(([crm, ids]) => [crm, new Set(ids)]));
  const total = countOf(open);
  const deadline = Date.now() + WAIT_MS;
  while (countOf(open) > 0 && Date.now() < deadline) {
    await sleep(POLL_MS);
    for (const [crm, ids] of open) await removeEnded(deps, crm, ids);
    onProgress(total - countOf(open), total);
  }
  let [failed, held] = [0, 0];
  for (const [crm, ids] of purchases) {
    const listed = await listedOf(deps, crm, ids, open.get(crm) ?? new Set());
    held += listed.filter((kind) => kind === "held").length;
    failed += listed.filter((kind) => kind === "failed").length;
  }
  const stillWaiting = countOf(open);
  return { applied: total - stillWaiting - failed - held, failed, held, stillWaiting };
}

function countOf(open: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...open.values()].reduce((sum, ids) => sum + ids.size, 0);
}

async function removeEnded(deps: Pick<OperateDeps, "crms">, crm: string, ids: Set<string>): Promise<void> {
  for (const purchaseId of [...ids]) if (!(await waitsIn(deps, crm, purchaseId))) ids.delete(purchaseId);
}

/** Whatever job still concerns a purchase holds its deduplication key. @throws UnknownCrmError */
export async function waitsIn(deps: Pick<OperateDeps, "crms">, crm: string, purchaseId: string): Promise<boolean> {
  return (await crmOf(deps, crm).queue.getDeduplicationJobId(purchaseId)) !== null;
}

/** What succeeded has left the failed list. */
async function listedOf(
  { syncLog }: Pick<OperateDeps, "syncLog">,
  crm: string,
  ids: readonly string[],
  open: ReadonlySet<string>,
): Promise<CauseKind[]> {
  const ended = ids.filter((id) => !open.has(id));
  const statuses = await syncLog.status(crm, ended);
  return [...statuses.values()].filter(({ status }) => status === "failed").map(({ failures }) => kindOfAll(failures));
}
