/** What the HubSpot connector is told about its account. */
import { z } from "zod";
import type { EnvironmentVariable } from "../connector.ts";

/** HubSpot's dated API version; the v3 and v4 paths that the SDK's typed methods call lose support during 2027. */
const API_VERSION = "2026-09";
const BASE_URL = "https://api.hubapi.com";

export interface HubspotSettings {
  readonly accessToken: string;
  readonly baseUrl: string;
  /** A date such as `2026-09`, or `v3` for the legacy paths. */
  readonly apiVersion: string;
  readonly portalId: string | undefined;
}

export const environment: readonly EnvironmentVariable[] = [
  { name: "HUBSPOT_ACCESS_TOKEN", description: "Access token of a private app, or a service key", secret: true },
  { name: "HUBSPOT_BASE_URL", description: `Where the API is, ${BASE_URL} when unset` },
  { name: "HUBSPOT_API_VERSION", description: `Dated API version, ${API_VERSION} when unset; v3 for the legacy paths` },
  { name: "HUBSPOT_PORTAL_ID", description: "The account's id (Hub ID), for links to records" },
];

export const settingsSchema: z.ZodType<HubspotSettings, Readonly<Record<string, string | undefined>>> = z
  .record(z.string(), z.string().optional())
  .transform((env, context) => {
    const baseUrl = (env.HUBSPOT_BASE_URL || BASE_URL).replace(/\/+$/, "");
    const apiVersion = env.HUBSPOT_API_VERSION || API_VERSION;
    const accessToken = env.HUBSPOT_ACCESS_TOKEN ?? "";
    const problems: string[] = [];
    if (accessToken === "") {
      problems.push("HUBSPOT_ACCESS_TOKEN: set the access token of a HubSpot private app, or a service key");
    }
    if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) {
      problems.push(`HUBSPOT_BASE_URL: set a URL such as ${BASE_URL}, or leave it unset`);
    }
    if (!/^(\d{4}-\d{2}|v3)$/.test(apiVersion)) {
      problems.push(`HUBSPOT_API_VERSION: set a dated version such as ${API_VERSION}, or v3`);
    }
    for (const message of problems) context.issues.push({ code: "custom", message, input: undefined });
    return problems.length > 0
      ? z.NEVER
      : { accessToken, baseUrl, apiVersion, portalId: env.HUBSPOT_PORTAL_ID || undefined };
  });
