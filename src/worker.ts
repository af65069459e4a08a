/** The worker process: brings the CRMs up to date. */
import { startMetrics } from "./metrics-server.ts";
import { startWorker } from "./processes.ts";
import { run } from "./run.ts";

await run("worker", [startWorker, startMetrics]);
