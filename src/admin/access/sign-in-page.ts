/** `/admin/sign-in` and `/admin/sign-out`: where a session begins and ends. */
import express, { type Request, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import type { Audit } from "../../audit/audit.ts";
import type { Throttle } from "../../http/throttle.ts";
import { TooManyTriesError } from "../../people/password.ts";
import type { Person } from "../../people/person.ts";
import type { Session, Sessions } from "../../people/sessions.ts";
import type { Users } from "../../people/users.ts";
import { sessionsAway, signInPage } from "../views/sign-in.ts";
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
  readonly onBlocked: (blocked: Blocked) => Promise<unknown>;
}

const MAX_FORM_BYTES = 8_192;
const SIGNED_OUT = "You are signed out.";
const WRONG = "Name or password are not right.";

/** @returns the router to mount at `/admin`, before the guard and behind what keeps other sites' forms away */
export function createSignInPage(options: SignInPage): Router {
  const { sessions } = options;
  const router = Router();
  const body = express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM_BYTES });

  router.get("/sign-in", (request, response) => {
    const notice = request.query.out === undefined ? undefined : SIGNED_OUT;
    sendForm(response, 200, { to: wayBack(request.query.to), name: "", notice });
  });

  router.post("/sign-in", body, async (request, response) => {
    const form = formOf(request);
    const given = { username: form.get("name")?.trim() ?? "", password: form.get("password") ?? "" };
    const to = wayBack(form.get("to"));
    const address = request.ip ?? "";
    const again = (status: number, notice: string): void =>
      sendForm(response, status, { to, name: given.username, notice });
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
      await begin(options, { request, response, person, by: "password" });
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
      await noteOf(options.audit, request, session.person.name, "sign_out");
    }
    response.redirect(303, "/admin/sign-in?out=1");
  });
  return router;
}

/** A session of its own for each sign-in, whatever the browser brought: nobody signs in to one that another has chosen. */
async function begin(
  { sessions, audit }: Pick<SignInPage, "sessions" | "audit">,
  entered: {
    readonly request: Request;
    readonly response: Response;
    readonly person: Person;
    readonly by: Session["by"];
  },
): Promise<void> {
  const { request, response, person, by } = entered;
  const before = sessionCookie.read(request);
  const id = await sessions.begin(person, by);
  if (before !== undefined) await sessions.end(before);
  sessionCookie.set(request, response, id);
  await noteOf(audit, request, person.name, "sign_in");
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

function sendForm(
  response: Response,
  status: number,
  view: { readonly to: string; readonly name: string; readonly notice: string | undefined },
): void {
  response
    .status(status)
    .type("html")
    .send(signInPage({ ...view, provider: undefined }).text);
}

async function noteOf(
  audit: Pick<Audit, "note">,
  request: Request,
  who: string,
  what: "sign_in" | "sign_out",
): Promise<void> {
  await audit.note({ who, from: request.ip ?? "", what, on: {}, outcome: "done" });
}

function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(typeof request.body === "string" ? request.body : "");
}
