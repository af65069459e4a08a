/** The settings about CRMs: which are chosen, and what each has whatever its connector asks for. */
import { names, whole } from "./parsers.ts";
import { type Setting, setting } from "./setting.ts";

export const chosenCrms = setting("CRM", names, { description: "Which CRMs to keep in step, separated by commas" });

export function dailyReserve(crm: string): Setting<number> {
  return setting(`${crm.toUpperCase()}_DAILY_RESERVE`, whole(0, 100_000_000), {
    description: "Calls of the daily allocation that are left to your other integrations",
    default: "0",
  });
}
