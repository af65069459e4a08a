/** Whether a purchase may be brought up to date among others: not while it is suspected of bringing workers down. */
import type { Job } from "bullmq";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { JobData } from "../inbox/queues.ts";
import type { SetApart } from "../inbox/set-apart.ts";
import type { PassSummary } from "./pass-summary.ts";
import type { Trials } from "./trials.ts";

export interface SuspectsDeps {
  readonly crm: string;
  readonly setApart: SetApart;
  readonly trials: Pick<Trials, "try">;
  readonly log: ConnectorLog;
}

/** `applied`: its trial brought it up to date. */
export type Hearing =
  | { readonly kind: "go_on" | "later" | "set_apart" }
  | { readonly kind: "applied"; readonly summary: PassSummary };

/** @returns what to do with a job that was just taken */
export function createSuspects({ crm, setApart, trials, log }: SuspectsDeps): (job: Job<JobData>) => Promise<Hearing> {
  return async function hear(job) {
    const { purchaseId, standstills = 0 } = job.data;
    const standing = await setApart.standing(crm, purchaseId);
    if (standing === "apart") return { kind: "set_apart" };
    if (standing === "free" && job.stalledCounter <= standstills) return { kind: "go_on" };

    log.warn({ crm, purchaseId }, "a worker went down with this purchase in hand; it is tried in a process of its own");
    const end = await trials.try({ crm, purchaseId });
    switch (end.kind) {
      case "busy":
      case "stopped":
        return { kind: "later" };
      case "not_started":
        log.error({ crm, purchaseId }, "the process for a trial did not start; the purchase goes on without one");
        return { kind: "go_on" };
      case "fell":
        await setApart.setApart(crm, purchaseId);
        return { kind: "set_apart" };
      case "applied":
      case "failed":
        await setApart.free(crm, purchaseId);
        await job.updateData({ ...job.data, standstills: job.stalledCounter });
        return end.kind === "applied" ? end : { kind: "go_on" };
    }
  };
}
