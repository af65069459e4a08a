/** What the Salesforce connector is told about its org, and how it signs in. */
import { z } from "zod";
import { batchSizeProblems, type VariableRecord, variableReader } from "../variables.ts";
import { LANE } from "./batch-size.ts";
import { chooseAuth, type SalesforceAuth } from "./choose-auth.ts";
import { API_VERSION, environment } from "./environment.ts";

export interface SalesforceSettings {
  readonly auth: SalesforceAuth;
  readonly apiVersion: string;
  /** Most records in one writing call. */
  readonly batchSize: number;
}

export const settingsSchema: z.ZodType<SalesforceSettings, VariableRecord> = z
  .record(z.string(), z.string().optional())
  .transform((record, context) => {
    const read = variableReader(environment, record);
    const { auth, problems } = chooseAuth(read);
    const apiVersion = read("SALESFORCE_API_VERSION");
    if (!/^\d{2,3}\.0$/.test(apiVersion)) problems.push(`SALESFORCE_API_VERSION: set a version such as ${API_VERSION}`);
    const batchSize = Number(read("SALESFORCE_BATCH_SIZE"));
    problems.push(...batchSizeProblems("SALESFORCE_BATCH_SIZE", batchSize, LANE.maxSize));
    for (const message of problems) context.issues.push({ code: "custom", message, input: undefined });
    return auth === undefined || problems.length > 0 ? z.NEVER : { auth, apiVersion, batchSize };
  });
