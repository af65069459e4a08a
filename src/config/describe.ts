/** The configuration in force, fit to be shown to anybody: secrets are masked. */
import type { ConnectorDefinition, EnvironmentVariable } from "../../connectors/connector.ts";
import { namesIn } from "./crms.ts";
import { type EnvironmentRecord, setVariables, type VariablesSet } from "./environment.ts";
import { variables, variablesOf } from "./variables.ts";

export interface DescribedVariable {
  readonly name: string;
  readonly value: string;
  /** `ignored`: what is set there is only a placeholder from an example. */
  readonly origin: "set" | "default" | "unset" | "ignored";
}

const MASK = "‹secret›";

/** @param definitions the CRMs there are; variables of those that are not chosen are shown only where they are set */
export function describeConfig(
  env: EnvironmentRecord,
  definitions: readonly ConnectorDefinition[],
): readonly DescribedVariable[] {
  const set = setVariables(env);
  const chosen = namesIn(set);
  const own = variables.map((variable) => describe(variable, env, set));
  const theirs = definitions.flatMap((definition) =>
    variablesOf(definition)
      .filter(({ name }) => chosen.has(definition.crm) || set[name] !== undefined)
      .map((variable) => describe(variable, env, set)),
  );
  return [...own, ...theirs];
}

function describe(variable: EnvironmentVariable, env: EnvironmentRecord, set: VariablesSet): DescribedVariable {
  const { name } = variable;
  const given = set[name];
  if (given !== undefined) return { name, value: variable.secret ? MASK : withoutLogin(given), origin: "set" };
  const origin = (env[name] ?? "").trim() === "" ? "unset" : "ignored";
  if (variable.default !== undefined) return { name, value: variable.default, origin: "default" };
  return { name, value: "", origin };
}

/** A URL may carry a user name and password, whatever it is for. */
function withoutLogin(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/, `//${MASK}@`);
}
