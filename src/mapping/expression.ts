/**
 * Liquid, tamed: a value of a mapping file compiled once, evaluated per booking. No files, no includes, bounded work.
 */
import { CaptureTag, Context, Liquid, type Template, toValueSync, Value } from "liquidjs";
import { operators } from "./equality.ts";
import { mistakesIn } from "./filter-uses.ts";
import { type FilterSettings, registerFilters } from "./filters/index.ts";
import { textOf } from "./filters/text.ts";
import { factsOfExpression, factsOfTemplate, type ValueFacts } from "./value-facts.ts";

/** The variables a mapping may name. */
export const ROOTS = ["purchase", "client", "member", "company", "booking", "attendee", "change", "answers"] as const;

/** Tags that read other templates; there are none to read. */
const FORBIDDEN_TAGS = ["include", "render", "layout", "block"];

/** The same booking must give the same values. */
const RANDOM_FILTERS = ["sample"];

/** Characters of one expression. */
export const MAX_EXPRESSION = 20_000;
/** Characters that one evaluation may produce on its way; far more than any CRM's field holds. */
const MAX_CHARACTERS = 250_000;
/** Milliseconds. The work itself is bounded by what it may produce; this is for loops that produce nothing. */
const MAX_MS = 1_000;
const LIMITS = { parseLimit: MAX_EXPRESSION, renderLimit: MAX_MS, memoryLimit: MAX_CHARACTERS };

export type Compiled = (variables: object) => unknown;

export interface Compiler {
  /**
   * A text with `{{ }}` or `{% %}` is a template and gives text; any other is an expression and keeps its value's type.
   * @throws Error saying what is wrong with the text
   */
  compile(text: string): Compiled;
  /** What can be said of the value beforehand. @throws Error as `compile` */
  facts(text: string): ValueFacts;
  /** What compiles, and cannot be what was meant. @throws Error as `compile` */
  mistakes(text: string): readonly string[];
  /** The variables the text names at its root, e.g. `client`. */
  roots(text: string): readonly string[];
  /** The paths it reads, e.g. `["client", "first_name"]`; what is computed or numbered ends a path. */
  paths(text: string): readonly (readonly string[])[];
  /** Names of the filters that may be used. */
  readonly filters: readonly string[];
  /** Names of the file's tables. */
  readonly tables: readonly string[];
}

export function createCompiler(settings: FilterSettings): Compiler {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    ...LIMITS,
    timezoneOffset: 0,
    operators,
    outputEscape,
  });
  registerFilters(liquid, settings);
  for (const tag of FORBIDDEN_TAGS) delete liquid.tags[tag];
  for (const filter of RANDOM_FILTERS) delete liquid.filters[filter];
  liquid.registerTag("capture", MeteredCapture);

  return {
    filters: Object.keys(liquid.filters),
    tables: Object.keys(settings.tables),
    compile: (text) => (isTemplate(text) ? compileTemplate(liquid, text) : compileValue(liquid, text)),
    facts: (text) =>
      isTemplate(text) ? factsOfTemplate(liquid.parse(text)) : factsOfExpression(liquid, text, settings.tables),
    mistakes: (text) => mistakesIn(liquid, text, isTemplate(text), settings.tables),
    paths: (text) =>
      liquid
        .globalVariableSegmentsSync(isTemplate(text) ? text : `{{ ${text} }}`)
        .map((segments) => segments.slice(0, 2).filter((segment) => typeof segment === "string")),
    roots: (text) => liquid.globalVariablesSync(isTemplate(text) ? text : `{{ ${text} }}`),
  };
}

/** Nothing is escaped; what has no text is refused. */
function outputEscape<T>(value: T): T {
  textOf(value);
  return value;
}

export function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

/** Liquid's own does not count what it captures, so that capturing twice as much again and again would never end. */
class MeteredCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context);
    context.memoryLimit.use(String(context.bottom()[this.variable]).length);
  }
}

function compileTemplate(liquid: Liquid, text: string): Compiled {
  const templates: Template[] = liquid.parse(text);
  return (variables) => bounded(liquid.renderSync(templates, variables, LIMITS));
}

function compileValue(liquid: Liquid, text: string): Compiled {
  // Parsing it as an output first makes Liquid complain about what follows a complete expression.
  liquid.parse(`{{ ${text} }}`);
  const value = new Value(text, liquid);
  return (variables) => {
    const context = new Context(variables, liquid.options, { ...LIMITS, sync: true });
    return bounded(toValueSync(value.value(context, true)));
  };
}

function bounded(value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_CHARACTERS) throw new Error("output limit exceeded");
  return value;
}
