/** Fields that take only names out of a list of the CRM's, whose codes another field takes: what a mapping may write into them. */
import type { FieldDescription, ObjectDescription } from "../../connectors/connector.ts";
import type { FieldRule, Mapping } from "./mapping.ts";

/** @returns why a line of the mapping cannot work, or costs records, in words for an admin; undefined where it is in order */
export function codedProblem({ value, refused }: FieldRule, { name, coded }: FieldDescription): string | undefined {
  if (coded === undefined) return undefined;
  const { by, names } = coded;
  const known = "constant" in value ? [value.constant ?? ""] : (value.facts.values ?? []);
  const unknown = [...new Set(known.map(String))].filter((one) => one !== "" && !names.includes(one));
  if (unknown.length > 0) {
    const quoted = unknown.map((one) => `"${one}"`).join(", ");
    return `\`${name}\` takes only the names of its picklist in this org, and not ${quoted}; write a name of that list, or its code into \`${by}\``;
  }
  if (known.length > 0 || refused === "leave_out") return undefined;
  return `\`${name}\` takes only the names of its picklist in this org, and any other text costs the record; add \`refused: leave_out\`, or translate it by a table into such names, or into codes for \`${by}\``;
}

/** What works, and is not always written. */
export function codedNotes(
  { sections, file }: Mapping,
  objects: ReadonlyMap<string, ObjectDescription | { readonly refusal: string }>,
): string[] {
  return sections.flatMap((section) => {
    const description = objects.get(section.object);
    if (description === undefined || "refusal" in description) return [];
    return [...section.fields, ...Object.values(section.on).flat()].flatMap((rule) => {
      const field = description.fields.get(rule.field);
      if (field?.coded === undefined || rule.refused !== "leave_out" || codedProblem(rule, field)) return [];
      const { line } = rule.value.source;
      return [
        `${file}:${line}: \`${rule.field}\` takes only the names of its picklist in this org; what else comes is left out of the ${section.object}`,
      ];
    });
  });
}
