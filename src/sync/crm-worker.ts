/** All that works for one CRM in a worker process: the BullMQ worker, the gate's first look, the sweeper, the renewal. */
import { UnauthorisedError } from "../../connectors/errors.ts";
import { dropOldEvents, type QueueSettings, type SyncQueue } from "../inbox/queues.ts";
import { createSweeper } from "../inbox/sweeper.ts";
import { repeat } from "../redis/repeat.ts";
import type { Counters } from "../stats/counters.ts";
import type { SyncLog } from "../synclog/sync-log.ts";
import { createLookAgain } from "./look-again.ts";
import { createLookUpCache } from "./look-up-cache.ts";
import { createPassLog } from "./pass-log.ts";
import { type SyncWorkerDeps, startSyncWorker } from "./sync-worker.ts";

export interface CrmWorkerOptions extends Omit<SyncWorkerDeps, "passLog" | "lookAgain" | "lookUps"> {
  readonly queue: SyncQueue;
  readonly syncLog: SyncLog;
  readonly counters: Counters;
  readonly queueSettings: QueueSettings;
}

export interface CrmWorker {
  /** Ends within about `graceMs` milliseconds; what is not finished is taken over later. */
  stop(graceMs: number): Promise<void>;
}

const SWEEP_MS = 5_000;
const RENEWAL_MS = 3_600_000;

/** Starts taking jobs. Refused credentials do not prevent it: the gate closes and the CRM is probed. */
export async function startCrmWorker(options: CrmWorkerOptions): Promise<CrmWorker> {
  const { crm, connector, queue, inbox, log } = options;
  await lookAtGate(options);
  const worker = startSyncWorker({
    ...options,
    passLog: createPassLog(options),
    lookAgain: createLookAgain(options),
    lookUps: createLookUpCache(),
  });
  const sweep = createSweeper({ crm, inbox, queue, settings: options.queueSettings });
  const sweepOnce = async (): Promise<void> => {
    const found = await sweep();
    if (found > 0) log.warn({ crm, found }, "purchases were pending without a job; queued again");
  };
  const stopSweeping = repeat(sweepOnce, SWEEP_MS, (error) => log.error({ crm, error: String(error) }, "sweep failed"));

  const renewalFailed = (error: unknown): void => log.error({ crm, error: String(error) }, "renewal failed");
  const renewOnce = async (): Promise<void> => {
    await options.syncLog.renew(crm);
    await dropOldEvents(options.redis, queue);
  };
  void renewOnce().catch(renewalFailed);
  const stopRenewing = repeat(renewOnce, RENEWAL_MS, renewalFailed);

  return {
    async stop(graceMs) {
      stopSweeping();
      stopRenewing();
      await worker.close(graceMs);
      await connector.close();
    },
  };
}

async function lookAtGate({ crm, connector, gate, log }: CrmWorkerOptions): Promise<void> {
  try {
    await connector.probe();
    await gate.confirm();
    // What is reserved for others may be less than when it closed; the pacer knows by now what is left of the day.
    if ((await gate.state())?.reason === "daily_limit") await gate.askNow(connector);
  } catch (error) {
    if (!(error instanceof UnauthorisedError)) return;
    log.error({ crm, detail: error.message }, "the CRM refuses the credentials; its queue is paused");
    await gate.close({ reason: "unauthorised", detail: error.message, since: new Date().toISOString() });
  }
}
