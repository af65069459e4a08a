/** The worker process: brings the CRMs up to date. */
import { startWorker } from "./processes.ts";
import { run } from "./run.ts";

await run("worker", [startWorker]);
