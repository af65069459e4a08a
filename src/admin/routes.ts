/** Every page and button of the dashboard. */
import type { AdminDeps } from "./deps.ts";
import type { PageAnswer, PageRequest } from "./page.ts";
import { discardQuarantined } from "./pages/discard-quarantined.ts";
import { downloadQuarantined } from "./pages/download-quarantined.ts";
import { showQuarantine } from "./pages/quarantine.ts";
import { readQuarantinedAgain } from "./pages/read-quarantined-again.ts";

export type Handler = (deps: AdminDeps, request: PageRequest) => Promise<PageAnswer>;

export interface Route {
  readonly method: "get" | "post";
  /** Below `/admin`. */
  readonly path: string;
  readonly handler: Handler;
}

const get = (path: string, handler: Handler): Route => ({ method: "get", path, handler });
const post = (path: string, handler: Handler): Route => ({ method: "post", path, handler });

export const routes: readonly Route[] = [
  get("/quarantine", showQuarantine),
  get("/quarantine/:deliveryId/download", downloadQuarantined),
  post("/quarantine/read-again", readQuarantinedAgain),
  post("/quarantine/discard", discardQuarantined),
];
