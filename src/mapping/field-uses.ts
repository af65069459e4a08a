/** Which fields of the CRM a mapping works with, what for, and on which line. */
import type { FieldRule, LookUp, Mapping, Section } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";

export type FieldUse = {
  readonly object: string;
  readonly field: string;
  readonly source: SourceRef;
} & ({ readonly purpose: "written"; readonly rule: FieldRule } | { readonly purpose: "identity" | "linked" | "read" });

/** What names no field of the CRM, such as the label of a link, is among them: who compares finds none. */
export function fieldUses({ sections, lookUps }: Mapping): FieldUse[] {
  return [...sections.flatMap(usesOfSection), ...lookUps.flatMap(usesOfLookUp)];
}

/** What is written to records of an object: those need no other value to be there. */
export function writtenFields({ fields, links, identity }: Section): ReadonlySet<string> {
  return new Set([...fields.map((rule) => rule.field), ...links.map((link) => link.via), identity.field]);
}

function usesOfSection({ object, source, identity, match, links, fields, on }: Section): FieldUse[] {
  const rules = [...fields, ...Object.values(on).flat()];
  return [
    { object, field: identity.field, source: identity.value.source, purpose: "identity" },
    ...match.map((field): FieldUse => ({ object, field, source, purpose: "read" })),
    ...links.map((link): FieldUse => ({ object, field: link.via, source: link.source, purpose: "linked" })),
    ...rules.map(
      (rule): FieldUse => ({ object, field: rule.field, source: rule.value.source, purpose: "written", rule }),
    ),
  ];
}

function usesOfLookUp({ object, source, ways, by, select }: LookUp): FieldUse[] {
  const asked = ways.flatMap(({ field, value, also }) => [{ field, value }, ...also]);
  return [
    ...asked.map(({ field, value }): FieldUse => ({ object, field, source: value.source, purpose: "read" })),
    ...select.map((field): FieldUse => ({ object, field, source, purpose: "read" })),
    ...(by === undefined ? [] : [{ object, field: by.via, source: by.source, purpose: "read" } as const]),
  ];
}
