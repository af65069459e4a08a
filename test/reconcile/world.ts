/** The whole service, and a BookingBug that it can ask and that posts its callbacks to it, or keeps them to itself. */

import { expect } from "@jest/globals";
import { type BookingBugSandboxOptions, type Callbacks, PARENT } from "../../sandbox/bookingbug/options.ts";
import { BOOKINGBUG_SIGN_IN } from "../../sandbox/bookingbug/sign-in.ts";
import type { SandboxRequest } from "../../sandbox/crm.ts";
import { openTools, type Tools } from "../../src/app/tools.ts";
import { CALLBACK_ROUTES } from "../../src/booking/types.ts";
import type { NotedDeps } from "../../src/reconcile/noted.ts";
import { type Asked, type ReconcileDeps, type Reconciled, reconcile } from "../../src/reconcile/reconcile.ts";
import { BOOKINGBUG } from "../support/environment.ts";
import { eventually } from "../support/eventually.ts";
import { appointmentsIn } from "../support/listing.ts";
import { startSystem, type TestSystem } from "../support/system.ts";

export interface World {
  readonly system: TestSystem;
  readonly bookingbug: TestSystem["sandbox"]["bookingbug"];
  readonly tools: Tools;
  readonly reconciling: NotedDeps;
  /** What `crm-sync` is configured with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asks of BookingBug's API since the last reset, by what was asked for. */
  asked(): Readonly<Record<string, number>>;
  /** Everything that changed in the last two days, and waits until both CRMs have it. */
  reconcile(more?: Partial<Asked>, deps?: Partial<ReconcileDeps>): Promise<Reconciled>;
  /** What is posted has come, and is in both CRMs. */
  settled(): Promise<void>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const LATELY = { kind: "changed", lastMs: 2 * 86_400_000 } as const;

export function apiAt(url: string): Readonly<Record<string, string>> {
  return {
    BOOKINGBUG_API_URL: url,
    BOOKINGBUG_API_CLIENT_ID: BOOKINGBUG_SIGN_IN.clientId,
    BOOKINGBUG_API_CLIENT_SECRET: BOOKINGBUG_SIGN_IN.clientSecret,
    BOOKINGBUG_API_COMPANY_ID: String(PARENT),
    BOOKINGBUG_API_REQUESTS_PER_SECOND: "20",
  };
}

interface WorldOptions extends BookingBugSandboxOptions {
  /** Before BookingBug answers; what it changes is in the answer. */
  readonly onAsked?: (request: SandboxRequest) => void;
  /** The service itself can ask BookingBug, and not only its commands. */
  readonly asks?: boolean;
  /** Worker instances; one when absent. */
  readonly workers?: number;
  /** Callback URLs that are set there. */
  readonly urls?: readonly ("bookings" | "updates" | "cancellations")[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { onAsked, asks = false, workers = 1, urls = CALLBACK_ROUTES, env = {}, ...sandbox } = options;
  // On a machine that is held up a callback is late, and not lost: which are lost is what these tests decide.
  const patient = { ...BOOKINGBUG, whenBusy: "posted_again" } as const;
  const callbacks: { -readonly [Key in keyof Callbacks]: Callbacks[Key] } = { bookings: "", ...patient };
  const system = await startSystem({
    env: { RECONCILE_EVERY: "off", ...env },
    ...(asks && { envAt: apiAt }),
    workers,
    sandbox: {
      bookingbug: { callbacks, ...sandbox },
      onRequest: (crm, request) => void (crm === "bookingbug" && onAsked?.(request)),
    },
  });
  for (const route of urls) callbacks[route] = `${system.url}/notifications/${route}`;
  const environment = { ...system.environment, ...apiAt(system.sandbox.url) };
  const tools = await openTools(environment);
  const { reconciling } = tools;
  if (reconciling === undefined) throw new Error("The API is configured.");
  const { bookingbug } = system.sandbox;

  async function settled(): Promise<void> {
    await bookingbug.settled();
    await system.quiet();
  }

  return {
    system,
    bookingbug,
    tools,
    reconciling,
    environment,
    asked: () => ({ ...bookingbug.stats.calls }),
    async reconcile(more = {}, deps = {}) {
      const asked = { companies: [String(PARENT)], windows: [LATELY], dryRun: false, ...more };
      const reconciled = await reconcile({ ...reconciling, ...deps }, asked);
      await settled();
      return reconciled;
    },
    settled,
    async reset() {
      await settled();
      await system.reset();
      bookingbug.reset();
    },
    async stop() {
      await tools.close();
      await system.stop();
    },
  };
}

/** Everything that was to be asked is, and is in both CRMs. */
export async function askedAll({ system, settled }: World): Promise<void> {
  const key = (state: string): string => `${system.keys.prefix}:ask:${state}`;
  const left = async (): Promise<number> => {
    const { redis } = system;
    const [wait, active, delayed] = await Promise.all([
      redis.llen(key("wait")),
      redis.llen(key("active")),
      redis.zcard(key("delayed")),
    ]);
    return wait + active + delayed;
  };
  do {
    await settled();
    await eventually(async () => expect(await left()).toBe(0));
    await settled();
  } while ((await left()) > 0);
}

/** A moment of a day in March 2036. */
export const on = (day: number, time: string): Date => new Date(`2036-03-${day}T${time}:00Z`);

/** By booking, in both CRMs alike. */
export const shown = ({ system }: World): Record<string, string> =>
  Object.fromEntries(
    Object.entries(appointmentsIn(system)).map(([id, { status, start }]) => [id, `${status} ${start}`]),
  );

/** Of everything that was written or looked up so far. */
export const crmCalls = ({ system }: World): number =>
  [system.sandbox.salesforce, system.sandbox.hubspot]
    .flatMap(({ stats }) => Object.values(stats.calls))
    .reduce((a, b) => a + b, 0);
