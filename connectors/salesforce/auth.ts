/** Signing in, by each way Salesforce offers for a server, through jsforce's OAuth2. */
import { createSign } from "node:crypto";
import { OAuth2, type TokenResponse } from "jsforce";
import { CrmError, UnauthorisedError, UnavailableError } from "../errors.ts";
import { type FaultContext, faultsOf, toCrmError } from "./errors.ts";
import type { SalesforceAuth } from "./settings.ts";
import { type Exchange, transportFor } from "./transport.ts";

export interface Session {
  readonly instanceUrl: string;
  readonly accessToken: string;
}

export interface Authenticator {
  /** @throws UnauthorisedError when Salesforce refuses, UnavailableError when it could not be asked */
  signIn(): Promise<Session>;
}

const JWT_LIFETIME_S = 180;

export function createAuthenticator(auth: SalesforceAuth, timeoutMs: number): Authenticator {
  if (auth.kind === "access_token") {
    const { instanceUrl, accessToken } = auth;
    return { signIn: async () => ({ instanceUrl, accessToken }) };
  }
  // Salesforce may rotate a refresh token with every use; the old one is worthless then.
  let refreshToken = auth.kind === "refresh_token" ? auth.refreshToken : "";

  function requestToken(oauth2: OAuth2): Promise<TokenResponse> {
    switch (auth.kind) {
      case "client_credentials":
        return oauth2.requestToken({ grant_type: "client_credentials" });
      case "jwt_bearer":
        return oauth2.requestToken({
          grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
          assertion: assertion(auth),
        });
      case "refresh_token":
        return oauth2.refreshToken(refreshToken);
      case "access_token":
        throw new UnauthorisedError("An access token cannot be renewed.");
    }
  }

  return {
    async signIn() {
      const exchange: Exchange = {};
      const oauth2 = new OAuth2({
        loginUrl: auth.loginUrl,
        clientId: auth.clientId,
        ...("clientSecret" in auth && auth.clientSecret !== undefined && { clientSecret: auth.clientSecret }),
      });
      oauth2._transport = transportFor(exchange, timeoutMs);
      let token: TokenResponse;
      try {
        token = await requestToken(oauth2);
      } catch (error) {
        throw tokenError(error, exchange);
      }
      if (typeof token?.access_token !== "string" || typeof token.instance_url !== "string") {
        throw new UnavailableError("Salesforce's token endpoint answered without a token.");
      }
      if (auth.kind === "refresh_token" && token.refresh_token) refreshToken = token.refresh_token;
      return { instanceUrl: token.instance_url.replace(/\/+$/, ""), accessToken: token.access_token };
    },
  };
}

/** A refusal is a matter of credentials; anything else may pass. */
function tokenError(error: unknown, exchange: Exchange): CrmError {
  if (error instanceof CrmError) return error;
  const { response } = exchange;
  if (response === undefined)
    return new UnavailableError("Salesforce's token endpoint could not be reached.", { cause: error });
  const status = response.statusCode;
  const [fault = { code: `HTTP_${status}`, message: "", fields: [] }] = faultsOf(parse(response.body), status);
  const context: FaultContext = { status, retryAfter: response.headers?.["retry-after"] };
  if (status === 429 || status >= 500) return toCrmError(fault, context);
  return new UnauthorisedError(`Salesforce refuses to sign us in: ${fault.message || fault.code}.`, {
    code: fault.code,
    status,
  });
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

/** RFC 7523; Salesforce wants RS256, and the login URL as audience. jsforce does not sign. */
function assertion(auth: Extract<SalesforceAuth, { kind: "jwt_bearer" }>): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + JWT_LIFETIME_S;
  const claims = { iss: auth.clientId, sub: auth.username, aud: auth.loginUrl, exp };
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  try {
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(auth.privateKey).toString("base64url")}`;
  } catch {
    throw new UnauthorisedError("SALESFORCE_PRIVATE_KEY is not a usable PEM private key.");
  }
}
