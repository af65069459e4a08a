/** Every page and button of the dashboard, and what the audit trail calls it. */
import type { Audited } from "../audit/audited.ts";
import type { AdminDeps } from "./deps.ts";
import type { PageAnswer, PageRequest } from "./page.ts";
import { acknowledgeAlert } from "./pages/acknowledge.ts";
import { showAudit } from "./pages/audit.ts";
import { showBooking } from "./pages/booking.ts";
import { showBookings } from "./pages/bookings.ts";
import { showCause } from "./pages/cause.ts";
import { showFailed, showHeldList } from "./pages/causes.ts";
import { decideHeld } from "./pages/decide.ts";
import { discardQuarantined } from "./pages/discard-quarantined.ts";
import { dismissFailed } from "./pages/dismiss.ts";
import { downloadMapping } from "./pages/download-mapping.ts";
import { downloadQuarantined } from "./pages/download-quarantined.ts";
import { showDrift } from "./pages/drift.ts";
import { showHeld } from "./pages/held.ts";
import { showJob } from "./pages/job.ts";
import { showJobs } from "./pages/jobs.ts";
import { showMappingHistory } from "./pages/mapping-history.ts";
import { showMappingVersion } from "./pages/mapping-version.ts";
import { showMappings } from "./pages/mappings.ts";
import { showNewJob } from "./pages/new-job.ts";
import { showOverview } from "./pages/overview.ts";
import { pauseCrm } from "./pages/pause.ts";
import { pickRecord } from "./pages/pick.ts";
import { showQuarantine } from "./pages/quarantine.ts";
import { readQuarantinedAgain } from "./pages/read-quarantined-again.ts";
import { showReconciliation } from "./pages/reconciliation.ts";
import { resumeCrm } from "./pages/resume.ts";
import { retryFailed } from "./pages/retry.ts";
import { runAgain } from "./pages/run-again.ts";
import { showSchema } from "./pages/schema.ts";
import { searchBookings } from "./pages/search-bookings.ts";
import { seeCause } from "./pages/see-cause.ts";
import { showPayload } from "./pages/show-payload.ts";
import { startImpact } from "./pages/start-impact.ts";
import { startJob } from "./pages/start-job.ts";
import { stopJob } from "./pages/stop-job.ts";
import { takeBackDecision } from "./pages/take-back.ts";
import { tryMappingPage } from "./pages/try-mapping.ts";
import { tryMappingLive } from "./pages/try-mapping-live.ts";

export type Handler = (deps: AdminDeps, request: PageRequest) => Promise<PageAnswer>;

export interface Route {
  readonly method: "get" | "post";
  /** Below `/admin`. */
  readonly path: string;
  readonly handler: Handler;
  /** `nothing`: it changes nothing and shows nothing of a person. */
  readonly audited: Audited | "nothing";
  /** Who may: what changes something, or shows what cannot be masked, is for operators. */
  readonly open: "everyone" | "operators";
}

const get = (path: string, handler: Handler, audited: Route["audited"] = "nothing"): Route => ({
  method: "get",
  path,
  handler,
  audited,
  open: "everyone",
});
const post = (path: string, handler: Handler, audited: Route["audited"]): Route => ({
  method: "post",
  path,
  handler,
  audited,
  open: "operators",
});
const forEveryone = (route: Route): Route => ({ ...route, open: "everyone" });
const forOperators = (route: Route): Route => ({ ...route, open: "operators" });

export const routes: readonly Route[] = [
  get("/", showOverview),
  post("/pause", pauseCrm, "pause"),
  post("/resume", resumeCrm, "resume"),
  post("/alerts/acknowledge", acknowledgeAlert, "acknowledge"),
  get("/bookings", showBookings),
  forEveryone(post("/bookings/search", searchBookings, "search")),
  get("/bookings/:purchaseId", showBooking),
  post("/bookings/:purchaseId/run-again", runAgain, "run_again"),
  post("/bookings/:purchaseId/payload", showPayload, "show_payload"),
  get("/failed", showFailed),
  post("/failed/retry", retryFailed, "retry"),
  post("/failed/dismiss", dismissFailed, "dismiss"),
  post("/failed/seen", seeCause, "seen"),
  get("/failed/:crm/:cause", showCause),
  get("/held", showHeldList),
  get("/held/:crm/:purchaseId", showHeld),
  post("/held/pick", pickRecord, "pick"),
  post("/held/decide", decideHeld, "decide"),
  post("/held/take-back", takeBackDecision, "take_back"),
  get("/mappings", showMappings, "try_mapping"),
  get("/mappings/history", showMappingHistory),
  get("/mappings/history/:version", showMappingVersion),
  get("/mappings/schema", showSchema),
  post("/mappings", tryMappingPage, "try_mapping"),
  post("/mappings/live", tryMappingLive, "try_mapping"),
  post("/mappings/download", downloadMapping, "nothing"),
  post("/mappings/impact", startImpact, "start_job"),
  get("/jobs", showJobs),
  get("/jobs/new", showNewJob),
  post("/jobs", startJob, "start_job"),
  get("/jobs/:job", showJob),
  post("/jobs/:job/stop", stopJob, "stop_job"),
  get("/reconciliation", showReconciliation),
  get("/drift", showDrift),
  get("/audit", showAudit),
  get("/quarantine", showQuarantine),
  forOperators(get("/quarantine/:deliveryId/download", downloadQuarantined, "download_quarantined")),
  post("/quarantine/read-again", readQuarantinedAgain, "read_quarantined_again"),
  post("/quarantine/discard", discardQuarantined, "discard_quarantined"),
];
