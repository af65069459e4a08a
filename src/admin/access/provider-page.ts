/** `/admin/sign-in/provider` and `/admin/sign-in/callback`: the way to the provider, and back from it with a session. */
import { type Request, type Response, Router } from "express";
import type { ConnectorLog } from "../../../connectors/connector.ts";
import type { Audit } from "../../audit/audit.ts";
import type { Provider } from "../../people/provider.ts";
import { ProviderError, type ProviderErrorKind } from "../../people/provider-error.ts";
import type { Sessions } from "../../people/sessions.ts";
import type { Ways } from "../../people/ways.ts";
import { noRolePage, providerProblemPage } from "../views/provider.ts";
import { sessionsAway } from "../views/sign-in.ts";
import { beginSession, noteSignIn } from "./begin-session.ts";
import { sessionCookie, wayCookie } from "./session-cookie.ts";
import { wayBack } from "./way-back.ts";

export interface ProviderPage {
  readonly provider: Provider;
  readonly ways: Ways;
  readonly sessions: Sessions;
  readonly audit: Pick<Audit, "note">;
  readonly log: ConnectorLog;
}

const STATUS: Readonly<Record<ProviderErrorKind, number>> = { away: 503, settings: 503, stale: 400, denied: 403 };

/** @returns the router to mount at `/admin`, before the guard */
export function createProviderPage(options: ProviderPage): Router {
  const { provider, ways } = options;
  const router = Router();

  router.get("/sign-in/provider", async (request, response) => {
    const to = wayBack(request.query.to);
    await orSay(options, { response, to }, async () => {
      const { url, begun } = await provider.begin();
      wayCookie.set(request, response, ways.close({ ...begun, to, since: Date.now() }));
      response.redirect(303, url.href);
    });
  });

  router.get("/sign-in/callback", async (request, response) => {
    await orSay(options, { response, to: wayBack(undefined) }, async () => {
      const sealed = wayCookie.read(request);
      wayCookie.clear(request, response);
      const way = sealed === undefined ? undefined : await ways.take(sealed, Date.now());
      if (way === undefined) throw new ProviderError("stale", "there is no such way back");
      const { name, role } = await provider.finish(new URL(request.originalUrl, "http://here").search, way);
      if (role === undefined) return await refuse(options, { request, response, name });
      const person = { name, role, stamp: provider.stamp };
      await beginSession(options, { request, response, person, by: "provider" });
      response.redirect(303, way.to);
    });
  });
  return router;
}

/** Whoever has lost their role is not left with the session that it had given them. */
async function refuse(
  { provider, sessions, audit }: ProviderPage,
  refused: { readonly request: Request; readonly response: Response; readonly name: string },
): Promise<void> {
  const { request, response, name } = refused;
  const before = sessionCookie.read(request);
  if (before !== undefined) await sessions.end(before);
  sessionCookie.clear(request, response);
  await noteSignIn(audit, request, name, "no_role");
  response
    .status(403)
    .type("html")
    .send(noRolePage({ name, provider: provider.name, claim: provider.roleClaim }).text);
}

async function orSay(
  { provider, log }: ProviderPage,
  { response, to }: { readonly response: Response; readonly to: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ProviderError)) {
      log.error({ error: String(error) }, "nobody could be signed in");
      response.status(503).type("html").send(sessionsAway().text);
      return;
    }
    const { kind, message } = error;
    log.warn({ kind, error: message }, "nobody could be signed in by the provider");
    response
      .status(STATUS[kind])
      .type("html")
      .send(providerProblemPage({ kind, provider: provider.name, to }).text);
  }
}
