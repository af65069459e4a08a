/** What the HubSpot connector is told about its account. */
import { z } from "zod";
import type { EnvironmentVariable } from "../connector.ts";
import { batchSizeProblems, type VariableRecord, variableReader } from "../variables.ts";
import { LANE } from "./batch-size.ts";

/** HubSpot's dated API version; the v3 and v4 paths that the SDK's typed methods call lose support during 2027. */
const API_VERSION = "2026-09";
const BASE_URL = "https://api.hubapi.com";

export interface HubspotSettings {
  readonly accessToken: string;
  readonly baseUrl: string;
  /** A date such as `2026-09`, or `v3` for the legacy paths. */
  readonly apiVersion: string;
  readonly portalId: string | undefined;
  /** Undefined: what apps wrote may be ours. */
  readonly appId: string | undefined;
  /** Most records in one writing call. */
  readonly batchSize: number;
}

export const environment = [
  { name: "HUBSPOT_ACCESS_TOKEN", description: "Access token of a private app, or a service key", secret: true },
  { name: "HUBSPOT_BASE_URL", description: "Where the API is", default: BASE_URL },
  { name: "HUBSPOT_API_VERSION", description: "Dated API version, or v3 for the legacy paths", default: API_VERSION },
  { name: "HUBSPOT_BATCH_SIZE", description: "Most records in one writing call", default: String(LANE.maxSize) },
  { name: "HUBSPOT_PORTAL_ID", description: "The account's id (Hub ID), for links to records" },
  { name: "HUBSPOT_APP_ID", description: "Our private app's id: tells what we wrote from what other apps did" },
] as const satisfies readonly EnvironmentVariable[];

type Name = (typeof environment)[number]["name"];

export const settingsSchema: z.ZodType<HubspotSettings, VariableRecord> = z
  .record(z.string(), z.string().optional())
  .transform((record, context) => {
    const read = variableReader(environment, record);
    const settings: HubspotSettings = {
      accessToken: read("HUBSPOT_ACCESS_TOKEN"),
      baseUrl: read("HUBSPOT_BASE_URL").replace(/\/+$/, ""),
      apiVersion: read("HUBSPOT_API_VERSION"),
      portalId: read("HUBSPOT_PORTAL_ID") || undefined,
      appId: read("HUBSPOT_APP_ID") || undefined,
      batchSize: Number(read("HUBSPOT_BATCH_SIZE")),
    };
    const problems = problemsOf(settings);
    for (const message of problems) context.issues.push({ code: "custom", message, input: undefined });
    return problems.length > 0 ? z.NEVER : settings;
  });

function problemsOf({ accessToken, baseUrl, apiVersion, batchSize }: HubspotSettings): `${Name}: ${string}`[] {
  const problems: `${Name}: ${string}`[] = [];
  if (accessToken === "") {
    problems.push("HUBSPOT_ACCESS_TOKEN: set the access token of a HubSpot private app, or a service key");
  }
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
    problems.push(`HUBSPOT_BASE_URL: set a URL such as ${BASE_URL}, or leave it unset`);
  }
  if (!/^(\d{4}-\d{2}|v3)$/.test(apiVersion)) {
    problems.push(`HUBSPOT_API_VERSION: set a dated version such as ${API_VERSION}, or v3`);
  }
  return [...problems, ...batchSizeProblems("HUBSPOT_BATCH_SIZE", batchSize, LANE.maxSize)];
}
