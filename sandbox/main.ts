/** `node sandbox/main.ts [--port 4010] [--latency 50] [--limits] [--world FILE]`: the sandbox as a process of its own. */
import { parseArgs } from "node:util";
import { startSandbox } from "./server.ts";
import { optionsOf, readWorld } from "./world.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    limits: { type: "boolean", default: false },
    world: { type: "string" },
  },
});

const world = values.world === undefined ? {} : optionsOf(await readWorld(values.world), values.limits);
const sandbox = await startSandbox({
  ...world,
  port: Number(values.port),
  latencyMs: Number(values.latency),
  ...(values.limits && { hubspot: { tenSecondLimit: 100, ...world.hubspot } }),
});
process.stdout.write(`Sandbox CRM (not Salesforce, not HubSpot): ${sandbox.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void sandbox.close().then(() => process.exit(0)));
}
