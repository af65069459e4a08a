/** Where BookingBug fetches a token, by its client's or its user's credentials (RFC 6749, sections 4.3 and 4.4). */
import { type ErrorRequestHandler, type Request, type Response, Router, text } from "express";
import type { Credentials, OAuthClient } from "../config/config.ts";
import { pairCheck } from "../http/basic-auth.ts";
import { sendProblem } from "../http/problem.ts";
import type { Attempt, Throttle } from "../http/throttle.ts";
import { type ClaimedClient, readTokenRequest, type TokenRequest } from "./request.ts";
import { type AccessTokens, TOKEN_SECONDS } from "./tokens.ts";

export interface TokenEndpointOptions {
  readonly client: OAuthClient;
  /** BookingBug's pairs for Basic, which the password grant takes as well. */
  readonly users: readonly Credentials[];
  readonly tokens: Pick<AccessTokens, "issue">;
  readonly throttle: Throttle;
  /** Told the address of each that was given none for want of the right credentials; must not throw or wait. */
  readonly onRefused: (address: string) => void;
  /** Told once of each wait that begins. */
  readonly onBlocked: (blocked: Attempt) => Promise<unknown>;
}

/** A name, a password, an id and a secret of a few hundred characters each. */
const MAX_BYTES = 8_192;

/** To be mounted where `/token` is to be. */
export function createTokenEndpoint(options: TokenEndpointOptions): Router {
  const isClient = pairCheck([{ username: options.client.id, password: options.client.secret }]);
  const isUser = pairCheck(options.users);
  const router = Router();
  router.use("/token", (_request, response, next) => {
    response.set({ "Cache-Control": "no-store", Pragma: "no-cache" });
    next();
  });
  router.post("/token", text({ type: () => true, limit: MAX_BYTES, inflate: false }), async (request, response) => {
    const body: unknown = request.body;
    const asked = readTokenRequest(request.headers.authorization, typeof body === "string" ? body : "");
    if (asked.kind === "unusable") return refuse(response, 400, asked.error, asked.why);
    await answer(options, claimsOf(asked, isClient, isUser), request, response);
  });
  router.all("/token", (_request, response) => {
    response.setHeader("Allow", "POST");
    sendProblem(response, { status: 405, title: "Method Not Allowed", detail: "Post to this URL to get a token." });
  });
  router.use("/token", unreadable);
  return router;
}

/** Somebody a request says it comes from. */
interface Claim {
  readonly name: string;
  readonly isTrue: boolean;
  readonly error: "invalid_client" | "invalid_grant";
}

type Check = (given: Credentials) => boolean;

/** Each is looked at, whatever came of the others. */
function claimsOf(asked: Exclude<TokenRequest, { kind: "unusable" }>, isClient: Check, isUser: Check): Claim[] {
  const clients = asked.client === undefined ? [] : [clientClaim(asked.client, isClient)];
  if (asked.kind === "client_credentials") return clients;
  const { username } = asked.user;
  return [...clients, { name: username, isTrue: isUser(asked.user), error: "invalid_grant" }];
}

function clientClaim({ id, spellings }: ClaimedClient, isClient: Check): Claim {
  return { name: id, isTrue: spellings.map(isClient).some(Boolean), error: "invalid_client" };
}

async function answer(
  { tokens, throttle, onRefused, onBlocked }: TokenEndpointOptions,
  claims: readonly Claim[],
  request: Request,
  response: Response,
): Promise<void> {
  const address = request.ip ?? "";
  const wrong = claims.find(({ isTrue }) => !isTrue);
  if (wrong !== undefined) {
    onRefused(address);
    const attempt = { address, username: wrong.name };
    const { seconds, begins } = await throttle.failed(attempt);
    if (begins) await onBlocked(attempt);
    return seconds > 0 ? tellToWait(response, seconds) : refuseCredentials(response, wrong.error);
  }
  // Nothing was guessed at, so nothing counts.
  if (claims.length === 0) {
    onRefused(address);
    return refuseCredentials(response, "invalid_client");
  }
  // Even with the right credentials: otherwise the answer would tell a guesser which were right.
  const waits = await Promise.all(claims.map(({ name }) => throttle.passed({ address, username: name })));
  const seconds = Math.max(...waits);
  if (seconds > 0) {
    onRefused(address);
    return tellToWait(response, seconds);
  }
  response.json({ access_token: await tokens.issue(), token_type: "Bearer", expires_in: TOKEN_SECONDS });
}

function refuseCredentials(response: Response, error: Claim["error"]): void {
  if (error === "invalid_grant") {
    refuse(response, 400, error, "The user name and password are not BookingBug's.");
  } else {
    response.setHeader("WWW-Authenticate", 'Basic realm="token", charset="UTF-8"');
    refuse(response, 401, error, "Send the configured client id and client secret.");
  }
}

function tellToWait(response: Response, seconds: number): void {
  response.setHeader("Retry-After", String(seconds));
  const minutes = Math.ceil(seconds / 60);
  refuse(response, 429, "temporarily_unavailable", `Too many failed attempts. Try again in ${minutes} minutes.`);
}

function refuse(response: Response, status: number, error: string, description: string): void {
  response.status(status).json({ error, error_description: description });
}

/** The reader's own words may quote the body. */
const unreadable: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
  if (response.headersSent || !(status >= 400 && status < 500)) return next(error);
  refuse(response, status, "invalid_request", `Send the parameters unpacked, in at most ${MAX_BYTES} bytes of UTF-8.`);
};
