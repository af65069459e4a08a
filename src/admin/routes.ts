/** Every page and button of the dashboard. */
import type { AdminDeps } from "./deps.ts";
import type { PageAnswer, PageRequest } from "./page.ts";
import { showBooking } from "./pages/booking.ts";
import { showBookings } from "./pages/bookings.ts";
import { showCause } from "./pages/cause.ts";
import { decideHeld } from "./pages/decide.ts";
import { discardQuarantined } from "./pages/discard-quarantined.ts";
import { dismissFailed } from "./pages/dismiss.ts";
import { downloadMapping } from "./pages/download-mapping.ts";
import { downloadQuarantined } from "./pages/download-quarantined.ts";
import { showFailed } from "./pages/failed.ts";
import { showHeld } from "./pages/held.ts";
import { showMappings } from "./pages/mappings.ts";
import { showOverview } from "./pages/overview.ts";
import { pickRecord } from "./pages/pick.ts";
import { showQuarantine } from "./pages/quarantine.ts";
import { readQuarantinedAgain } from "./pages/read-quarantined-again.ts";
import { resumeCrm } from "./pages/resume.ts";
import { retryFailed } from "./pages/retry.ts";
import { runAgain } from "./pages/run-again.ts";
import { searchBookings } from "./pages/search-bookings.ts";
import { showPayload } from "./pages/show-payload.ts";
import { takeBackDecision } from "./pages/take-back.ts";
import { tryMappingPage } from "./pages/try-mapping.ts";
import { tryMappingLive } from "./pages/try-mapping-live.ts";

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
  get("/", showOverview),
  post("/resume", resumeCrm),
  get("/bookings", showBookings),
  post("/bookings/search", searchBookings),
  get("/bookings/:purchaseId", showBooking),
  post("/bookings/:purchaseId/run-again", runAgain),
  post("/bookings/:purchaseId/payload", showPayload),
  get("/failed", showFailed),
  post("/failed/retry", retryFailed),
  post("/failed/dismiss", dismissFailed),
  get("/failed/:crm/:cause", showCause),
  get("/held/:crm/:purchaseId", showHeld),
  post("/held/pick", pickRecord),
  post("/held/decide", decideHeld),
  post("/held/take-back", takeBackDecision),
  get("/mappings", showMappings),
  post("/mappings", tryMappingPage),
  post("/mappings/live", tryMappingLive),
  post("/mappings/download", downloadMapping),
  get("/quarantine", showQuarantine),
  get("/quarantine/:deliveryId/download", downloadQuarantined),
  post("/quarantine/read-again", readQuarantinedAgain),
  post("/quarantine/discard", discardQuarantined),
];
