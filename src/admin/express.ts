/** Puts handlers on Express: the one place where the dashboard's pages meet it. */
import express, { type ErrorRequestHandler, type Request, type Response, Router } from "express";
import type { ConnectorLog } from "../../connectors/connector.ts";
import { audited } from "../audit/audit.ts";
import { createFormTokens } from "./access/form-token.ts";
import { refuseViewer } from "./access/operators-only.ts";
import { userOf } from "./access/user.ts";
import type { AdminDeps } from "./deps.ts";
import { outcomeOf, type PageAnswer, PageError, type PageRequest } from "./page.ts";
import { type Route, routes } from "./routes.ts";
import { veilFor } from "./veil.ts";
import { NO_BUTTONS } from "./views/forms.ts";
import { html } from "./views/html.ts";
import { type Frame, layout } from "./views/layout.ts";
import { noticeOf, unaudited, withNotice } from "./views/notices.ts";

/** A mapping and a pasted notification, written as a form. */
const MAX_FORM_BYTES = 4 * 1_048_576;

type OnPage = Omit<Frame, "counts" | "who" | "now">;

export interface Pages {
  readonly router: Router;
  /** Says on a page what went wrong in them, or before them. */
  readonly onError: ErrorRequestHandler;
}

/** @returns what is to be mounted at `/admin` behind the sign-in */
export function createPages(deps: AdminDeps): Pages {
  const router = Router();
  const tokens = createFormTokens(deps.admin);
  router.use(express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM_BYTES }));

  async function run(route: Route, request: Request, response: Response): Promise<void> {
    const form = new URLSearchParams(typeof request.body === "string" ? request.body : "");
    const now = Date.now();
    const user = userOf(response);
    const isAllowed = route.open === "everyone" || user.role === "operator";
    // A viewer is told that they may not, whatever their form has.
    if (isAllowed && route.method === "post" && !tokens.isValid(form.get("token") ?? "", now, user.session)) {
      throw new PageError(
        403,
        "This form is too old, or not one of this dashboard's. Go back, reload the page, try again.",
      );
    }
    const query = new URL(request.originalUrl, "http://dashboard").searchParams;
    const { styleNonce } = response.locals as { styleNonce: string };
    const username = user.name;
    const params = request.params as Readonly<Record<string, string>>;
    const searchToken = tokens.issue(now, user.session);
    const formToken = user.role === "operator" ? searchToken : NO_BUTTONS;
    const veil = veilFor(user.role);
    const given = { params, query, form, user, username, veil, styleNonce, formToken, searchToken, now };
    const handle = async (concerns: PageRequest["concerns"]) => {
      if (!isAllowed) refuseViewer(user);
      return await route.handler(deps, { ...given, concerns });
    };
    if (route.audited === "nothing") return await send(response, await handle(() => {}), query);
    const doing = { who: username, from: request.ip ?? "", what: route.audited, outcomeOf };
    const { result, noted } = await audited(deps.audit, doing, handle);
    await send(response, result, noted ? query : unaudited(query), noted);
  }

  async function send(response: Response, answer: PageAnswer, query: URLSearchParams, noted = true): Promise<void> {
    // Answered meanwhile: Redis went while the page was made.
    if (response.headersSent) return;
    switch (answer.kind) {
      case "page":
        return await sendPage(response, { ...answer, notice: noticeOf(query) });
      case "done":
        response.redirect(303, withNotice(answer.to, answer.notice, noted));
        return;
      case "redirect":
        response.redirect(303, answer.to);
        return;
      case "download":
        response.attachment(answer.fileName).type(answer.contentType).send(answer.body);
        return;
      case "json":
        response.json(answer.body);
    }
  }

  async function sendPage(response: Response, frame: OnPage): Promise<void> {
    const counts = await deps.counts();
    if (response.headersSent) return;
    response.type("html").send(layout({ ...frame, counts, who: userOf(response), now: Date.now() }).text);
  }

  for (const route of routes) router[route.method](route.path, (request, response) => run(route, request, response));
  return { router, onError: handleErrors(deps.log, (response, frame) => sendPage(response, frame)) };
}

function handleErrors(
  log: ConnectorLog,
  sendPage: (response: Response, frame: OnPage) => Promise<void>,
): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return response.writableEnded ? undefined : next(error);
    const known = error instanceof PageError;
    if (!known) log.error({ error: error instanceof Error ? error.name : "unknown" }, "a dashboard page failed");
    const message = known ? error.message : "Something went wrong. Look into the service's log, then try again.";
    const title = known && error.status < 500 ? "That does not work" : "Something went wrong";
    response.status(known ? error.status : 500);
    const body = html`<h1>${title}</h1><p>${message}</p><p><a href="/admin">Back to the overview</a></p>`;
    sendPage(response, { title, section: undefined, notice: undefined, body }).catch(next);
  };
}
