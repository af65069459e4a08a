/** In production credentials are taken over HTTPS only: a password must not cross a network in the clear. */
import { isIPv4 } from "node:net";
import type { Request, RequestHandler } from "express";
import { sendProblem } from "./problem.ts";

/** Headers by which a proxy says that it handed a request on. */
const PROXY_HEADERS = ["x-forwarded-proto", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"];

/**
 * Looks are led to HTTPS, anything else is refused. Whether a proxy's word on HTTPS counts is for Express' `trust
 * proxy`. A request from this machine that no proxy handed on is let in: nothing crosses a network.
 */
export function httpsOnly(production: boolean): RequestHandler {
  return (request, response, next) => {
    if (!production || request.secure || isLocal(request)) return next();
    if (request.method === "GET" || request.method === "HEAD") {
      response.redirect(308, `https://${request.host}${request.originalUrl}`);
      return;
    }
    const detail = "Use https:// here. Behind a proxy set TRUSTED_PROXIES, so that its word on HTTPS counts.";
    sendProblem(response, { status: 403, title: "HTTPS Required", detail });
  };
}

function isLocal(request: Request): boolean {
  if (PROXY_HEADERS.some((name) => request.headers[name] !== undefined)) return false;
  const address = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return address === "::1" || (isIPv4(address) && address.startsWith("127."));
}
