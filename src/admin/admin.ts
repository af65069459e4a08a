/** Everything under `/admin`: who may enter, what browsers are told, the pages and bull-board. */
import { type RequestHandler, Router } from "express";
import { pageHeaders } from "./access/headers.ts";
import { sameOriginOnly } from "./access/same-origin.ts";
import { createAssets } from "./assets/assets.ts";
import { whileRedisAnswers } from "./away.ts";
import { createBoard } from "./board.ts";
import type { AdminDeps } from "./deps.ts";
import { createPages } from "./express.ts";

export interface AdminOptions extends AdminDeps {
  /** Lets in who has the admin's credentials. */
  readonly guard: RequestHandler;
  /** Asks Redis for a sign of life. */
  readonly ping: () => Promise<unknown>;
}

/** @returns the router to mount at `/admin` */
export function createAdmin(options: AdminOptions): Router {
  const router = Router();
  router.use(pageHeaders(), whileRedisAnswers(options.ping), options.guard, sameOriginOnly());
  router.use("/assets", createAssets());
  router.use("/queues", createBoard(options));
  router.use(createPages(options));
  return router;
}
