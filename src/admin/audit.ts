/** A line in the log for whatever somebody did in the dashboard; the timeline of a purchase has its own. */
import type { ConnectorLog } from "../../connectors/connector.ts";

/** @param what such as `discard quarantined` @param detail ids, counts, reasons; no personal data */
export type Audit = (username: string, what: string, detail: object) => void;

export function createAudit(log: ConnectorLog): Audit {
  return (username, what, detail) => log.info({ user: username, what, ...detail }, "admin action");
}
