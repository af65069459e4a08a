/** What a mapping makes of a purchase. Pure: the same state gives the same plan. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { MappingContext } from "./context.ts";
import type { ChangeName, Expression, FieldRule, Mapping, Section } from "./mapping.ts";
import type { PlannedField, PlannedLink, RecordPlan, SourceRef } from "./plan.ts";
import { MappingError } from "./problems.ts";

/** Plans for the people and companies of a purchase, in dependency order. @throws MappingError */
export function planShared(mapping: Mapping, context: MappingContext): RecordPlan[] {
  const sections = mapping.sections.filter((section) => section.per !== "booking");
  return sections.map((section) => planSection(section, context, undefined)).filter((plan) => plan !== undefined);
}

/** Plans for the records of one booking, in dependency order. @throws MappingError */
export function planBooking(mapping: Mapping, context: MappingContext): RecordPlan[] {
  const bookingId = String(context.booking?.id);
  const sections = mapping.sections.filter((section) => section.per === "booking");
  return sections.map((section) => planSection(section, context, bookingId)).filter((plan) => plan !== undefined);
}

function planSection(section: Section, context: MappingContext, bookingId: string | undefined): RecordPlan | undefined {
  if (section.when !== undefined && !isTrue(evaluate(section.when, context))) return undefined;
  const identity = toFieldValue(evaluate(section.identity.value, context), section.identity.value.source);
  // Without an id there is nothing to keep up to date: a purchase without a person, say.
  if (identity === undefined) return undefined;
  const fields = rulesFor(section, context)
    .map((rule) => planField(rule, context))
    .filter((field) => field !== undefined);
  return {
    key: bookingId === undefined ? section.name : `${section.name}:${bookingId}`,
    section: section.name,
    object: section.object,
    scope: bookingId === undefined ? { kind: "shared" } : { kind: "booking", bookingId },
    identity: { field: section.identity.field, value: String(identity), source: section.identity.value.source },
    match: matchOf(section, fields),
    several: section.several,
    deleted: section.deleted,
    fields,
    links: linksOf(section, bookingId),
  };
}

/** The section's fields, with those of the booking's change in their place. */
function rulesFor(section: Section, context: MappingContext): FieldRule[] {
  const overrides = section.on[changeOf(context)] ?? [];
  const overridden = new Set(overrides.map((rule) => rule.field));
  return [...section.fields.filter((rule) => !overridden.has(rule.field)), ...overrides];
}

/** As a state, so that a repetition does not undo it: what is cancelled stays so, what was moved stays moved. */
function changeOf(context: MappingContext): ChangeName {
  const { change } = context;
  if (change?.cancelled) return "cancelled";
  if (change?.rescheduled) return "rescheduled";
  return change?.kind === "updated" ? "updated" : "created";
}

function planField(rule: FieldRule, context: MappingContext): PlannedField | undefined {
  const { field, write } = rule;
  const { source } = rule.value;
  const value = "constant" in rule.value ? rule.value.constant : toFieldValue(evaluate(rule.value, context), source);
  if (value !== undefined) return { field, value, write, source };
  if (rule.clearWhenBlank) return { field, value: null, write, source };
  if (rule.otherwise === undefined) return undefined;
  const fallback = toFieldValue(evaluate(rule.otherwise, context), rule.otherwise.source);
  return fallback === undefined
    ? undefined
    : { field, value: fallback, write: "on_create", source: rule.otherwise.source };
}

function matchOf(section: Section, fields: readonly PlannedField[]): { field: string; value: string }[] {
  return section.match.flatMap((name) => {
    const value = fields.find((field) => field.field === name)?.value;
    return value === undefined || value === null ? [] : [{ field: name, value: String(value) }];
  });
}

function linksOf(section: Section, bookingId: string | undefined): PlannedLink[] {
  return section.links.map(({ to, via, source, perBooking }) => ({
    to: perBooking && bookingId !== undefined ? `${to}:${bookingId}` : to,
    via,
    source,
  }));
}

function evaluate(expression: Expression, context: MappingContext): unknown {
  try {
    return expression.evaluate(context);
  } catch (error) {
    // The engine's message may quote data; its class and our place do not.
    const reason = error instanceof Error && /limit exceeded/i.test(error.message) ? "too much work" : "failed";
    throw new MappingError(`the expression ${reason}`, expression.source, error);
  }
}

/** @returns undefined when there is nothing to write */
function toFieldValue(value: unknown, source: SourceRef): Exclude<FieldValue, null> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return value.length === 0 ? undefined : value.join(";");
  }
  throw new MappingError("expected a text, a number or yes/no, but found a whole object", source);
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
