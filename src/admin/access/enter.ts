/** Lets in who is signed in: by a session, where people have those, or by the Basic credentials of scripts and curl. */
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import { sendProblem } from "../../http/problem.ts";
import type { Person } from "../../people/person.ts";
import type { Session, Sessions } from "../../people/sessions.ts";
import { sessionsAway } from "../views/sign-in.ts";
import { sessionCookie } from "./session-cookie.ts";
import { setUser } from "./user.ts";

export interface People {
  readonly sessions: Sessions;
  /** @returns what is true now of who signed in; undefined where they are nobody any more */
  readonly current: (session: Session) => Promise<Person | undefined>;
}

/**
 * @param basic lets in the pairs that there are without named users
 * @param people undefined where nobody has a name of their own: then a browser asks for the pair by itself
 */
export function enter(basic: RequestHandler, people: People | undefined, log: ConnectorLog): Router {
  const router = Router();
  if (people !== undefined) router.use(bySession(people, log));
  router.use((request, response, next) => (hasUser(response) ? next() : basic(request, response, next)));
  router.use((_request, response, next) => {
    const { username } = response.locals as { username: string };
    if (!hasUser(response)) setUser(response, { name: username, role: "operator", session: undefined });
    next();
  });
  return router;
}

function hasUser(response: Response): boolean {
  return response.locals.user !== undefined;
}

function bySession(people: People, log: ConnectorLog): RequestHandler {
  return async (request, response, next) => {
    if (request.headers.authorization !== undefined) return next();
    const id = sessionCookie.read(request);
    try {
      const session = id === undefined ? undefined : await validSession(people, id);
      if (session !== undefined) {
        setUser(response, { name: session.person.name, role: session.person.role, session: session.key });
        return next();
      }
    } catch (error) {
      log.error({ error: String(error) }, "a session could not be read");
      response.status(503).type("html").send(sessionsAway().text);
      return;
    }
    if (isBrowser(request)) return sendToSignIn(request, response);
    next();
  };
}

/** A session whose user is gone, or is not who they were, ends. */
async function validSession({ sessions, current }: People, id: string): Promise<Session | undefined> {
  const session = await sessions.find(id, Date.now());
  if (session === undefined) return undefined;
  const person = await current(session);
  if (person?.stamp === session.person.stamp && person.role === session.person.role) return session;
  await sessions.end(id);
  return undefined;
}

/** A browser that was asked for Basic credentials would go on sending them, and nobody could sign out. */
function isBrowser(request: Request): boolean {
  return request.get("sec-fetch-site") !== undefined || request.accepts(["json", "html"]) === "html";
}

function sendToSignIn(request: Request, response: Response): void {
  const wantsPage = request.accepts(["json", "html"]) === "html";
  if (wantsPage) {
    const to = request.method === "GET" ? request.originalUrl : "/admin";
    response.redirect(303, `/admin/sign-in?${new URLSearchParams({ to })}`);
    return;
  }
  const detail = "Nobody is signed in any more. Reload the page and sign in.";
  sendProblem(response, { status: 401, title: "Unauthorized", detail });
}
