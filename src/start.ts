/** Web and worker in one process, for one dyno. */
import { startMetrics } from "./metrics-server.ts";
import { startWeb, startWorker } from "./processes.ts";
import { run } from "./run.ts";

await run("all", [startWorker, startWeb, startMetrics]);
