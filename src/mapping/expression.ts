/**
 * Liquid, tamed: a value of a mapping file compiled once, evaluated per booking. No files, no includes, bounded work.
 */
import { Context, Liquid, type Template, toValueSync, Value } from "liquidjs";
import { type FilterSettings, registerFilters } from "./filters/index.ts";

/** The variables a mapping may name. */
export const ROOTS = ["purchase", "client", "member", "company", "booking", "change", "answers"] as const;

/** Tags that read other templates; there are none to read. */
const FORBIDDEN_TAGS = ["include", "render", "layout", "block"];
const LIMITS = { parseLimit: 20_000, renderLimit: 200, memoryLimit: 1_000_000 };

export type Compiled = (variables: object) => unknown;

export interface Compiler {
  /**
   * A text with `{{ }}` or `{% %}` is a template and gives text; any other is an expression and keeps its value's type.
   * @throws Error saying what is wrong with the text
   */
  compile(text: string): Compiled;
  /** The variables the text names at its root, e.g. `client`. */
  roots(text: string): readonly string[];
}

export function createCompiler(settings: FilterSettings): Compiler {
  const liquid = new Liquid({ ownPropertyOnly: true, strictFilters: true, ...LIMITS, timezoneOffset: 0 });
  registerFilters(liquid, settings);
  for (const tag of FORBIDDEN_TAGS) delete liquid.tags[tag];

  return {
    compile: (text) => (isTemplate(text) ? compileTemplate(liquid, text) : compileValue(liquid, text)),
    roots: (text) => liquid.globalVariablesSync(isTemplate(text) ? text : `{{ ${text} }}`),
  };
}

export function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

function compileTemplate(liquid: Liquid, text: string): Compiled {
  const templates: Template[] = liquid.parse(text);
  return (variables) => liquid.renderSync(templates, variables, LIMITS);
}

function compileValue(liquid: Liquid, text: string): Compiled {
  // Parsing it as an output first makes Liquid complain about what follows a complete expression.
  liquid.parse(`{{ ${text} }}`);
  const value = new Value(text, liquid);
  return (variables) => {
    const context = new Context(variables, liquid.options, { ...LIMITS, sync: true });
    return toValueSync(value.value(context, true));
  };
}
