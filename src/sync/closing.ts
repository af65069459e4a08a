/** Whether the CRM said itself that nothing more should be sent to it for now, so that its gate has to close. */
import { RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import type { GateState } from "./gate.ts";
import type { PassError } from "./pass-error.ts";

/** A CRM that asks for more patience than this is left alone as a whole, instead of job by job. */
const LONG_WAIT_MS = 60_000;

/** Why nothing more should be sent to this CRM for now, if one of the failures says so. */
export function closingState(error: PassError): GateState | undefined {
  const since = new Date().toISOString();
  const refused = error.find(UnauthorisedError);
  if (refused !== undefined) return { reason: "unauthorised", detail: refused.words, since };
  const limited = error.find(RateLimitedError);
  if (limited !== undefined && (limited.error.scope === "daily" || isLong(limited.error.retryAt))) {
    const reason = limited.error.scope === "daily" ? "daily_limit" : "rate_limited";
    return { reason, detail: limited.words, since, until: limited.error.retryAt.toISOString() };
  }
  const unavailable = error.find(UnavailableError);
  const until = unavailable?.error.retryAt;
  if (unavailable === undefined || until === undefined || !isLong(until)) return undefined;
  return { reason: "unavailable", detail: unavailable.words, since, until: until.toISOString() };
}

function isLong(until: Date): boolean {
  return until.getTime() - Date.now() > LONG_WAIT_MS;
}
