/** An OpenID Connect provider: Authorization Code with PKCE, by `openid-client`, which is loaded once somebody signs in by it. */
import { createHash } from "node:crypto";
import type { ClientAuth, Configuration } from "openid-client";
import type { ProviderSettings } from "../config/config.ts";
import { type Claims, type Entered, enteredBy } from "./claims.ts";
import { ProviderError, type ProviderErrorKind } from "./provider-error.ts";
import type { Way } from "./ways.ts";

type Begun = Pick<Way, "state" | "nonce" | "verifier">;

export interface Provider {
  /** What people know it by. */
  readonly name: string;
  /** The claim that it gives roles in. */
  readonly roleClaim: string;
  /** Another one with any of the settings that give roles: sessions from before are over then. */
  readonly stamp: string;
  /**
   * @returns where the browser goes
   * @throws ProviderError
   */
  begin(): Promise<{ readonly url: URL; readonly begun: Begun }>;
  /**
   * @param search of the address that it sent the browser back to
   * @throws ProviderError
   */
  finish(search: string, begun: Begun): Promise<Entered>;
}

/** A page has to say within five seconds that it does not answer. */
const REQUEST_SECONDS = 4;
const DEADLINE_MS = 4_500;
/** Its description is asked for again with each sign-in, which tells whether it is there; but not with each click. */
const KNOWN_MS = 10_000;

type Client = typeof import("openid-client");

export function createProvider(settings: ProviderSettings, now: () => number = Date.now): Provider {
  const { issuer, client, callback, roleClaim, operators, viewers } = settings;
  let known: { readonly since: number; readonly found: Promise<Configuration> } | undefined;

  async function discovered(library: Client): Promise<Configuration> {
    if (known === undefined || now() - known.since > KNOWN_MS) {
      const found = discover(library, settings);
      known = { since: now(), found };
      found.catch(() => {
        known = undefined;
      });
    }
    return await known.found;
  }

  return {
    name: providerName(issuer),
    roleClaim,
    stamp: createHash("sha256")
      .update(JSON.stringify([issuer, client.id, roleClaim, operators, viewers]))
      .digest("base64url"),

    begin: () =>
      inTime(async () => {
        const library = await import("openid-client");
        const configuration = await discovered(library);
        const begun = {
          state: library.randomState(),
          nonce: library.randomNonce(),
          verifier: library.randomPKCECodeVerifier(),
        };
        const url = library.buildAuthorizationUrl(configuration, {
          redirect_uri: callback,
          scope: scopeOf(configuration, roleClaim),
          state: begun.state,
          nonce: begun.nonce,
          code_challenge: await library.calculatePKCECodeChallenge(begun.verifier),
          code_challenge_method: "S256",
        });
        return { url, begun };
      }),

    finish: (search, { state, nonce, verifier }) =>
      inTime(async () => {
        const library = await import("openid-client");
        const configuration = await discovered(library);
        const tokens = await library.authorizationCodeGrant(configuration, new URL(callback + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
        });
        const claims: Claims | undefined = tokens.claims();
        if (claims === undefined) throw new ProviderError("settings", "the provider sent no ID token");
        if (claims[roleClaim] !== undefined || configuration.serverMetadata().userinfo_endpoint === undefined) {
          return enteredBy(claims, settings);
        }
        // Some keep the ID token small and have the rest there.
        const more: Claims = await library.fetchUserInfo(configuration, tokens.access_token, String(claims.sub));
        return enteredBy({ ...more, ...claims }, settings);
      }),
  };
}

async function discover(library: Client, { issuer, client }: ProviderSettings): Promise<Configuration> {
  const { allowInsecureRequests, enableNonRepudiationChecks } = library;
  const isPlain = new URL(issuer).protocol === "http:";
  const bySecret: ClientAuth = (server, ...rest) => {
    // What is not said is Basic, by the standard.
    const methods = server.token_endpoint_auth_methods_supported ?? [];
    const how = methods.includes("client_secret_post") ? library.ClientSecretPost : library.ClientSecretBasic;
    how(client.secret)(server, ...rest);
  };
  return await library.discovery(new URL(issuer), client.id, undefined, bySecret, {
    timeout: REQUEST_SECONDS,
    // The ID token's signature is looked at too, although it comes from the provider itself.
    execute: isPlain ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
  });
}

/** Some give roles, such as Okta its groups, only where the scope of their name is asked for; others refuse what they do not know. */
function scopeOf(configuration: Configuration, roleClaim: string): string {
  const supported = configuration.serverMetadata().scopes_supported ?? [];
  const scopes = ["openid", "profile", "email"];
  return (supported.includes(roleClaim) ? [...new Set([...scopes, roleClaim])] : scopes).join(" ");
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)microsoftonline\.(com|us|cn)$/, "Microsoft"],
  [/^accounts\.google\.com$/, "Google"],
  [/\.okta(preview|-emea)?\.com$/, "Okta"],
];

function providerName(issuer: string): string {
  const { host } = new URL(issuer);
  return NAMES.find(([pattern]) => pattern.test(host))?.[1] ?? host;
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(new ProviderError("away", "the provider did not answer in time"));
    timer = setTimeout(refuse, DEADLINE_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw error instanceof ProviderError ? error : understood(error);
  } finally {
    clearTimeout(timer);
  }
}

const AWAY = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_JSON", "OAUTH_PARSE_ERROR"]);
/** What a provider answers to a client that is not set as it has it. */
const NOT_ITS_CLIENT = new Set(["invalid_client", "unauthorized_client", "invalid_scope", "invalid_request"]);

const ITS_FAULT = new Set(["server_error", "temporarily_unavailable"]);

/** @param error of `openid-client`, or of `fetch`, which has a `TypeError` for a server that is not there */
function understood(error: unknown): ProviderError {
  const { code, error: said, cause } = error as { code?: string; error?: string; cause?: unknown };
  const kind = ((): ProviderErrorKind => {
    if (said !== undefined && NOT_ITS_CLIENT.has(said)) return "settings";
    if (said !== undefined && ITS_FAULT.has(said)) return "away";
    if (code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR") return "denied";
    if (code === "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED") return "settings";
    if (code === "OAUTH_RESPONSE_IS_NOT_CONFORM") return isServersFault(cause) ? "away" : "settings";
    return code === undefined || AWAY.has(code) ? "away" : "stale";
  })();
  return new ProviderError(kind, [code, said, String(error)].filter(Boolean).join(" "), { cause: error });
}

function isServersFault(answer: unknown): boolean {
  return answer instanceof Response && (answer.status >= 500 || answer.status === 429);
}
