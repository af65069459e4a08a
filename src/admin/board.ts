/**
 * bull-board: the queues as BullMQ sees them. A job holds the purchase's id and counts, its errors are redacted where
 * they arise, so there is nothing in it to mask.
 */
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { type RequestHandler, Router } from "express";
import { boardHeaders } from "./access/headers.ts";
import type { AdminDeps } from "./deps.ts";

const BOARD_PATH = "/admin/queues";

/** @returns the router to mount at `BOARD_PATH` */
export function createBoard(deps: AdminDeps): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: deps.crms.map(({ queue }) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: "CRM sync: queues", miscLinks: [{ text: "Back to the dashboard", url: "/admin" }] },
    },
  });
  const router = Router();
  router.use(boardHeaders(), noteChanges(deps), adapter.getRouter());
  return router;
}

/** bull-board's buttons leave a line in the log like ours. */
function noteChanges({ audit }: AdminDeps): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      const { username } = response.locals as { username: string };
      audit(username, "queue action", { method: request.method, path: request.path });
    }
    next();
  };
}
