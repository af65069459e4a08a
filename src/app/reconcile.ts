/** What reconciling takes, from the parts of a process. */
import { takeReadBack } from "../receiver/read-back.ts";
import type { AskDeps } from "../reconcile/ask.ts";
import { createAskedStore } from "../reconcile/asked-store.ts";
import type { NotedDeps } from "../reconcile/noted.ts";
import { createProgressStore } from "../reconcile/progress.ts";
import { createUnmended } from "../reconcile/unmended.ts";
import type { Base } from "./base.ts";
import { openBookingBug } from "./bookingbug.ts";
import type { Parts } from "./parts.ts";

/** For one request of BookingBug: a page of a hundred bookings is no small answer. */
const REQUEST_MS = 15_000;

/** @returns undefined where BookingBug's API is not configured */
export function reconcileDeps({ config, log }: Base, parts: Parts): NotedDeps | undefined {
  if (config.bookingbugApi === undefined) return undefined;
  const { redis, keys, inbox, enqueuer, walks, presence, statistics } = parts;
  return {
    bookingbug: openBookingBug(config.bookingbugApi, {
      redis,
      keys,
      requestTimeoutMs: REQUEST_MS,
      onError: (error) => log.error({ error: String(error) }, "pacing of BookingBug's API failed"),
    }),
    inbox,
    ledgers: parts.crms.map(({ ledger }) => ledger),
    policy: config.policy,
    progress: createProgressStore({ redis, keys }),
    unmended: createUnmended({ redis, keys }),
    ...{ walks, presence, statistics },
    take: (readBack) => takeReadBack(parts, readBack),
    flush: () => enqueuer.flush(),
  };
}

/** What asking about one purchase takes besides. */
export function askDeps<Deps extends NotedDeps>(
  { config }: Base,
  { redis, keys, inbox }: Parts,
  reconciling: Deps | undefined,
): (Deps & AskDeps) | undefined {
  if (reconciling === undefined) return undefined;
  const companies = config.bookingbugApi?.companies ?? [];
  return { ...reconciling, inbox, companies, asked: createAskedStore({ redis, keys }) };
}
