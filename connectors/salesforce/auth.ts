/** Signing in, by each way Salesforce offers for a server, through jsforce's OAuth2. */
import { createSign } from "node:crypto";
import type { OAuth2, TokenResponse } from "@jsforce/jsforce-node";
import { z } from "zod";
import type { ConnectorServices } from "../connector.ts";
import { CrmError, UnauthorisedError, UnavailableError } from "../errors.ts";
import type { TokenChain } from "../tokens.ts";
import type { SalesforceAuth } from "./choose-auth.ts";
import { type FaultContext, toCrmError } from "./errors.ts";
import { faultOf } from "./faults.ts";
import { renew } from "./refresh.ts";
import { loadJsforce, requestIdIn, type SalesforceExchange, transportFor } from "./transport.ts";

export interface Session {
  readonly instanceUrl: string;
  readonly accessToken: string;
}

/** @throws UnauthorisedError when Salesforce refuses, UnavailableError or RateLimitedError when it could not be asked */
export type SignIn = () => Promise<Session>;

type OAuth = Exclude<SalesforceAuth, { kind: "access_token" }>;

const JWT_LIFETIME_S = 180;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  instance_url: z.url(),
  refresh_token: z.string().min(1).optional(),
});

/** @param chain of the refresh token, where one is configured */
export function createSignIn(auth: SalesforceAuth, services: ConnectorServices, chain: TokenChain | undefined): SignIn {
  if (auth.kind === "access_token") {
    const { instanceUrl, accessToken } = auth;
    return async () => ({ instanceUrl, accessToken });
  }
  if (chain === undefined) return async () => (await askForToken(auth, services, "")).session;
  return () => renew(chain, (refreshToken) => askForToken(auth, services, refreshToken));
}

async function askForToken(
  auth: OAuth,
  services: ConnectorServices,
  refreshToken: string,
): Promise<{ session: Session; rotated: string | undefined }> {
  const exchange: SalesforceExchange = { status: "network" };
  const start = Date.now();
  try {
    const oauth2 = await oauth2For(auth, exchange, services);
    const answer = tokenAnswer.safeParse(await requestToken(auth, refreshToken, oauth2));
    if (!answer.success) throw new UnavailableError("Salesforce's token endpoint answered without a token.");
    const { access_token: accessToken, instance_url: instanceUrl, refresh_token: rotated } = answer.data;
    return { session: { accessToken, instanceUrl: instanceUrl.replace(/\/+$/, "") }, rotated };
  } catch (error) {
    throw error instanceof CrmError ? error : refusal(auth, exchange);
  } finally {
    const { status } = exchange;
    services.onCall({ operation: "token", object: undefined, records: 0, status, durationMs: Date.now() - start });
  }
}

async function oauth2For(
  auth: OAuth,
  exchange: SalesforceExchange,
  { requestTimeoutMs }: ConnectorServices,
): Promise<OAuth2> {
  const { OAuth2 } = await loadJsforce();
  const secret = "clientSecret" in auth ? auth.clientSecret : undefined;
  const oauth2 = new OAuth2({
    loginUrl: auth.loginUrl,
    clientId: auth.clientId,
    ...(secret !== undefined && { clientSecret: secret }),
  });
  oauth2._transport = await transportFor(exchange, requestTimeoutMs);
  return oauth2;
}

async function requestToken(auth: OAuth, refreshToken: string, oauth2: OAuth2): Promise<TokenResponse> {
  switch (auth.kind) {
    case "client_credentials":
      return await oauth2.requestToken({ grant_type: "client_credentials" });
    case "jwt_bearer":
      return await oauth2.requestToken({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: assertionFor(auth),
      });
    case "refresh_token":
      return await oauth2.refreshToken(refreshToken);
  }
}

/** An outage or a limit passes; any other refusal is a matter of credentials. */
function refusal(auth: OAuth, { response }: SalesforceExchange): CrmError {
  if (response === undefined) return new UnavailableError("Salesforce's token endpoint could not be asked.");
  const { statusCode: status, headers, body } = response;
  const fault = faultOf(body, status);
  const requestId = requestIdIn(response);
  const context: FaultContext = {
    status,
    requestId,
    retryAfter: headers["retry-after"],
    ...("username" in auth && { values: { SALESFORCE_USERNAME: auth.username } }),
  };
  const error = toCrmError(fault, context);
  if (error.kind === "unavailable" || error.kind === "rate_limited") return error;
  const reason = fault.message === "" ? fault.code : `${fault.code}, ${error.message}`;
  return new UnauthorisedError(`Salesforce refuses to sign us in: ${reason}`, { code: fault.code, status, requestId });
}

/** RFC 7523; Salesforce wants RS256, and the login URL as audience. jsforce does not sign. */
function assertionFor(auth: Extract<OAuth, { kind: "jwt_bearer" }>): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + JWT_LIFETIME_S;
  const claims = { iss: auth.clientId, sub: auth.username, aud: auth.loginUrl, exp };
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(auth.privateKey).toString("base64url")}`;
}
