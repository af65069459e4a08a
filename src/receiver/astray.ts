/**
 * Notifications that BookingBug posts to an address that is none of ours. It tells nobody that it is answered 404, and does not
 * post again what was; so we say it.
 */
import type { RequestHandler } from "express";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { seldom } from "./seldom.ts";

export interface Astray {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What was posted to, fit to be shown. */
  readonly path: string;
}

const MAX_PATH = 100;

/** As addresses of callbacks are made of; a number may be somebody's telephone. */
const WORD = /^[a-z_-]*$/i;

/**
 * Tells of what is BookingBug's, and answers nothing itself.
 *
 * @param isSender whether a request brings what BookingBug signs in by; whoever else posts to nowhere is of no interest
 */
export function tellAstray(deps: {
  readonly isSender: (authorization: string) => Promise<boolean>;
  /** Notes the newest for whoever asks. */
  readonly note: (astray: Astray) => Promise<void>;
  /** Told of each; must not throw or wait. */
  readonly onEach: () => void;
  readonly log: ConnectorLog;
}): RequestHandler {
  const { isSender, note, onEach, log } = deps;
  const tell = seldom<Astray>((count, astray) => {
    log.warn({ path: astray.path, count }, "a notification was posted to an address that is none of ours");
    note(astray).catch((error: unknown) =>
      log.error({ error: String(error) }, "a stray notification could not be noted"),
    );
  });
  return async (request, _response, next) => {
    const { method, headers, path } = request;
    const isPost = method === "POST" || method === "PUT";
    if (isPost && (await isSender(headers.authorization ?? ""))) {
      onEach();
      tell({ at: new Date().toISOString(), path: shown(path) });
    }
    next();
  };
}

/** Anything may stand in an address, a customer's too. */
function shown(path: string): string {
  const parts = path.slice(0, MAX_PATH).split("/");
  return parts.map((part) => (WORD.test(part) ? part : "…")).join("/");
}
