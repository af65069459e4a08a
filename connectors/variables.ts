/** Reads a connector's variables by the names that it lists, and by no others. */
import type { EnvironmentVariable } from "./connector.ts";

export type VariableRecord = Readonly<Record<string, string | undefined>>;

/** @param most that the CRM documents for one call. @returns what is wrong with the size, named after its variable */
export function batchSizeProblems<Name extends string>(name: Name, size: number, most: number): `${Name}: ${string}`[] {
  const isGood = Number.isInteger(size) && size >= 1 && size <= most;
  return isGood ? [] : [`${name}: set a whole number from 1 to ${most}`];
}

/** @returns what reads one: its text, its default where it is unset or blank, or else "" */
export function variableReader<Name extends string>(
  list: readonly (EnvironmentVariable & { readonly name: Name })[],
  environment: VariableRecord,
): (name: Name) => string {
  const defaults = new Map<Name, string>(list.map((variable) => [variable.name, variable.default ?? ""]));
  return (name) => environment[name]?.trim() || (defaults.get(name) ?? "");
}
