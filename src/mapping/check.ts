/** Compares a mapping with what the CRM's own metadata says. Pure: the descriptions are given. */
import { type FieldDescription, labelOf, type ObjectDescription } from "../../connectors/connector.ts";
import { codedProblem } from "./coded.ts";
import { writtenFields } from "./field-uses.ts";
import { misfits } from "./fit.ts";
import type { FieldRule, LinkRule, LookUp, Mapping, Section } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";
import { type MappingProblem, nearest } from "./problems.ts";

/** What a CRM says of itself. */
export interface CrmMetadata {
  /** By object name: the description, or the CRM's words on why there is none. */
  readonly objects: ReadonlyMap<string, ObjectDescription | { readonly refusal: string }>;
  /** The objects there are, as far as is known. */
  readonly names: readonly string[];
}

/** Every problem of the mapping in this CRM, in the order of the file. */
export function checkMapping(mapping: Mapping, metadata: CrmMetadata): MappingProblem[] {
  const found = [
    ...mapping.sections.flatMap((section) => checkSection(section, metadata)),
    ...mapping.lookUps.flatMap((lookUp) => checkLookUp(lookUp, metadata)),
  ];
  return found
    .map(({ source, message }) => ({ ...place(source), message, excerpt: mapping.lines[source.line - 1] ?? "" }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

interface Finding {
  readonly source: SourceRef;
  readonly message: string;
}

function place({ file, line, column }: SourceRef): Pick<MappingProblem, "file" | "line" | "column"> {
  return { file, line, column };
}

function checkSection(section: Section, metadata: CrmMetadata): Finding[] {
  const description = described(section, metadata);
  if (!("fields" in description)) return [description];
  const rules = [...section.fields, ...Object.values(section.on).flat()];
  return [
    ...checkPermissions(section, description),
    ...rules.flatMap((rule) => checkRule(rule, description)),
    ...section.links.flatMap((link) => checkLink(link, description)),
    ...checkRules(section, description),
    ...checkIdentity(section, description),
    ...checkRequired(section, description),
  ];
}

/** The object's description, or what to say where there is none. */
function described(
  { object, source }: Pick<Section, "object" | "source">,
  { objects, names }: CrmMetadata,
): ObjectDescription | Finding {
  const description = objects.get(object);
  if (description !== undefined && !("refusal" in description)) return description;
  const words = description === undefined ? "" : ` (it says: ${description.refusal})`;
  const others = names.filter((name) => name !== object);
  const near = didYouMean(nearest(object, others)) || "; check its name and that our user may see it";
  return { source, message: `the CRM has no object \`${object}\`${near}${words}` };
}

/** What is found is read and never written. */
function checkLookUp(lookUp: LookUp, metadata: CrmMetadata): Finding[] {
  const description = described(lookUp, metadata);
  if (!("fields" in description)) return [description];
  const { ways, by, select, source } = lookUp;
  const values = ways.flatMap(({ field, value, also }) => [
    { field, source: value.source },
    ...also.map((one) => ({ field: one.field, source: one.value.source })),
  ]);
  const read = select.map((field) => ({ field, source }));
  const link = by !== undefined && description.linksAreFields ? [{ field: by.via, source: by.source }] : [];
  return [...values, ...read, ...link].flatMap((one) =>
    one.field.includes(".") || isThere(one.field, description)
      ? []
      : [{ source: one.source, message: unknownField(one.field, description, "") }],
  );
}

/** A CRM's own id is no field of the description everywhere. */
function isThere(name: string, { fields }: ObjectDescription): boolean {
  return fields.has(name) || name === "Id" || name === "hs_object_id";
}

function checkPermissions({ object, source, ruleSources }: Section, description: ObjectDescription): Finding[] {
  const lacking = [
    ...(description.createable === false ? ["create"] : []),
    ...(description.updateable === false ? ["edit"] : []),
  ];
  if (lacking.length === 0) return checkDeletable(ruleSources.cancelled, object, description);
  const message = `our user may not ${lacking.join(" or ")} \`${object}\`; give the integration user that permission`;
  return [{ source, message }];
}

function checkDeletable(source: SourceRef | undefined, object: string, { deletable }: ObjectDescription): Finding[] {
  if (source === undefined || deletable !== false) return [];
  const message = `our user may not delete \`${object}\`; give the integration user that permission, or take \`cancelled: delete\` out`;
  return [{ source, message }];
}

function checkRule(rule: FieldRule, description: ObjectDescription): Finding[] {
  const { source } = rule.value;
  const field = description.fields.get(rule.field);
  if (field === undefined) return [{ source, message: unknownField(rule.field, description) }];
  const strict = description.strictText ?? false;
  const values = rule.otherwise === undefined ? [rule.value] : [rule.value, rule.otherwise];
  const coded = codedProblem(rule, field);
  const told = values.flatMap((value) =>
    misfits(value, field, strict).map((message) => ({ source: value.source, message })),
  );
  const steps = rule.write === "forward" ? rule.order : [];
  const untold = new Set(steps.flatMap((constant) => misfits({ constant, source }, field, strict)));
  return [
    ...checkWritable(rule, field),
    ...(coded === undefined ? [] : [{ source, message: coded }]),
    ...told,
    ...[...untold]
      .filter((message) => told.every((one) => one.message !== message))
      .map((message) => ({ source, message })),
  ];
}

function checkWritable(rule: FieldRule, field: FieldDescription): Finding[] {
  const { field: name, value, write, refused } = rule;
  const { source } = value;
  if (!field.createable && !field.updateable) {
    const message = `\`${name}\` cannot be written; the CRM fills it itself, or our user may only read it`;
    return [{ source, message }];
  }
  if (!field.updateable && write !== "on_create") {
    const message = `\`${name}\` can only be set when a record is created; add \`write: on_create\``;
    return [{ source, message }];
  }
  if (field.required && refused === "leave_out") {
    return [{ source, message: `\`${name}\` cannot be left out: the CRM takes no record without it` }];
  }
  if (!field.createable && write === "on_create") {
    return [{ source, message: `\`${name}\` cannot be set when a record is created; leave \`write: on_create\` out` }];
  }
  return [];
}

function checkLink({ to, via, perAttendee, source }: LinkRule, description: ObjectDescription): Finding[] {
  const { linksAreFields, manyLinks = [] } = description;
  if (linksAreFields !== true || manyLinks.includes(via)) return [];
  if (labelOf(via) !== undefined) {
    return [{ source, message: "this CRM has no labels; write the lookup field that holds the link: `by: WhoId`" }];
  }
  if (perAttendee) {
    const [many] = manyLinks;
    const remedy = many === undefined ? "take the link out" : `link by \`${many}\``;
    return [{ source, message: `\`${via}\` holds one record, and \`${to}\` may be several; ${remedy}` }];
  }
  const field = description.fields.get(via);
  if (field === undefined) return [{ source, message: unknownField(via, description) }];
  if (field.kind !== "reference") return [{ source, message: `\`${via}\` is no lookup; it cannot hold a link` }];
  return field.createable || field.updateable ? [] : [{ source, message: `\`${via}\` cannot be written` }];
}

/** What can come to nothing in this CRM is not taken in silence. */
function checkRules({ object, ruleSources }: Section, description: ObjectDescription): Finding[] {
  const { assign, duplicateRules, converted } = ruleSources;
  const findings: Finding[] = [];
  if (assign !== undefined && description.hasAssignmentRules !== true) {
    const message = `\`assign\` does nothing here: there are no assignment rules for \`${object}\`; take the line out`;
    findings.push({ source: assign, message });
  }
  if (duplicateRules !== undefined && description.hasDuplicateRules !== true) {
    const message = "`duplicate_rules` does nothing here: this CRM has no duplicate rules; take the line out";
    findings.push({ source: duplicateRules, message });
  }
  if (converted !== undefined && description.canBeConverted !== true) {
    const message = `\`converted\` does nothing here: nobody can convert a \`${object}\` in this CRM; take the line out`;
    findings.push({ source: converted, message });
  }
  return findings;
}

/** Whether the section's records can do without a unique external id. */
export function mayBeLoose({ links }: Section, { findsByLinks }: ObjectDescription): boolean {
  return findsByLinks === true && links.length > 0;
}

function checkIdentity(section: Section, description: ObjectDescription): Finding[] {
  const { identity, object } = section;
  const { source } = identity.value;
  const field = description.fields.get(identity.field);
  if (field === undefined) return [{ source, message: unknownField(identity.field, description) }];
  if (!field.createable) {
    return [{ source, message: `\`${identity.field}\` cannot be written; let our user edit it, it holds our id` }];
  }
  if (field.unique || mayBeLoose(section, description)) return [];
  const message = `\`${identity.field}\` is not a unique external id of \`${object}\`; without one the CRM cannot refuse duplicates`;
  return [{ source, message }];
}

function checkRequired(section: Section, description: ObjectDescription): Finding[] {
  const mapped = writtenFields(section);
  const missing = [...description.fields.values()].filter((field) => field.required && !mapped.has(field.name));
  return missing.map(({ name, label }) => {
    const called = label === name ? "" : ` (${label})`;
    const message = `\`${section.object}\` cannot be created without \`${name}\`${called}; map it under \`fields\``;
    return { source: section.source, message };
  });
}

function unknownField(
  name: string,
  description: ObjectDescription,
  remedy = "create it (`crm-sync provision` does), or ",
): string {
  const near = nearest(name, [...description.fields.keys()]);
  const hint = didYouMean(near) || `; ${remedy}let our user see it`;
  return `\`${description.name}\` has no field \`${name}\`${hint}`;
}

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : `; did you mean ${names.map((one) => `\`${one}\``).join(" or ")}?`;
}
