/** The web process: receives notifications, shows the dashboard. */
import { startMetrics } from "./app/metrics-server.ts";
import { run } from "./app/run.ts";
import { startWeb } from "./app/web.ts";

await run("web", [startWeb, startMetrics]);
