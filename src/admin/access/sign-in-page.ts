/** `/admin/sign-in` and `/admin/sign-out`: where a session begins and ends. */
import express, { type Request, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import type { Audit } from "../../audit/audit.ts";
import type { Throttle } from "../../http/throttle.ts";
import { TooManyTriesError } from "../../people/password.ts";
import type { Provider } from "../../people/provider.ts";
import type { Sessions } from "../../people/sessions.ts";
import type { Users } from "../../people/users.ts";
import { type SignInView, sessionsAway, signInPage } from "../views/sign-in.ts";
import { beginSession, noteSignIn } from "./begin-session.ts";
import { sessionCookie } from "./session-cookie.ts";
import type { Blocked } from "./sign-in.ts";
import { wayBack } from "./way-back.ts";

export interface SignInPage {
  readonly users: Users;
  readonly sessions: Sessions;
  /** The one that Basic credentials count at too. */
  readonly throttle: Throttle;
  readonly audit: Pick<Audit, "note">;
  readonly log: ConnectorLog;
  /** Undefined where there is none. */
  readonly provider: Pick<Provider, "name"> | undefined;
  readonly onBlocked: (blocked: Blocked) => Promise<unknown>;
}

const MAX_FORM_BYTES = 8_192;
const SIGNED_OUT = "You are signed out.";
const WRONG = "Name or password are not right.";

/** @returns the router to mount at `/admin`, before the guard and behind what keeps other sites' forms away */
export function createSignInPage(options: SignInPage): Router {
  const { sessions } = options;
  const router = Router();
  const send = (response: Response, status: number, view: Omit<SignInView, "provider">): void => {
    const page = signInPage({ ...view, provider: options.provider?.name });
    response.status(status).type("html").send(page.text);
  };
  const body = express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM_BYTES });

  router.get("/sign-in", (request, response) => {
    const notice = request.query.out === undefined ? undefined : SIGNED_OUT;
    send(response, 200, { to: wayBack(request.query.to), name: "", notice });
  });

  router.post("/sign-in", body, async (request, response) => {
    const form = formOf(request);
    const given = { username: form.get("name")?.trim() ?? "", password: form.get("password") ?? "" };
    const to = wayBack(form.get("to"));
    const address = request.ip ?? "";
    const again = (status: number, notice: string): void =>
      send(response, status, { to, name: given.username, notice });
    const attempt = { address, username: given.username };
    try {
      // First, so that nobody makes us work on what is refused anyway; and after, as guesses of one moment are all let in here.
      const person = (await options.throttle.passed(attempt)) > 0 ? undefined : await options.users.enter(given);
      const seconds = person === undefined ? await wrong(options, attempt) : await options.throttle.passed(attempt);
      if (seconds > 0) {
        response.setHeader("Retry-After", String(seconds));
        return again(429, `Too many failed sign-ins. Try again in ${Math.ceil(seconds / 60)} minutes.`);
      }
      if (person === undefined) return again(401, WRONG);
      await beginSession(options, { request, response, person, by: "password" });
      response.redirect(303, to);
    } catch (error) {
      if (error instanceof TooManyTriesError) return again(503, error.message);
      options.log.error({ error: String(error) }, "nobody could be signed in");
      response.status(503).type("html").send(sessionsAway().text);
    }
  });

  router.post("/sign-out", async (request, response) => {
    const id = sessionCookie.read(request);
    const session = id === undefined ? undefined : await sessions.find(id, Date.now());
    sessionCookie.clear(request, response);
    if (id !== undefined && session !== undefined) {
      await sessions.end(id);
      await noteSignIn(options.audit, request, session.person.name, "sign_out");
    }
    response.redirect(303, "/admin/sign-in?out=1");
  });
  return router;
}

/** @returns seconds to wait from now on */
async function wrong(
  { users, throttle, log, onBlocked }: SignInPage,
  attempt: { address: string; username: string },
): Promise<number> {
  const { seconds, begins } = await throttle.failed(attempt);
  log.warn({ blockedForSeconds: seconds }, "a sign-in to the dashboard failed");
  const { address, username } = attempt;
  if (begins) await onBlocked({ address, username: (await users.isKnown(username)) ? username : undefined });
  return seconds;
}

function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(typeof request.body === "string" ? request.body : "");
}
