/** The web process: receives notifications, shows the dashboard. */
import { startMetrics } from "./metrics-server.ts";
import { startWeb } from "./processes.ts";
import { run } from "./run.ts";

await run("web", [startWeb, startMetrics]);
