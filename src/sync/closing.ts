/** Whether the CRM said itself that nothing more should be sent to it for now, so that its gate has to close. */
import { MaintenanceError, RateLimitedError, UnauthorisedError, UnavailableError } from "../../connectors/errors.ts";
import { asksForLongWait, closedBy, type GateState } from "./gate-state.ts";
import type { PassError } from "./pass-error.ts";

/** Why nothing more should be sent to this CRM for now, if one of the failures says so. */
export function closingState(failed: PassError): GateState | undefined {
  const refused = failed.find(UnauthorisedError);
  if (refused !== undefined) return closedBy(refused.error, refused.words);
  const maintenance = failed.find(MaintenanceError);
  if (maintenance !== undefined) return closedBy(maintenance.error, maintenance.words);
  const limited = failed.find(RateLimitedError);
  if (limited !== undefined && (limited.error.scope === "daily" || asksForLongWait(limited.error))) {
    return closedBy(limited.error, limited.words);
  }
  const unavailable = failed.find(UnavailableError);
  if (unavailable === undefined || !asksForLongWait(unavailable.error)) return undefined;
  return closedBy(unavailable.error, unavailable.words);
}
