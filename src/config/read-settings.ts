/** From the text of variables to the values of settings, or to what is wrong with them. */
import type { ConfigProblem } from "./config-error.ts";
import type { VariablesSet } from "./environment.ts";
import type { Setting, Settings, Values } from "./setting.ts";

export type Reading<Value> =
  | { readonly kind: "valid"; readonly value: Value }
  | { readonly kind: "invalid"; readonly problems: readonly ConfigProblem[] };

export function readSetting<Value>(setting: Setting<Value>, set: VariablesSet): Reading<Value> {
  const text = textOf(setting, set);
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return { kind: "valid", value: parsed.data };
  if (text === undefined) return { kind: "invalid", problems: [missing(setting)] };
  const problems = parsed.error.issues.map(({ message }) => ({ variable: setting.name, message }));
  return { kind: "invalid", problems };
}

export function readSettings<Declared extends Settings>(
  declared: Declared,
  set: VariablesSet,
): Reading<Values<Declared>> {
  const readings = Object.entries(declared).map(([field, setting]) => [field, readSetting(setting, set)] as const);
  const problems = readings.flatMap(([, reading]) => problemsOf(reading));
  if (problems.length > 0) return { kind: "invalid", problems };
  const values = readings.flatMap(([field, reading]) => (reading.kind === "valid" ? [[field, reading.value]] : []));
  // Each field was read as it is declared, which `fromEntries` cannot tell.
  return { kind: "valid", value: Object.fromEntries(values) as Values<Declared> };
}

export function problemsOf(reading: Reading<unknown>): readonly ConfigProblem[] {
  return reading.kind === "invalid" ? reading.problems : [];
}

/** @returns what is set, or else the default */
export function textOf(setting: Setting<unknown>, set: VariablesSet): string | undefined {
  return set[setting.name] ?? setting.default;
}

/** @returns the problem of a required variable that is unset, with what to set */
export function missing({ name, description }: Setting<unknown>): ConfigProblem {
  return { variable: name, message: `missing; set it. ${description}` };
}
