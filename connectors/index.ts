/** The CRMs this service can keep in step. A third one is one more line here. */
import type { ConnectorDefinition } from "./connector.ts";
import { hubspot } from "./hubspot/index.ts";
import { salesforce } from "./salesforce/index.ts";

export const connectors: readonly ConnectorDefinition[] = [salesforce, hubspot];
