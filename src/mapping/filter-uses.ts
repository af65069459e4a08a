/** The filters that an expression or a template uses, and what is wrong with how it uses them. */
import { type Liquid, type Template, TypeGuards, toValueSync, Value } from "liquidjs";
import { type FilterUse, filterMistakes } from "./filter-rules.ts";
import type { Tables } from "./filters/index.ts";
import { literalOf, pathOf } from "./value-facts.ts";

/** What is wrong with how an expression, or a template with all that its tags hold, uses values and filters. */
export function mistakesIn(liquid: Liquid, text: string, isTemplate: boolean, tables: Tables): string[] {
  const values = isTemplate ? valuesIn(liquid.parse(text)) : [new Value(text, liquid)];
  return [...values.flatMap(strays), ...filterMistakes(values.flatMap(usesOf), tables)];
}

/** Liquid takes the last of several values that stand side by side, and says nothing. */
function strays({ initial: { postfix } }: Value): string[] {
  if (postfix.length < 2 || postfix.some((token) => TypeGuards.isOperatorToken(token))) return [];
  return [
    'two values stand side by side; a filter needs `|` before it, and texts are put together as "{{ client.first_name }} {{ client.last_name }}"',
  ];
}

function usesOf({ initial, filters }: Value): FilterUse[] {
  return filters.map(({ name, args }, index) => {
    const positional = args.filter((arg) => !Array.isArray(arg));
    const named = args.filter((arg) => Array.isArray(arg));
    return {
      name,
      of: index === 0 && initial.postfix.length === 1 ? pathOf(initial.postfix[0]) : undefined,
      args: positional.map(literalOf),
      named: new Map(named.map(([key, token]) => [String(key), literalOf(token)])),
    };
  });
}

function valuesIn(templates: readonly Template[]): Value[] {
  return templates.flatMap((template) => {
    const own = [...(template.arguments?.() ?? [])].filter((one) => one instanceof Value);
    const inner = template.children === undefined ? [] : toValueSync(template.children(false, true));
    return [...own, ...valuesIn(inner)];
  });
}
