/** What the Salesforce connector is told about its org, and how it signs in. */
import { z } from "zod";
import type { EnvironmentVariable } from "../connector.ts";
import { chooseAuth, type Environment, type SalesforceAuth } from "./choose-auth.ts";

/** Winter '27. Below 52.0 the duplicate rule header is unknown; jsforce's own default is far older. */
const API_VERSION = "68.0";

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

export const settingsSchema: z.ZodType<SalesforceSettings, Environment> = z
  .record(z.string(), z.string().optional())
  .transform((environment, context) => {
    const { auth, problems } = chooseAuth(environment);
    const apiVersion = environment.SALESFORCE_API_VERSION?.trim() || API_VERSION;
    if (!/^\d{2,3}\.0$/.test(apiVersion)) problems.push(`SALESFORCE_API_VERSION: set a version such as ${API_VERSION}`);
    for (const message of problems) context.issues.push({ code: "custom", message, input: undefined });
    return auth === undefined || problems.length > 0 ? z.NEVER : { auth, apiVersion };
  });
