/** `node sandbox/main.ts [--port 4010] [--latency 50] [--limits]`: the sandbox as a process of its own. */
import { parseArgs } from "node:util";
import { startSandbox } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    limits: { type: "boolean", default: false },
  },
});

const sandbox = await startSandbox({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  ...(values.limits && { hubspot: { tenSecondLimit: 100 } }),
});
process.stdout.write(`Sandbox CRM (not Salesforce, not HubSpot): ${sandbox.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void sandbox.close().then(() => process.exit(0)));
}
