/** The external id of a section: what is written around an id is no id by itself. */
import { type Compilation, compileText } from "./compile-text.ts";
import { isBlank } from "./filters/text.ts";
import type { Expression } from "./mapping.ts";
import { tellingPaths } from "./section-checks.ts";
import type { SectionFile } from "./section-schema.ts";
import type { Path } from "./yaml-source.ts";

/** `BB-{{ client.id }}` is blank where the id is: else all who come without one would be one record. */
export function compileIdentity(compilation: Compilation, { per }: SectionFile, text: string, path: Path): Expression {
  const compiled = compileText(compilation, text, path, per === "booking" || per === "attendee");
  const telling = tellingPaths(compilation, per, text).map((one) => one.split("."));
  if (telling.length === 0) return compiled;
  const evaluate: Expression["evaluate"] = (variables) =>
    telling.every((names) => isBlank(valueAt(variables, names))) ? undefined : compiled.evaluate(variables);
  return { ...compiled, evaluate };
}

function valueAt(variables: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => (isObject(value) ? Reflect.get(value, name) : undefined), variables);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
