/**
 * Basic credentials go along with every request, whoever's page made the browser send it. So whatever changes something
 * must come from our own pages: the browser says where a request comes from, in headers that pages cannot set.
 */
import type { Request, RequestHandler } from "express";
import { sendProblem } from "../../http/problem.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export function sameOriginOnly(): RequestHandler {
  return (request, response, next) => {
    if (SAFE_METHODS.has(request.method) || isSameOrigin(request)) return next();
    const detail = "The request did not come from this dashboard's own pages. Open the dashboard and use its buttons.";
    sendProblem(response, { status: 403, title: "Forbidden", detail });
  };
}

/** Browsers send `Sec-Fetch-Site` over HTTPS and to this machine; `Origin` with everything but a look. */
function isSameOrigin(request: Request): boolean {
  const site = request.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = request.get("origin");
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host;
}
