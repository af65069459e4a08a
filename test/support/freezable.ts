/** Salesforce with workers that are real processes, one of which stands still in the middle of a write. */
import { afterAll, beforeAll } from "@jest/globals";
import type { SandboxRequest } from "../../sandbox/crm.ts";
import { createMeanwhile } from "./meanwhile.ts";
import { type RealProcess, startProcess } from "./processes.ts";
import { startSystem, type TestSystem } from "./system.ts";

interface Freezable {
  /** Stops the worker once what the change brings about is at the CRM, which has not begun with it. */
  freezeWriting(change: () => Promise<unknown>): Promise<void>;
  /** The CRM carries out what it was given. */
  land(): void;
  /** It goes on as if nothing had been. */
  thaw(): void;
}

/** @param isWrite tells the requests that write what the test is about */
export function useFreezable(isWrite: (request: SandboxRequest) => boolean): {
  readonly system: () => TestSystem;
  startWorker(): RealProcess;
  startFreezable(): Promise<Freezable>;
} {
  let system: TestSystem;
  const workers: RealProcess[] = [];
  const meanwhile = createMeanwhile(isWrite);

  beforeAll(async () => {
    system = await startSystem({
      workers: 0,
      sandbox: { onRequest: meanwhile.onRequest },
      env: { CRM: "salesforce", WORKER_LOCK_MS: "1000", CRM_TIMEOUT_MS: "30000" },
    });
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill();
    await system.stop();
  });

  function startWorker(): RealProcess {
    const worker = startProcess("src/worker.ts", { ...system.environment, LOG_LEVEL: "info" });
    workers.push(worker);
    return worker;
  }

  return {
    system: () => system,
    startWorker,
    async startFreezable() {
      const worker = startWorker();
      await worker.up;
      const landing = Promise.withResolvers<void>();
      return {
        async freezeWriting(change) {
          const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
          meanwhile.next(() => {
            arrive();
            return landing.promise;
          });
          await change();
          await arrived;
          worker.child.kill("SIGSTOP");
        },
        land: landing.resolve,
        thaw: () => void worker.child.kill("SIGCONT"),
      };
    },
  };
}
