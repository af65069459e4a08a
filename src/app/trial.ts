/** The process in which a worker tries purchases that may have brought one down: it does what it is told and ends with the worker. */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { noteAsked } from "../drift/asked.ts";
import type { AskedRecord } from "../sync/asked-fields.ts";
import { createLookAgain } from "../sync/look-again.ts";
import { createLookUpCache } from "../sync/look-up-cache.ts";
import { createPassLog } from "../sync/pass-log.ts";
import { type FromCell, runTrial, toCell } from "../sync/trial.ts";
import { type Base, connect, prepare } from "./base.ts";
import { createParts } from "./parts.ts";

const ENTRY = fileURLToPath(new URL("../trial.ts", import.meta.url));
const ALIVE_MS = 500;
/** For the last figures to reach Redis, if it is there. */
const LAST_STEPS_MS = 1_000;
/** A pass that stands still does not hear that the worker is gone, and it may be gone before we listen: so a thread looks. */
const ENDS_WITH_PARENT = `
const { workerData } = require("node:worker_threads");
setInterval(() => { if (process.ppid !== workerData) process.kill(process.pid, "SIGKILL"); }, 1000);`;

/** Starts the process, configured as this one. */
export function startTrialProcess({ environment }: Base): ChildProcess {
  return fork(ENTRY, [String(process.pid)], {
    env: { ...environment },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** What the process does. */
export async function serveTrials(): Promise<void> {
  new Worker(ENDS_WITH_PARENT, { eval: true, workerData: Number(process.argv[2]) }).unref();
  // A platform may tell every process of ours to stop; the worker does the telling here.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => {});
  const base = await prepare(process.env, "trial");
  const { config, log } = base;
  const parts = createParts(base, connect(base, "worker"));
  base.mappings.watch();
  const stopCounting = parts.counters.start();
  const byCrm = new Map(
    parts.crms.map((crm) => {
      const own = { ...parts, ...crm, log };
      const connector = crm.connect({ pacing: "shared", requestTimeoutMs: config.crmTimeoutMs });
      const mappings = () => base.mappings.current().set;
      const lookAgain = createLookAgain(own);
      const { policy } = config;
      const lookUps = createLookUpCache();
      const asked = (record: AskedRecord) => noteAsked({ store: crm.drift.store, connector }, record);
      return [
        crm.crm,
        { ...own, noteAsked: asked, connector, mappings, policy, lookAgain, lookUps, passLog: createPassLog(own) },
      ];
    }),
  );

  process.on("message", async (message) => {
    const { number, crm, purchaseId } = toCell.parse(message);
    const deps = byCrm.get(crm);
    const end = deps === undefined ? ({ kind: "failed" } as const) : await runTrial(deps, { crm, purchaseId });
    say({ kind: "ended", number, end });
  });
  process.once("disconnect", async () => {
    setTimeout(() => process.exit(0), LAST_STEPS_MS);
    await stopCounting();
    process.exit(0);
  });
  setInterval(() => say({ kind: "alive" }), ALIVE_MS);
  say({ kind: "ready" });
}

function say(message: FromCell): void {
  process.send?.(message, () => {});
}
