/**
 * Whichever callbacks are lost and in whatever order the others come, and whatever BookingBug does of what no document
 * settles: after one walk, however often it is killed, both CRMs have what BookingBug has, and nothing is cancelled that is not
 * [Q5, Q7, Q8]. `RECONCILE_CASES` makes it longer.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { BookingBugSandbox } from "../../sandbox/bookingbug/index.ts";
import type { BookingBugSandboxOptions } from "../../sandbox/bookingbug/options.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { openTools } from "../../src/app/tools.ts";
import { CALLBACK_ROUTES, type CallbackRoute } from "../../src/booking/types.ts";
import { type Asked, type ReconcileDeps, reconcile } from "../../src/reconcile/reconcile.ts";
import { BOOKINGBUG } from "../support/environment.ts";
import { appointmentsIn } from "../support/listing.ts";
import { startSystem, type TestSystem } from "../support/system.ts";
import { apiAt } from "./world.ts";

const RUNS = Number(process.env.RECONCILE_CASES ?? 25);
/** All appointments are in it, a day from its ends. */
const MARCH = { kind: "dates", from: "2036-03-01", to: "2036-03-31" } as const;

let system: TestSystem;
let mailbox: Mailbox;

beforeAll(async () => {
  system = await startSystem();
  mailbox = await openMailbox();
});
afterAll(async () => {
  await mailbox.close();
  await system.stop();
});

interface Posted {
  readonly route: CallbackRoute;
  readonly body: string;
}

/** Where BookingBug posts to, and from where callbacks go on, or do not. */
interface Mailbox {
  readonly url: string;
  take(): Posted[];
  close(): Promise<unknown>;
}

async function openMailbox(): Promise<Mailbox> {
  let posted: Posted[] = [];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const route = CALLBACK_ROUTES.find((one) => request.url === `/${one}`) ?? "bookings";
    posted.push({ route, body: Buffer.concat(parts).toString() });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const all = posted;
      posted = [];
      return all;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

interface Case {
  /** How many bookings each purchase has. */
  readonly purchases: readonly number[];
  readonly changes: readonly { readonly booking: number; readonly to: "cancelled" | number }[];
  /** By callback, as they were posted: `undefined` is lost; the others come in the order of the numbers. */
  readonly fates: readonly (number | undefined)[];
  readonly urls: "one" | "three";
  /** Processes that are killed one after the other, each after so many requests to BookingBug. */
  readonly kills: readonly number[];
  readonly api: BookingBugSandboxOptions;
}

const api = fc.record({
  total: fc.boolean(),
  next: fc.constantFrom("while_more", "always", "never"),
  beyond: fc.constantFrom("empty", "nothing_embedded", "last_page"),
  maxPerPage: fc.constantFrom(2, 3, 100),
  order: fc.constantFrom("id", "updated_at"),
  path: fc.constantFrom("either", "child", "parent"),
  modifiedSince: fc.constantFrom("change", "creation"),
  zoneMinutes: fc.constantFrom(-600, 0, 60, 720),
  cancelledInPurchase: fc.constantFrom("listed", "marked", "left_out"),
} satisfies { [option in keyof BookingBugSandboxOptions]: fc.Arbitrary<BookingBugSandboxOptions[option]> });

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    purchases: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
    changes: fc.array(
      fc.record({
        booking: fc.nat(9),
        to: fc.oneof(fc.constant("cancelled" as const), fc.integer({ min: 8, max: 18 })),
      }),
      { maxLength: 6 },
    ),
    fates: fc.array(fc.option(fc.nat(20), { nil: undefined }), { minLength: 9, maxLength: 9 }),
    urls: fc.constantFrom("one" as const, "three" as const),
    kills: fc.array(fc.nat(4), { maxLength: 3 }),
    api,
  })
  // A cancellation that overtakes the creation and names what is left means what nobody can know: see the specification.
  .filter(({ urls, api: { cancelledInPurchase } }) => urls === "one" || cancelledInPurchase !== "left_out");

it(
  "both CRMs have BookingBug's truth after one walk, and no booking is cancelled that is not",
  async () => {
    await fc.assert(fc.asyncProperty(anyCase, play), { numRuns: RUNS, endOnFailure: true });
  },
  60_000 + RUNS * 5_000,
);

