/** What the Salesforce connector is told about its org, and how it signs in. */
import { z } from "zod";
import type { EnvironmentVariable } from "../connector.ts";

/** Winter '27. Below 52.0 the duplicate rule header is unknown; jsforce's own default is far older. */
export const API_VERSION = "68.0";

export type SalesforceAuth =
  | {
      readonly kind: "client_credentials";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: "jwt_bearer";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly username: string;
      /** PEM. */
      readonly privateKey: string;
    }
  | {
      readonly kind: "refresh_token";
      readonly loginUrl: string;
      readonly clientId: string;
      readonly clientSecret: string | undefined;
      readonly refreshToken: string;
    }
  | { readonly kind: "access_token"; readonly instanceUrl: string; readonly accessToken: string };

export interface SalesforceSettings {
  readonly auth: SalesforceAuth;
  readonly apiVersion: string;
}

export const environment: readonly EnvironmentVariable[] = [
  { name: "SALESFORCE_LOGIN_URL", description: "The org's My Domain URL, e.g. https://acme.my.salesforce.com" },
  { name: "SALESFORCE_CLIENT_ID", description: "Consumer key of the External Client App", secret: true },
  {
    name: "SALESFORCE_CLIENT_SECRET",
    description: "Its consumer secret, for client credentials or a refresh token",
    secret: true,
  },
  { name: "SALESFORCE_USERNAME", description: "The integration user, for JWT bearer" },
  {
    name: "SALESFORCE_PRIVATE_KEY",
    description: "The app's private key in PEM (\\n for line ends), for JWT bearer",
    secret: true,
  },
  { name: "SALESFORCE_REFRESH_TOKEN", description: "A refresh token, instead of the two ways above", secret: true },
  { name: "SALESFORCE_INSTANCE_URL", description: "For a trial with an access token: the org's URL" },
  { name: "SALESFORCE_ACCESS_TOKEN", description: "For a trial: an access token; it cannot be renewed", secret: true },
  { name: "SALESFORCE_API_VERSION", description: `API version, ${API_VERSION} when unset` },
];

const WAYS =
  "set SALESFORCE_LOGIN_URL and one of: SALESFORCE_CLIENT_ID with SALESFORCE_CLIENT_SECRET (client credentials); " +
  "SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY (JWT bearer); SALESFORCE_REFRESH_TOKEN with " +
  "SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET; or, for a trial, SALESFORCE_INSTANCE_URL with SALESFORCE_ACCESS_TOKEN";

export const settingsSchema: z.ZodType<SalesforceSettings, Readonly<Record<string, string | undefined>>> = z
  .record(z.string(), z.string().optional())
  .transform((env, context) => {
    const auth = chooseAuth(env);
    const apiVersion = env.SALESFORCE_API_VERSION || API_VERSION;
    const problems = typeof auth === "string" ? [auth] : urlProblems(auth);
    if (!/^\d{2,3}\.0$/.test(apiVersion)) problems.push(`SALESFORCE_API_VERSION: set a version such as ${API_VERSION}`);
    for (const message of problems) context.issues.push({ code: "custom", message, input: undefined });
    return typeof auth === "string" || problems.length > 0 ? z.NEVER : { auth, apiVersion };
  });

/** @returns the way to sign in, or the sentence saying what is missing */
function chooseAuth(env: Readonly<Record<string, string | undefined>>): SalesforceAuth | string {
  const loginUrl = (env.SALESFORCE_LOGIN_URL || "").replace(/\/+$/, "");
  const clientId = env.SALESFORCE_CLIENT_ID;
  const clientSecret = env.SALESFORCE_CLIENT_SECRET || undefined;
  const instanceUrl = (env.SALESFORCE_INSTANCE_URL || "").replace(/\/+$/, "");
  if (instanceUrl && env.SALESFORCE_ACCESS_TOKEN) {
    return { kind: "access_token", instanceUrl, accessToken: env.SALESFORCE_ACCESS_TOKEN };
  }
  if (!loginUrl || !clientId) return `Salesforce: no complete way to sign in; ${WAYS}`;
  if (env.SALESFORCE_REFRESH_TOKEN) {
    return { kind: "refresh_token", loginUrl, clientId, clientSecret, refreshToken: env.SALESFORCE_REFRESH_TOKEN };
  }
  if (env.SALESFORCE_USERNAME && env.SALESFORCE_PRIVATE_KEY) {
    const privateKey = env.SALESFORCE_PRIVATE_KEY.replace(/\\n/g, "\n");
    return { kind: "jwt_bearer", loginUrl, clientId, username: env.SALESFORCE_USERNAME, privateKey };
  }
  if (clientSecret !== undefined) return { kind: "client_credentials", loginUrl, clientId, clientSecret };
  return `Salesforce: no complete way to sign in; ${WAYS}`;
}

function urlProblems(auth: SalesforceAuth): string[] {
  const [name, url] =
    auth.kind === "access_token"
      ? ["SALESFORCE_INSTANCE_URL", auth.instanceUrl]
      : ["SALESFORCE_LOGIN_URL", auth.loginUrl];
  return URL.canParse(url) && /^https?:/.test(url) ? [] : [`${name}: set a URL such as https://acme.my.salesforce.com`];
}
