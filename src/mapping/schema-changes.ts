/** What of a CRM's objects is no longer as a mapping found it, where the mapping relies on it. Pure: both sides are given. */
import type { FieldDescription } from "../../connectors/connector.ts";
import type { CrmMetadata } from "./check.ts";
import { type FieldUse, fieldUses, writtenFields } from "./field-uses.ts";
import { KIND_WORDS } from "./fit.ts";
import type { Constant, Expression, FieldRule, Mapping } from "./mapping.ts";
import type { SourceRef } from "./plan.ts";
import type { SchemaBase, SeenField } from "./schema-base.ts";
import type { SchemaChangeKind } from "./schema-issue.ts";

/** A change, at one of the lines that rely on what changed. */
export interface FoundChange {
  readonly kind: SchemaChangeKind;
  readonly object: string;
  readonly field?: string;
  readonly before: string;
  readonly now: string;
  readonly source: SourceRef;
}

type Difference = Pick<FoundChange, "kind" | "before" | "now">;

/** A description that cannot be compared tells nothing: what was not read before has not changed. */
export function schemaChanges(mapping: Mapping, before: SchemaBase, { objects }: CrmMetadata): FoundChange[] {
  const found = fieldUses(mapping).flatMap((use): FoundChange[] => {
    const { object, field, source } = use;
    const now = objects.get(object);
    const was = before[object]?.[field];
    if (now === undefined || "refusal" in now || was === undefined) return [];
    return differences(use, was, now.fields.get(field)).map((one) => ({ ...one, object, field, source }));
  });
  return [...goneObjects(mapping, before, { objects }), ...found, ...newlyRequired(mapping, before, { objects })];
}

type Objects = Pick<CrmMetadata, "objects">;

function goneObjects({ sections, lookUps }: Mapping, before: SchemaBase, { objects }: Objects): FoundChange[] {
  return [...sections, ...lookUps].flatMap(({ object, source }): FoundChange[] => {
    const now = objects.get(object);
    if (before[object] === undefined || now === undefined || !("refusal" in now)) return [];
    return [{ kind: "vanished", object, before: "there", now: HIDDEN, source }];
  });
}

function newlyRequired({ sections }: Mapping, before: SchemaBase, { objects }: Objects): FoundChange[] {
  return sections.flatMap((section) => {
    const { object, source } = section;
    const [was, now] = [before[object], objects.get(object)];
    if (was === undefined || now === undefined || "refusal" in now) return [];
    const written = writtenFields(section);
    const fields = [...now.fields.values()].filter(
      ({ name, required }) => required && was[name]?.required !== true && !written.has(name),
    );
    const words = { kind: "required", before: "optional", now: "no record can be created without it" } as const;
    return fields.map(({ name }) => ({ ...words, object, field: name, source }));
  });
}

/** Who may not see a field cannot tell whether there is one. */
const HIDDEN = "deleted, or our user may no longer see it";

function differences(use: FieldUse, was: SeenField, now: FieldDescription | undefined): Difference[] {
  if (now === undefined) return [{ kind: "vanished", before: KIND_WORDS[was.kind], now: HIDDEN }];
  if (was.kind !== now.kind) return [{ kind: "kind", before: KIND_WORDS[was.kind], now: KIND_WORDS[now.kind] }];
  return [
    ...lessWritable(use, was, now),
    ...shorter(use, was, now),
    ...lostOptions(use, was, now),
    ...loose(use, was, now),
  ];
}

function lessWritable(use: FieldUse, was: SeenField, now: FieldDescription): Difference[] {
  if (use.purpose === "read") return [];
  const changed = { kind: "read_only", before: "we may write it" } as const;
  const isNew = use.purpose === "identity" || (use.purpose === "written" && use.rule.write === "on_create");
  const needs = isNew ? (["createable"] as const) : (["createable", "updateable"] as const);
  const lost = needs.filter((right) => was[right] && !now[right]);
  if (lost.length === 0) return [];
  if (now.createable) return [{ ...changed, now: "it can only be set when a record is created" }];
  if (now.updateable) return [{ ...changed, now: "it cannot be set when a record is created" }];
  return [{ ...changed, now: "read-only, for everybody or for our user" }];
}

function shorter(use: FieldUse, was: SeenField, now: FieldDescription): Difference[] {
  const [before, after] = [was.maxLength, now.maxLength];
  if (use.purpose === "read" || before === undefined || after === undefined || after >= before) return [];
  // What never was longer than the field is now fits as it did.
  if (use.purpose === "written" && longest(use.rule) <= after) return [];
  return [{ kind: "shorter", before: `${before} characters`, now: `${after} characters` }];
}

function valuesOf({ value, otherwise }: FieldRule): readonly (Expression | Constant)[] {
  return otherwise === undefined ? [value] : [value, otherwise];
}

/** Characters of the longest text that the rule can write; infinite where only a booking can tell. */
function longest(rule: FieldRule): number {
  const lengths = valuesOf(rule).map((value) => {
    if (!("constant" in value) && value.facts.maxLength !== undefined) return value.facts.maxLength;
    const known = knownOf(value);
    return known === undefined ? Number.POSITIVE_INFINITY : Math.max(0, ...known.map(({ length }) => length));
  });
  return Math.max(...lengths);
}

/** Every value that it can be; undefined where only a booking can tell. */
function knownOf(value: Expression | Constant): readonly string[] | undefined {
  if (!("constant" in value)) return value.facts.values?.map(String);
  return value.constant === null ? [] : [String(value.constant)];
}

function lostOptions(use: FieldUse, was: SeenField, now: FieldDescription): Difference[] {
  const { options } = now;
  if (use.purpose !== "written" || options === undefined) return [];
  const steps = use.rule.write === "forward" ? use.rule.order : [];
  const known = valuesOf(use.rule).map(knownOf);
  const isKnown = known.every((one) => one !== undefined);
  const written = [...steps, ...known.flatMap((one) => one ?? [])].flatMap((value) => value.split(";"));
  // A picklist that took anything has lost whatever is not on its list.
  const could = isKnown ? written : (was.options ?? []);
  const lost = [...new Set(could)].filter(
    (value) => (was.options?.includes(value) ?? true) && !options.includes(value),
  );
  if (lost.length > 0) {
    return [{ kind: "options", before: `it took ${quoted(lost)}`, now: `it takes ${quoted(options)}` }];
  }
  if (isKnown || was.options !== undefined) return [];
  return [{ kind: "options", before: "it took any value", now: `it takes ${quoted(options)}` }];
}

/** A picklist of many values is not listed in full. */
const LISTED = 12;

function quoted(values: readonly string[]): string {
  if (values.length === 0) return "no value";
  const shown = values.slice(0, LISTED).map((value) => `"${value}"`);
  return values.length > LISTED ? `${shown.join(", ")}, …` : shown.join(", ");
}

function loose({ purpose }: FieldUse, was: SeenField, now: FieldDescription): Difference[] {
  if (purpose !== "identity" || !was.unique || now.unique) return [];
  return [{ kind: "not_unique", before: "it kept our ids unique", now: "the CRM takes the same id twice" }];
}
