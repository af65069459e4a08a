/** Every CRM this service can write to. A third one is one more line. */
import type { ConnectorDefinition } from "./connector.ts";
import { hubspot } from "./hubspot/index.ts";
import { salesforce } from "./salesforce/index.ts";

export const connectors: readonly ConnectorDefinition[] = [salesforce, hubspot] as readonly ConnectorDefinition[];
