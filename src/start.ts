/** Web and worker in one process, for one dyno. Notifications are taken in even while a CRM keeps the worker waiting. */
import { startMetrics } from "./metrics-server.ts";
import { startWeb, startWorker } from "./processes.ts";
import { run } from "./run.ts";

await run("all", [startWeb, startWorker, startMetrics]);
