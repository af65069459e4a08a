/** Every environment variable that somebody may set, as the settings declare them. */
import type { ConnectorDefinition, EnvironmentVariable } from "../../connectors/connector.ts";
import { apiSettings } from "./bookingbug-api.ts";
import { chosenCrms, dailyReserve } from "./crm-settings.ts";
import { jointSettings } from "./joint-settings.ts";
import type { Setting } from "./setting.ts";
import { settings } from "./settings.ts";

const all: readonly Setting<unknown>[] = [
  ...Object.values(jointSettings),
  chosenCrms,
  ...Object.values(settings),
  ...Object.values(apiSettings),
];

/** Of the service itself, whatever the CRM. */
export const variables = all.filter(({ setBy }) => setBy !== "platform");

/** Of one CRM: what its connector lists, and what every CRM has. */
export function variablesOf({ crm, environment }: ConnectorDefinition): readonly EnvironmentVariable[] {
  return [...environment, dailyReserve(crm)];
}
