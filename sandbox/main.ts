/**
 * `node sandbox/main.ts [--port 4010] [--latency 50] [--limits [--burst 190]] [--world FILE] [--callbacks URL [--one-url]] [--bookingbug JSON]`:
 * the sandbox as a process of its own.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { bookingbugSwitches, type Callbacks } from "./bookingbug/options.ts";
import { startSandbox } from "./server.ts";
import { optionsOf, readWorld } from "./world.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    limits: { type: "boolean", default: false },
    burst: { type: "string", default: "100" },
    world: { type: "string" },
    callbacks: { type: "string" },
    "one-url": { type: "boolean", default: false },
    bookingbug: { type: "string", default: "{}" },
  },
});

const world = values.world === undefined ? {} : optionsOf(await readWorld(values.world), values.limits);
const sandbox = await startSandbox({
  ...world,
  port: Number(values.port),
  latencyMs: Number(values.latency),
  bookingbug: {
    ...switchesIn(values.bookingbug),
    ...(values.callbacks !== undefined && { callbacks: callbacksAt(values.callbacks) }),
  },
  ...(values.limits && { hubspot: { tenSecondLimit: Number(values.burst), ...world.hubspot } }),
});
process.stdout.write(`Sandbox CRM (not Salesforce, not HubSpot): ${sandbox.url}\n`);
process.stdout.write(`Sandbox BookingBug (not BookingBug): ${sandbox.url}/bookingbug\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void sandbox.close().then(() => process.exit(0)));
}

/** @param text such as `http://name:password@127.0.0.1:3000/notifications` */
function callbacksAt(text: string): Callbacks {
  const { origin, pathname, username, password } = new URL(text);
  const base = `${origin}${pathname.replace(/\/$/, "")}`;
  const others = { updates: `${base}/updates`, cancellations: `${base}/cancellations` };
  return {
    ...{ bookings: `${base}/bookings`, ...(!values["one-url"] && others) },
    ...{ username: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}

function switchesIn(text: string): z.infer<typeof bookingbugSwitches> {
  const parsed = bookingbugSwitches.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`--bookingbug has no such switches: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
