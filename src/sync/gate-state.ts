/** Why a gate is closed, as it is written in Redis, and which errors close it. */
import { z } from "zod";
import { MaintenanceError, RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import { GATE_REASONS } from "./gate-reasons.ts";

export const gateState = z.object({
  /** One of a newer version, which this one does not know, keeps the gate closed until a probe succeeds, as this one does. */
  reason: z.enum(GATE_REASONS).catch("unavailable"),
  /** The CRM's words, without personal data. */
  detail: z.string(),
  /** ISO UTC. */
  since: z.string(),
  /** ISO UTC; not probed before. */
  until: z.string().optional(),
});
export type GateState = z.infer<typeof gateState>;

/** What a CRM says, or fails to, when it serves nobody. */
export type Refusal = UnauthorisedError | RateLimitedError | UnavailableError | MaintenanceError;

/** A CRM that asks for more patience than this is left alone as a whole, instead of job by job. */
const LONG_WAIT_MS = 60_000;

/** @param words the error's, without personal data */
export function closedBy(error: Refusal, words: string): GateState {
  const closed = { reason: reasonOf(error), detail: words, since: new Date().toISOString() };
  const says = error instanceof RateLimitedError || error instanceof MaintenanceError;
  const until = says || asksForLongWait(error) ? error.retryAt : undefined;
  return until === undefined ? closed : { ...closed, until: until.toISOString() };
}

/** Longer than any maintenance: what is refused then is refused. */
const MAINTENANCE_MS = 12 * 3_600_000;

/** Sessions may end during a maintenance ("INVALID_SESSION_ID"); credentials that are refused then are no news of their own. */
export function closedStill(known: GateState | undefined, error: Refusal): GateState {
  const next = closedBy(error, error.message);
  if (known?.reason !== "maintenance" || !(error instanceof UnauthorisedError)) return next;
  return Date.now() - Date.parse(known.since) < MAINTENANCE_MS ? { ...next, reason: known.reason } : next;
}

export function asksForLongWait(error: Refusal): error is (RateLimitedError | UnavailableError) & { retryAt: Date } {
  if (!(error instanceof RateLimitedError || error instanceof UnavailableError)) return false;
  return error.retryAt !== undefined && error.retryAt.getTime() - Date.now() > LONG_WAIT_MS;
}

function reasonOf(error: Refusal): GateState["reason"] {
  if (error instanceof RateLimitedError) return error.scope === "daily" ? "daily_limit" : "rate_limited";
  if (error instanceof MaintenanceError) return "maintenance";
  return error instanceof UnavailableError ? "unavailable" : "unauthorised";
}
