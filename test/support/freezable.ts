/** Salesforce with workers that are real processes, one of which stands still in the middle of a write. */
import { afterAll, beforeAll, expect } from "@jest/globals";
import type { SandboxRequest } from "../../sandbox/crm.ts";
import { eventually } from "./eventually.ts";
import { type RealProcess, startProcess } from "./processes.ts";
import { startSystem, type TestSystem } from "./system.ts";

interface Freezable {
  /** Stops the worker once what the change brings about is on its way to the CRM, which takes its time. */
  freezeWriting(change: () => Promise<unknown>): Promise<void>;
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
  let writes = 0;

  beforeAll(async () => {
    system = await startSystem({
      workers: 0,
      sandbox: {
        onRequest(_crm, request) {
          if (isWrite(request)) writes += 1;
        },
      },
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
      const before = Date.now();
      const worker = startWorker();
      await worker.up;
      // Another worker must be able to start and to write while this one's request is under way.
      const slowMs = Math.min(40_000, Math.max(8_000, 6 * (Date.now() - before)));
      return {
        async freezeWriting(change) {
          system.sandbox.faults.set([{ match: "composite/sobjects", times: 1, action: { type: "slow", ms: slowMs } }]);
          const written = writes;
          await change();
          await eventually(() => expect(writes).toBeGreaterThan(written));
          worker.child.kill("SIGSTOP");
        },
        thaw: () => void worker.child.kill("SIGCONT"),
      };
    },
  };
}
