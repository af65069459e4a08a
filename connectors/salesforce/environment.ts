/** The variables of the Salesforce connector: the one list of their names, defaults and meanings. */
import type { EnvironmentVariable } from "../connector.ts";
import { LANE } from "./batch-size.ts";

/** Winter '27. Below 52.0 the duplicate rule header is unknown; jsforce's own default is far older. */
export const API_VERSION = "68.0";

export const environment = [
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
  { name: "SALESFORCE_API_VERSION", description: "API version", default: API_VERSION },
  {
    name: "SALESFORCE_BATCH_SIZE",
    description: "Most records in one writing call; what the org's triggers take of it is found out",
    default: String(LANE.maxSize),
  },
] as const satisfies readonly EnvironmentVariable[];

export type SalesforceVariable = (typeof environment)[number]["name"];
