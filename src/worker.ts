/** The worker process: brings the CRMs up to date. */
import { startMetrics } from "./app/metrics-server.ts";
import { run } from "./app/run.ts";
import { startWorker } from "./app/worker.ts";

await run("worker", [startWorker, startMetrics]);
