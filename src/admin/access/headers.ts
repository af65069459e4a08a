/** What a browser is told about our pages: load nothing from elsewhere, run nothing inline, keep nothing. */
import { randomBytes } from "node:crypto";
import type { RequestHandler } from "express";
import helmet, { type HelmetOptions } from "helmet";

type PolicyOptions = Exclude<NonNullable<HelmetOptions["contentSecurityPolicy"]>, boolean>;
type Directives = NonNullable<PolicyOptions["directives"]>;

const POLICY: Directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The editor puts its style sheet into the page itself; `response.locals.styleNonce` lets it. */
export function pageHeaders(): RequestHandler[] {
  const nonceOf = (response: object): string => (response as { locals: { styleNonce: string } }).locals.styleNonce;
  return [
    (_request, response, next) => {
      response.locals.styleNonce = randomBytes(16).toString("base64url");
      response.setHeader("Cache-Control", "no-store");
      next();
    },
    secureHeaders({ ...POLICY, styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response)}'`] }),
  ];
}

/** bull-board's page styles some of its parts inline, and names its own address in a `<base>`. */
export function boardHeaders(): RequestHandler {
  return secureHeaders({ ...POLICY, styleSrc: ["'self'", "'unsafe-inline'"], baseUri: ["'self'"] });
}

function secureHeaders(directives: Directives): RequestHandler {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    referrerPolicy: { policy: "same-origin" },
    // What else lives under the host's name is not ours to decide.
    strictTransportSecurity: { includeSubDomains: false },
  });
}
