/**
 * bull-board: the queues as BullMQ sees them. A job holds the purchase's id and counts, its errors are redacted where
 * they arise, so there is nothing in it to mask.
 */
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Concerned, Outcome } from "../audit/line.ts";
import { sendProblem } from "../http/problem.ts";
import { boardHeaders } from "./access/headers.ts";
import type { AdminDeps } from "./deps.ts";

const BOARD_PATH = "/admin/queues";

/** Its own colours for these are too near their ground to be read by everybody. */
const THEME = {
  light: {
    "muted-foreground": "#3f4a54",
    "sidebar-state-selected-foreground": "#0a4a43",
    "status-failed": "#b91c1c",
  },
  dark: { "muted-foreground": "#a9b4c0", "status-failed": "#f87171" },
} as const;

/** @returns the router to mount at `BOARD_PATH` */
export function createBoard(deps: AdminDeps): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: deps.crms.map(({ queue }) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "CRM sync: queues",
        miscLinks: [{ text: "Back to the dashboard", url: "/admin" }],
        hideDocsLink: true,
        theme: THEME,
      },
    },
  });
  const router = Router();
  router.use(boardHeaders(), noteChanges(deps), ourButtonsOnly(), withoutWebFonts(), adapter.getRouter());
  return router;
}

/** A sheet of fonts elsewhere, which our policy forbids; without it bull-board's own sheet falls back on the system's fonts. */
const WEB_FONTS = /<link href="https:\/\/fonts\.googleapis\.com\/[^<>]{0,300}>/;

/** bull-board's page asks for them, and no option of its tells it not to. */
function withoutWebFonts(): RequestHandler {
  return (_request, response, next) => {
    const send = response.send.bind(response);
    response.send = (body) => send(typeof body === "string" ? body.replace(WEB_FONTS, "") : body);
    next();
  };
}

/** bull-board's buttons are in the audit trail like ours. */
function noteChanges({ audit }: AdminDeps): RequestHandler {
  return (request, response, next) => {
    if (!isLook(request)) {
      const { username } = response.locals as { username: string };
      const line = { who: username, from: request.ip ?? "", what: "queue_action", on: pressed(request) } as const;
      response.once("close", () => void audit.note({ ...line, outcome: outcomeOf(response) }));
    }
    next();
  };
}

/**
 * What an operator does to queues and jobs. A job is whatever BullMQ is told to carry out, so nobody writes one here: bull-board
 * can also add jobs, change their data, order and time, and throw queues away.
 */
const BUTTONS: readonly RegExp[] = [
  /^\/api\/queues\/(pause|resume)$/,
  /^\/api\/queues\/[^/]+\/(pause|resume|promote)$/,
  /^\/api\/queues\/[^/]+\/(retry|clean)\/(failed|completed|delayed|waiting|prioritized)$/,
  /^\/api\/queues\/[^/]+\/(?!retry\/|clean\/|rate-limit\/|job-schedulers\/)[^/]+\/(retry|clean|promote)$/,
];

function ourButtonsOnly(): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request;
    if (isLook(request) || (method === "PUT" && BUTTONS.some((button) => button.test(path)))) return next();
    const detail =
      "Here jobs are retried, promoted and removed, and queues paused and resumed. Go back to the dashboard.";
    sendProblem(response, { status: 403, title: "Forbidden", detail, extra: { error: detail } });
  };
}

function isLook({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

const MAX_PARTS = 8;

/** A path is queues, jobs and verbs; whatever else somebody made of it is left out. */
function pressed({ method, path }: Request): Concerned {
  const parts = path.split("/", MAX_PARTS).filter((part) => part !== "" && part !== "api");
  return { button: `${method} ${parts.map((part) => (/^[\w:-]{1,60}$/.test(part) ? part : "?")).join("/")}` };
}

function outcomeOf({ writableFinished, statusCode }: Response): Outcome {
  if (!writableFinished || statusCode >= 500) return "failed";
  return statusCode >= 400 ? "refused" : "done";
}
