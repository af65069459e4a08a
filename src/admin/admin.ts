/** Everything under `/admin`: who may enter, what browsers are told, the pages and bull-board. */
import { type RequestHandler, Router } from "express";
import { pageHeaders } from "./access/headers.ts";
import { operatorsOnly } from "./access/operators-only.ts";
import { sameOriginOnly } from "./access/same-origin.ts";
import { createAssets } from "./assets/assets.ts";
import { whileRedisAnswers } from "./away.ts";
import type { AdminDeps } from "./deps.ts";
import { createPages } from "./express.ts";

export interface AdminOptions extends AdminDeps {
  /** Lets in who has the admin's credentials, or a session. */
  readonly guard: RequestHandler;
  /** Asks Redis for a sign of life. */
  readonly ping: () => Promise<unknown>;
  /** Where people have names of their own: what they sign in at. */
  readonly signInPage: RequestHandler | undefined;
}

/** @returns the router to mount at `/admin` */
export function createAdmin(options: AdminOptions): Router {
  const router = Router();
  router.use(pageHeaders(), whileRedisAnswers(options.ping));
  if (options.signInPage !== undefined) {
    router.use("/assets", createAssets());
    router.use(/^\/sign-(in|out)/, sameOriginOnly());
    router.use(options.signInPage);
  }
  router.use(options.guard, sameOriginOnly());
  router.use("/assets", createAssets());
  router.use("/queues", operatorsOnly(), boardWhenAsked(options));
  const pages = createPages(options);
  router.use(pages.router, pages.onError);
  return router;
}

/** bull-board is loaded with the first look at it. */
function boardWhenAsked(deps: AdminDeps): RequestHandler {
  let board: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    board ??= import("./board.ts").then(({ createBoard }) => createBoard(deps));
    (await board)(request, response, next);
  };
}