async function play(one: Case): Promise<void> {
  await system.reset();
  const sandbox = await startSandbox({ bookingbug: { ...one.api, callbacks: callbacksOf(one) } });
  try {
    await deliver(one, await happen(one, sandbox.bookingbug));
    for (const requests of one.kills) await walkKilled(sandbox, requests);
    await walkOnce(sandbox);
    const truth = sandbox.bookingbug.bookings().map(({ id, start, isCancelled }) => {
      return [id, `${isCancelled ? "cancelled" : "active"} ${start.toISOString().slice(11, 16)}`];
    });
    const shown = Object.entries(appointmentsIn(system)).map(([id, { status, start }]) => {
      return [Number(id), `${status === "cancelled" ? "cancelled" : "active"} ${start}`];
    });
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(truth));
  } finally {
    await sandbox.close();
  }
}

function callbacksOf({ urls }: Case) {
  const at = (route: CallbackRoute): string => `${mailbox.url}/${urls === "one" ? "bookings" : route}`;
  return { bookings: at("bookings"), updates: at("updates"), cancellations: at("cancellations"), ...BOOKINGBUG };
}

async function happen({ purchases, changes }: Case, bookingbug: BookingBugSandbox): Promise<Posted[]> {
  const posted: Posted[] = [];
  // One after the other, so that they are in the order in which things happened.
  const noted = async (): Promise<void> => {
    await bookingbug.settled();
    posted.push(...mailbox.take());
  };
  for (const [index, count] of purchases.entries()) {
    bookingbug.book({
      starts: Array.from({ length: count }, (_, nth) => new Date(Date.UTC(2036, 2, 10 + index, 9 + nth))),
    });
    await noted();
  }
  for (const { booking, to } of changes) {
    const all = bookingbug.bookings();
    const { id, start, isCancelled } = all[booking % all.length] ?? { isCancelled: true };
    if (isCancelled || id === undefined || start === undefined) continue;
    if (to === "cancelled") bookingbug.cancel(id);
    else bookingbug.move(id, new Date(start.getTime() + (to - start.getUTCHours()) * 3_600_000));
    await noted();
  }
  return posted;
}

async function deliver({ fates }: Case, posted: readonly Posted[]): Promise<void> {
  const come = posted
    .map((one, index) => ({ ...one, place: fates[index] }))
    .filter((one) => one.place !== undefined)
    .toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
  for (const { route, body } of come) expect((await system.post(route, body)).status).toBe(202);
  await system.quiet();
}

/** The process is gone before it can say or store anything of its next request. */
class KilledError extends Error {}

async function walkKilled(sandbox: Sandbox, requests: number): Promise<void> {
  let left = requests;
  const request = (): void => {
    if (left === 0) throw new KilledError();
    left -= 1;
  };
  await withWalking(sandbox, async (deps, asked) => {
    const { bookingbug } = deps;
    const dying: ReconcileDeps["bookingbug"] = {
      ...bookingbug,
      async *listBookings(query) {
        for await (const page of bookingbug.listBookings(query)) {
          request();
          yield page;
        }
      },
      async readPurchase(place, id) {
        request();
        return await bookingbug.readPurchase(place, id);
      },
    };
    await reconcile({ ...deps, bookingbug: dying }, asked).catch((error: unknown) => {
      if (!(error instanceof KilledError)) throw error;
    });
  });
}

async function walkOnce(sandbox: Sandbox): Promise<void> {
  await withWalking(sandbox, async (deps, asked) => {
    const { outcome, resumed, counts } = await reconcile(deps, asked);
    expect(outcome.kind).toMatch(/^(complete|uncounted)$/);
    expect(counts).toMatchObject({ cancelledHere: 0, notReadable: 0, overtaken: 0 });
    // What was on its way when its process was killed is listed once more.
    if (!resumed) expect(counts.listed).toBe(sandbox.bookingbug.bookings().length);
    await system.quiet();
  });
}

async function withWalking(
  { url }: Sandbox,
  walk: (deps: ReconcileDeps, asked: Asked) => Promise<void>,
): Promise<void> {
  const tools = await openTools({ ...system.environment, ...apiAt(url) });
  try {
    if (tools.reconciling === undefined) throw new Error("The API is configured.");
    const companies = tools.config.bookingbugApi?.companies ?? [];
    await walk(tools.reconciling, { companies, windows: [MARCH], dryRun: false });
  } finally {
    await tools.close();
  }
}
