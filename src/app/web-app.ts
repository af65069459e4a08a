/** The web process' HTTP application: the receiver, the health checks and the dashboard. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import type { ConnectorLog } from "../../connectors/connector.ts";
import type { Credentials } from "../config/config.ts";
import { readablePaths } from "../http/broken-path.ts";
import { type Checks, createHealth } from "../http/health.ts";
import { httpsOnly } from "../http/https-only.ts";
import { sendProblem } from "../http/problem.ts";
import { answerInTime } from "../http/server.ts";
import type { AskQueue } from "../inbox/ask-queue.ts";
import type { Enqueuer } from "../inbox/enqueuer.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Quarantine } from "../inbox/quarantine.ts";
import type { Suppression } from "../inbox/suppression.ts";
import { type Astray, tellAstray } from "../receiver/astray.ts";
import { authenticateSender, senderCheck, type TokenCheck } from "../receiver/authentication.ts";
import type { Receipt } from "../receiver/receive.ts";
import { createReceiver } from "../receiver/router.ts";

export interface WebAppOptions {
  /** Whether credentials are taken over HTTPS only. */
  readonly production: boolean;
  readonly bookingbug: readonly Credentials[];
  /** Where BookingBug may post with tokens: what gives them out under `/oauth`, and what knows them again. */
  readonly oauth?: { readonly endpoint: RequestHandler; readonly tokens: TokenCheck } | undefined;
  /** Answers everything under `/admin`, behind the admin's credentials. */
  readonly admin: RequestHandler;
  readonly maxBodyBytes: number;
  /** Proxies in front of us whose word on the client's address and on HTTPS is believed. */
  readonly trustedProxies: number;
  readonly inbox: Inbox;
  readonly quarantine: Quarantine;
  readonly enqueuer: Enqueuer;
  readonly suppression: Pick<Suppression, "wanted">;
  /** Absent where BookingBug cannot be asked. */
  readonly askQueue?: Pick<AskQueue, "ask"> | undefined;
  readonly checks: Checks;
  /** Milliseconds for an answer to begin, where it is not a notification's. */
  readonly answerMs?: number;
  /** Whether the process is too slow to take notifications in; by its own clock when absent. */
  readonly isBusy?: () => boolean;
  /** Told of each answer that BookingBug got. */
  readonly onReceipt?: (receipt: Receipt) => void;
  /** Told the address of each that posted a notification without BookingBug's credentials. */
  readonly onRefused?: (address: string) => void;
  /** Notes what BookingBug posted to an address that is none of ours. */
  readonly noteAstray?: (astray: Astray) => Promise<void>;
  /** Told of each of those; must not throw or wait. */
  readonly onAstray?: () => void;
  /** Told the path of each notification whose body broke off. */
  readonly onBrokenOff?: (path: string) => void;
  /** Answers `GET /metrics`, behind the admin's credentials. */
  readonly metrics?: readonly RequestHandler[];
  readonly log: ConnectorLog;
}

export function createWebApp(options: WebAppOptions): Express {
  const { inbox, quarantine, enqueuer, suppression, askQueue, log, maxBodyBytes } = options;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", options.trustedProxies);
  app.use(readablePaths());
  app.use(["/notifications", "/metrics", "/admin"], httpsOnly(options.production));
  const authenticate = authenticateSender(options.bookingbug, options.onRefused ?? (() => {}), options.oauth?.tokens);
  const { onReceipt = () => {}, onBrokenOff = () => {}, isBusy } = options;
  const told = { onReceipt, onBrokenOff };
  const receiver = { authenticate, inbox, quarantine, enqueuer, suppression, askQueue, log, maxBodyBytes, ...told };
  app.use(createReceiver({ ...receiver, ...(isBusy && { isBusy }) }));
  // The receiver has bounds of its own, and a timer for each notification would cost it something.
  app.use(answerInTime(options.answerMs));
  app.use(createHealth(options.checks));
  if (options.metrics !== undefined) app.use("/metrics", ...options.metrics);
  if (options.oauth !== undefined) app.use("/oauth", httpsOnly(options.production), options.oauth.endpoint);
  app.use("/admin", options.admin);
  const isSender = senderCheck(options.bookingbug, options.oauth?.tokens);
  const { noteAstray: note = async () => {}, onAstray: onEach = () => {} } = options;
  app.use(tellAstray({ isSender, note, onEach, log }));
  app.use((_request, response) => {
    const detail =
      "Notifications go to /notifications/bookings, /notifications/updates and /notifications/cancellations.";
    sendProblem(response, { status: 404, title: "Not Found", detail });
  });
  app.use(handleErrors(log));
  return app;
}

function handleErrors(log: ConnectorLog): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    log.error({ error: error instanceof Error ? error.message : "unknown" }, "request failed");
    sendProblem(response, { status: 500, title: "Internal Server Error", detail: "Look into the service's log." });
  };
}
