/** BookingBug's API as the configuration says, with its turns and tokens in Redis: one for all processes. */
import type { BookingBug } from "../bookingbug/api.ts";
import { createBookingBug } from "../bookingbug/client.ts";
import type { BookingBugSettings } from "../bookingbug/settings.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { createPacer } from "../sync/pacer.ts";
import { createSharedTokens } from "../sync/shared-token.ts";

interface SharedBookingBugDeps {
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly requestTimeoutMs: number;
  readonly onError: (error: unknown) => void;
}

/** The limit is our own and one request follows the other: only how long the way there takes can differ. */
const MARGIN_MS = 100;
/** Longer than any request, so that one whose process died keeps the others waiting a little and no more. */
const LEASE_MARGIN_MS = 5_000;

export function openBookingBug(settings: BookingBugSettings, deps: SharedBookingBugDeps): BookingBug {
  const { redis, keys, requestTimeoutMs, onError } = deps;
  const turns = createPacer({
    redis,
    keys,
    crm: "bookingbug",
    limits: { burst: { limit: settings.requestsPerSecond, windowMs: 1_000 }, concurrent: 1 },
    dailyReserve: 0,
    marginMs: MARGIN_MS,
    leaseMs: requestTimeoutMs + LEASE_MARGIN_MS,
    onError,
  });
  const { signIn } = settings;
  const [who, secret] =
    signIn.kind === "client_credentials"
      ? [signIn.clientId, signIn.clientSecret]
      : [`${signIn.appId} ${signIn.email}`, `${signIn.password}\n${signIn.appKey ?? ""}`];
  const tokens = createSharedTokens({ redis, keys, account: `${settings.url} ${who}`, secret });
  return createBookingBug(settings, {
    turns: { acquire: () => turns.acquire("standard"), holdOff: turns.holdOff },
    tokens,
    requestTimeoutMs,
  });
}
