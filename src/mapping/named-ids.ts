/** Ids of the CRM's records that a mapping names itself: in constants, in tables, as what is taken otherwise. Pure. */
import type { Constant, Expression, Mapping } from "./mapping.ts";
import type { MappingProblem } from "./problems.ts";
import type { Described } from "./suspicions.ts";

export interface NamedId {
  readonly id: string;
  /** The field that takes it; undefined where it stands for a record that is not found. */
  readonly field: string | undefined;
  /** The objects that it may be a record of. */
  readonly objects: readonly string[];
  /** Where it stands. */
  readonly place: Omit<MappingProblem, "message">;
}

/** @returns each id once, where it is named first */
export function namedIds(mapping: Mapping, objects: Described): NamedId[] {
  const rules = mapping.sections.flatMap((section) => {
    const description = objects.get(section.object);
    if (description === undefined || "refusal" in description) return [];
    return [...section.fields, ...Object.values(section.on).flat()].flatMap((rule) => {
      const refersTo = description.fields.get(rule.field)?.refersTo;
      if (refersTo === undefined) return [];
      return [rule.value, ...(rule.otherwise === undefined ? [] : [rule.otherwise])].flatMap((value) =>
        idsOf(value).map((id) => ({ id, field: rule.field, objects: refersTo, at: value.source })),
      );
    });
  });
  const others = mapping.lookUps.flatMap(({ object, otherwise, source }) =>
    otherwise === undefined ? [] : [{ id: otherwise, field: undefined, objects: [object], at: source }],
  );
  const once = new Map([...rules, ...others].toReversed().map((one) => [`${one.id} ${one.objects}`, one]));
  return [...once.values()].map(({ at, ...one }) => ({ ...one, place: placeOf(mapping, one.id, at) }));
}

function idsOf(value: Expression | Constant): string[] {
  const values = "constant" in value ? [value.constant] : (value.facts.values ?? []);
  return values.flatMap((one) => (one === null || one === "" || typeof one === "boolean" ? [] : [String(one)]));
}

/** An id of a table stands there, and not where the table is used. */
function placeOf({ lines }: Mapping, id: string, { file, line, column }: Expression["source"]): NamedId["place"] {
  const isHere = lines[line - 1]?.includes(id) === true;
  const found = isHere ? line - 1 : lines.findIndex((text) => text.replace(/#.*/, "").includes(id));
  const excerpt = lines[found] ?? lines[line - 1] ?? "";
  return found < 0 || isHere
    ? { file, line, column, excerpt }
    : { file, line: found + 1, column: excerpt.indexOf(id) + 1, excerpt };
}
