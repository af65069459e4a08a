/** bull-board: the queues, their failed jobs with the CRM's words, and the retry button. */
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Router } from "express";
import type { SyncQueue } from "../inbox/queues.ts";

export const BOARD_PATH = "/admin/queues";

/** @returns the router to mount at `BOARD_PATH` behind the admin's credentials */
export function createBoard(queues: readonly SyncQueue[]): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: "BookingBug CRM sync" } },
  });
  return adapter.getRouter();
}
