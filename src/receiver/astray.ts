/**
 * Notifications that BookingBug posts to an address that is none of ours. It tells nobody that it is answered 404, and does not
 * post again what was; so we say it.
 */
import type { RequestHandler } from "express";
import type { ConnectorLog } from "../../connectors/connector.ts";

export interface Astray {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What was posted to, fit to be shown. */
  readonly path: string;
}

/** Whoever posts without end fills neither the log nor Redis. */
const TELL_MS = 5_000;
const MAX_PATH = 100;

/**
 * Tells of what is BookingBug's, and answers nothing itself.
 *
 * @param isSender whether a request brings what BookingBug signs in by; whoever else posts to nowhere is of no interest
 */
export function tellAstray(deps: {
  readonly isSender: (authorization: string) => Promise<boolean>;
  /** Notes the newest for whoever asks. */
  readonly note: (astray: Astray) => Promise<void>;
  readonly log: ConnectorLog;
}): RequestHandler {
  const { isSender, note, log } = deps;
  let told = 0;
  return async (request, _response, next) => {
    const now = Date.now();
    const { method, headers, path } = request;
    const isDue = (method === "POST" || method === "PUT") && now - told >= TELL_MS;
    if (isDue && (await isSender(headers.authorization ?? ""))) {
      told = now;
      const astray = { at: new Date(now).toISOString(), path: shown(path) };
      log.warn({ path: astray.path }, "a notification was posted to an address that is none of ours");
      note(astray).catch((error: unknown) =>
        log.error({ error: String(error) }, "a stray notification could not be noted"),
      );
    }
    next();
  };
}

/** Anything may stand in an address, a customer's too. */
function shown(path: string): string {
  return path.slice(0, MAX_PATH).replace(/[^\w/-]/g, "…");
}
