/** What failed for good is kept for a person to see to, for as long as it is on the failed list. */
import type { Inbox } from "../inbox/inbox.ts";
import type { Ledger } from "./ledger.ts";
import type { PassLog } from "./pass-log.ts";

export interface SetAsideDeps {
  readonly crm: string;
  readonly inbox: Pick<Inbox, "park" | "dismiss">;
  readonly ledger: Pick<Ledger, "load" | "secondsToKeep">;
  readonly passLog: Pick<PassLog, "isListed">;
}

/** @param what as `park` has it. @returns false where the job is not on the list: nothing is changed then */
export async function setAside(
  { crm, inbox, ledger, passLog }: SetAsideDeps,
  { purchaseId, jobId, what }: { readonly purchaseId: string; readonly jobId: string; readonly what: "all" | "heard" },
): Promise<boolean> {
  if (!(await passLog.isListed(purchaseId, jobId))) return false;
  await inbox.park(crm, purchaseId, what);
  if (await passLog.isListed(purchaseId)) return true;
  // Brought up to date or dismissed in between: nobody would see to it any more, and it would be kept for ever.
  const { state } = await ledger.load(purchaseId);
  await inbox.dismiss(crm, purchaseId, ledger.secondsToKeep(state));
  return true;
}
