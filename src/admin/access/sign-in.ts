/** Who may enter: the admin's credentials by HTTP Basic, and not after too many wrong ones from the same address. */
import { type RequestHandler, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import type { Credentials } from "../../config/config.ts";
import { basicAuth } from "../../http/basic-auth.ts";
import { sendProblem } from "../../http/problem.ts";
import type { Throttle } from "./throttle.ts";

/** A request that passes has the user's name in `response.locals.username`. */
export function signIn(admin: Credentials, throttle: Throttle, log: ConnectorLog): Router {
  const router = Router();
  router.use(refuseBlocked(throttle));
  router.use(
    basicAuth("admin", [admin], async ({ request, response }) => {
      // A browser's first request brings no credentials yet; that is no failure.
      if (!request.headers.authorization) return "challenge";
      const seconds = await throttle.failed(request.ip ?? "");
      log.warn({ blockedForSeconds: seconds }, "a sign-in to the dashboard failed");
      if (seconds === 0) return "challenge";
      tellToWait(response, seconds);
      return "answered";
    }),
  );
  return router;
}

/** Even with the right credentials: otherwise the answer would tell a guesser which were right. */
function refuseBlocked(throttle: Throttle): RequestHandler {
  return async (request, response, next) => {
    const seconds = await throttle.waitOf(request.ip ?? "");
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
