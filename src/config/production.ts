import type { VariablesSet } from "./environment.ts";
import { jointSettings } from "./joint-settings.ts";
import { textOf } from "./read-settings.ts";

export function isProduction(set: VariablesSet): boolean {
  return textOf(jointSettings.nodeEnv, set)?.trim() === "production";
}
