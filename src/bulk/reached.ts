/** How far a job that went down had come with a purchase, by what its timeline says. */
import { waitsIn } from "../operate/await-passes.ts";
import type { BulkDeps } from "./deps.ts";

interface Noted {
  readonly job: string;
  /** Where a job does several things to a purchase. */
  readonly detail?: string;
}

export async function reachedIn(
  deps: Pick<BulkDeps, "crms" | "syncLog">,
  { job, detail }: Noted,
  crm: string,
  purchaseId: string,
): Promise<"nothing" | "noted" | "done"> {
  const entries = (await deps.syncLog.timeline(purchaseId)).filter((entry) => entry.crm === crm);
  const noted = entries.findLastIndex(
    (entry) => entry.kind === "action" && entry.job === job && (detail === undefined || entry.detail === detail),
  );
  if (noted < 0) return "nothing";
  if (entries.slice(noted).some(({ kind }) => kind === "pass")) return "done";
  return (await waitsIn(deps, crm, purchaseId)) ? "done" : "noted";
}
