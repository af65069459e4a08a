/** Why a gate is closed, as it is written in Redis, and which errors close it. */
import { z } from "zod";
import { RateLimitedError, type UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import { GATE_REASONS } from "./gate-reasons.ts";

export const gateState = z.object({
  reason: z.enum(GATE_REASONS),
  /** The CRM's words, without personal data. */
  detail: z.string(),
  /** ISO UTC. */
  since: z.string(),
  /** ISO UTC; not probed before. */
  until: z.string().optional(),
});
export type GateState = z.infer<typeof gateState>;

/** What a CRM says, or fails to, when it serves nobody. */
export type Refusal = UnauthorisedError | RateLimitedError | UnavailableError;

/** A CRM that asks for more patience than this is left alone as a whole, instead of job by job. */
const LONG_WAIT_MS = 60_000;

/** @param words the error's, without personal data */
export function closedBy(error: Refusal, words: string): GateState {
  const closed = { reason: reasonOf(error), detail: words, since: new Date().toISOString() };
  const until = error instanceof RateLimitedError || asksForLongWait(error) ? error.retryAt : undefined;
  return until === undefined ? closed : { ...closed, until: until.toISOString() };
}

export function asksForLongWait(error: Refusal): error is (RateLimitedError | UnavailableError) & { retryAt: Date } {
  if (!(error instanceof RateLimitedError || error instanceof UnavailableError)) return false;
  return error.retryAt !== undefined && error.retryAt.getTime() - Date.now() > LONG_WAIT_MS;
}

function reasonOf(error: Refusal): GateState["reason"] {
  if (error instanceof RateLimitedError) return error.scope === "daily" ? "daily_limit" : "rate_limited";
  return error instanceof UnavailableError ? "unavailable" : "unauthorised";
}
