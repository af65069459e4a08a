/** Who may enter: the admin's credentials by HTTP Basic, and not after too many wrong ones for the name from the same place. */
import { type RequestHandler, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import type { Credentials } from "../../config/config.ts";
import { basicAuth, credentialsOf } from "../../http/basic-auth.ts";
import { sendProblem } from "../../http/problem.ts";
import type { Throttle } from "../../http/throttle.ts";

/** Somebody who has to wait from now on. */
export interface Blocked {
  readonly address: string;
  /** The name they tried, where it is one of ours: anything may have been typed. */
  readonly username: string | undefined;
}

/**
 * A request that passes has the user's name in `response.locals.username`.
 *
 * @param pairs one, or two while they are rotated
 * @param onBlocked told once of each wait that begins
 */
export function signIn(
  pairs: readonly Credentials[],
  throttle: Throttle,
  log: ConnectorLog,
  onBlocked: (blocked: Blocked) => Promise<unknown>,
): Router {
  const names = new Set(pairs.map(({ username }) => username));
  const router = Router();
  router.use(
    basicAuth("admin", pairs, async ({ request, response }) => {
      // A browser's first request brings no credentials yet; that is no failure.
      if (!request.headers.authorization) return "challenge";
      const { username } = credentialsOf(request.headers.authorization);
      const address = request.ip ?? "";
      const { seconds, begins } = await throttle.failed({ address, username });
      log.warn({ blockedForSeconds: seconds }, "a sign-in to the dashboard failed");
      if (seconds === 0) return "challenge";
      if (begins) await onBlocked({ address, username: names.has(username) ? username : undefined });
      tellToWait(response, seconds);
      return "answered";
    }),
  );
  router.use(refuseBlocked(throttle));
  return router;
}

/** Even with the right credentials: otherwise the answer would tell a guesser which were right. */
function refuseBlocked(throttle: Throttle): RequestHandler {
  return async (request, response, next) => {
    const { username } = response.locals as { username: string };
    const seconds = await throttle.passed({ address: request.ip ?? "", username });
    if (seconds === 0) return next();
    tellToWait(response, seconds);
  };
}

function tellToWait(response: Response, seconds: number): void {
  response.setHeader("Retry-After", String(seconds));
  sendProblem(response, {
    status: 429,
    title: "Too Many Requests",
    detail: `Too many failed sign-ins from this address. Try again in ${Math.ceil(seconds / 60)} minutes.`,
  });
}
