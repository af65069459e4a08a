/** Web and worker in one process, for one dyno. Notifications are taken in even while a CRM keeps the worker waiting. */
import { startMetrics } from "./app/metrics-server.ts";
import { run } from "./app/run.ts";
import { startWeb } from "./app/web.ts";
import { startWorker } from "./app/worker.ts";

await run("all", [startWeb, startWorker, startMetrics]);
