/** A fleet with a BookingBug that posts its callbacks to it, or does not, and that it can ask. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { z } from "zod";
import { PARENT } from "../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../sandbox/bookingbug/sign-in.ts";
import { createKeys } from "../src/redis/keys.ts";
import { endsWithUs, ROOT } from "../test/support/children.ts";
import { BOOKINGBUG } from "../test/support/environment.ts";
import { openBench, residentMegabytes, untilUp } from "./fleet.ts";

const PORT = 4752;
const SANDBOX_PORT = 4751;
const AT_ONCE = 50;
const CRMS = ["salesforce", "hubspot"];
const DAY_MS = 86_400_000;

const booked = z.object({ purchaseId: z.number(), bookingIds: z.array(z.number()) });
const stats = z.object({ bookingbug: z.object({ calls: z.record(z.string(), z.number()) }) });
const records = z.array(z.object({ values: z.record(z.string(), z.unknown()) }));
const state = z.object({
  salesforce: z.object({ appointments: records }),
  hubspot: z.object({ appointments: records }),
});

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly seconds: number;
  /** Resident megabytes, one for each tenth of a second. */
  readonly megabytes: readonly number[];
}

/** @param perSecond requests to BookingBug's API */
export async function openFleet({ perSecond, latencyMs }: { readonly perSecond: number; readonly latencyMs: number }) {
  const { username, password } = BOOKINGBUG;
  const bench = await openBench({
    ...{ crm: CRMS.join(), sandboxPort: SANDBOX_PORT, latencyMs, limits: false },
    callbacks: `http://${username}:${password}@127.0.0.1:${PORT}/notifications`,
  });
  const api = {
    BOOKINGBUG_API_URL: bench.sandboxUrl,
    BOOKINGBUG_API_CLIENT_ID: BOOKINGBUG_SIGN_IN.clientId,
    BOOKINGBUG_API_CLIENT_SECRET: BOOKINGBUG_SIGN_IN.clientSecret,
    BOOKINGBUG_API_COMPANY_ID: String(PARENT),
    BOOKINGBUG_API_REQUESTS_PER_SECOND: String(perSecond),
    RECONCILE_EVERY: "off",
  };
  bench.start("src/web.ts", { ...api, PORT: String(PORT) });
  bench.start("src/worker.ts", api);
  await untilUp(`http://127.0.0.1:${PORT}/readyz`);
  const redis = new Redis(bench.redis.url);
  const keys = createKeys();

  async function post<T>(what: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${bench.sandboxUrl}/bookingbug/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return schema.parse(await response.json());
  }

  async function book(index: number): Promise<number> {
    const start = new Date(Date.now() + (1 + (index % 300)) * DAY_MS).toISOString();
    return (await post("book", { start }, booked)).purchaseId;
  }

  async function isSettled(purchaseId: number): Promise<boolean> {
    const heard = await redis.zscore(keys.recent, String(purchaseId));
    if (heard === null) return false;
    const waiting = await Promise.all(CRMS.map((crm) => redis.zscore(keys.pending(crm), String(purchaseId))));
    return waiting.every((since) => since === null);
  }

  return {
    async bookMany(count: number): Promise<void> {
      for (let made = 0; made < count; made += AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, nth) => book(made + nth)));
      }
    },

    callbacks: (callbacks: "on" | "off") => post("callbacks", { callbacks }, z.unknown()),

    /** Somebody books. @returns milliseconds until both CRMs have it */
    async liveLag(): Promise<number> {
      const began = performance.now();
      const purchaseId = await book(400);
      while (!(await isSettled(purchaseId))) await sleep(5);
      return performance.now() - began;
    },

    /** Requests to BookingBug by what they asked for. */
    async asked(): Promise<Readonly<Record<string, number>>> {
      const response = await fetch(`${bench.sandboxUrl}/_control/stats`);
      return stats.parse(await response.json()).bookingbug.calls;
    },

    /** @param killWhen whether it is to be killed now */
    async crmSync(args: readonly string[], killWhen?: () => Promise<boolean>): Promise<Run> {
      const began = performance.now();
      const child = endsWithUs(
        spawn(process.execPath, ["src/cli.ts", ...args], {
          cwd: ROOT,
          env: { PATH: process.env.PATH, ...bench.env, ...api },
          stdio: ["ignore", "pipe", "inherit"],
        }),
      );
      let out = "";
      child.stdout.on("data", (data) => (out += data));
      const ended = once(child, "close");
      const megabytes: number[] = [];
      while (child.exitCode === null && child.signalCode === null) {
        megabytes.push(await residentMegabytes(child.pid));
        if (await killWhen?.()) child.kill("SIGKILL");
        await Promise.race([ended, sleep(100)]);
      }
      await ended;
      return { code: child.exitCode, out, seconds: (performance.now() - began) / 1_000, megabytes };
    },

    /** Waits until nothing is on its way any more. */
    async quiet(): Promise<void> {
      while ((await Promise.all(CRMS.map((crm) => redis.zcard(keys.pending(crm))))).some((count) => count > 0)) {
        await sleep(100);
      }
    },

    /** Appointments in each CRM, and how many are there twice. */
    async appointments(): Promise<{ readonly salesforce: number; readonly hubspot: number; readonly doubled: number }> {
      const response = await fetch(`${bench.sandboxUrl}/_control/state`);
      const { salesforce, hubspot } = state.parse(await response.json());
      const events = salesforce.appointments.map(({ values }) => values.BB_Booking_Id__c);
      const meetings = hubspot.appointments.map(({ values }) => values.bookingbug_booking_id);
      const doubled = [events, meetings].reduce((sum, ids) => sum + ids.length - new Set(ids).size, 0);
      return { salesforce: events.length, hubspot: meetings.length, doubled };
    },

    async stop(): Promise<void> {
      redis.disconnect();
      await bench.stop();
    },
  };
}
