/** Compares a mapping with what the CRM's own metadata says. Pure: the descriptions are given. */
import type { FieldDescription, ObjectDescription } from "../../connectors/connector.ts";
import type { FieldRule, Mapping, Section } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";
import { type MappingProblem, nearest } from "./problems.ts";

/** @param descriptions by object name; an object that is missing here does not exist in the CRM */
export function checkMapping(mapping: Mapping, descriptions: ReadonlyMap<string, ObjectDescription>): MappingProblem[] {
  return mapping.sections.flatMap((section) => checkSection(section, descriptions.get(section.object)));
}

function checkSection(section: Section, description: ObjectDescription | undefined): MappingProblem[] {
  const at = section.identity.value.source;
  if (description === undefined) {
    return [problem(at, `the CRM has no object \`${section.object}\`, or the integration user may not see it`)];
  }
  const rules = [...section.fields, ...Object.values(section.on).flat()];
  const problems = rules.flatMap((rule) => checkRule(rule, description));
  return [...problems, ...checkIdentity(section, description), ...checkRequired(section, description)];
}

function checkRule(rule: FieldRule, description: ObjectDescription): MappingProblem[] {
  const { source } = rule.value;
  const field = description.fields.get(rule.field);
  if (field === undefined) return [problem(source, unknownField(rule.field, description))];
  const problems: MappingProblem[] = [];
  if (!field.createable && !field.updateable) problems.push(problem(source, `\`${rule.field}\` cannot be written`));
  if ("constant" in rule.value) problems.push(...checkConstant(rule.value.constant, field, source));
  return problems;
}

function checkConstant(value: unknown, field: FieldDescription, source: SourceRef): MappingProblem[] {
  const text = String(value);
  if (field.options !== undefined && !field.options.includes(text)) {
    return [problem(source, `\`${field.name}\` does not accept "${text}"; it accepts ${field.options.join(", ")}`)];
  }
  if (field.maxLength !== undefined && text.length > field.maxLength) {
    return [problem(source, `\`${field.name}\` holds ${field.maxLength} characters; this text has ${text.length}`)];
  }
  const expected = { number: "number", boolean: "boolean" }[field.kind as string];
  if (expected !== undefined && typeof value !== expected) {
    return [problem(source, `\`${field.name}\` is a ${field.kind}; write it without quotes`)];
  }
  return [];
}

function checkIdentity(section: Section, description: ObjectDescription): MappingProblem[] {
  const { field: name, value } = section.identity;
  const field = description.fields.get(name);
  if (field === undefined) return [problem(value.source, unknownField(name, description))];
  if (field.unique) return [];
  return [
    problem(value.source, `\`${name}\` is not a unique external id; without one the CRM cannot refuse duplicates`),
  ];
}

function checkRequired(section: Section, description: ObjectDescription): MappingProblem[] {
  const mapped = new Set([
    ...section.fields.map((rule) => rule.field),
    ...section.links.map((link) => link.via),
    section.identity.field,
  ]);
  const missing = [...description.fields.values()].filter((field) => field.required && !mapped.has(field.name));
  return missing.map((field) =>
    problem(
      section.identity.value.source,
      `\`${section.object}\` cannot be created without \`${field.name}\` (${field.label}); map it`,
    ),
  );
}

function unknownField(name: string, description: ObjectDescription): string {
  const near = nearest(name, [...description.fields.keys()]);
  const hint = near.length > 0 ? `; did you mean ${near.map((one) => `\`${one}\``).join(" or ")}?` : "";
  return `\`${description.name}\` has no field \`${name}\`${hint}`;
}

function problem(source: SourceRef, message: string): MappingProblem {
  return { file: source.file, line: source.line, column: source.column, message, excerpt: "" };
}
