/** What a mapping makes of a purchase. Pure: the same state gives the same plan. */
import type { FieldValue } from "../../connectors/connector.ts";
import type { CleanObject } from "../booking/types.ts";
import type { Attendee } from "./attendees.ts";
import type { MappingContext } from "./context.ts";
import { idAt } from "./each-time.ts";
import { WholeObjectError } from "./filters/text.ts";
import { CHANGES, type ChangeName, type Expression, type FieldRule, type Mapping, type Section } from "./mapping.ts";
import type { PlannedField, PlannedLink, RecordPlan, SourceRef, Unidentified, Writing } from "./plan.ts";
import { MappingError, SlowMappingError } from "./problems.ts";

/** Plans for the people, companies and the purchase itself, in dependency order. @throws MappingError */
export function planShared(
  mapping: Mapping,
  context: MappingContext,
): { readonly plans: readonly RecordPlan[]; readonly unidentified: readonly Unidentified[] } {
  const planned = planSections(mapping, (section) => section.per !== "booking", context, undefined);
  return { plans: planned.filter(isPlan), unidentified: planned.flatMap((one) => (isPlan(one) ? [] : [one])) };
}

/** Plans for the records of one booking, in dependency order. @throws MappingError */
export function planBooking(mapping: Mapping, context: MappingContext): RecordPlan[] {
  const planned = planSections(mapping, (section) => section.per === "booking", context, String(context.booking?.id));
  return planned.filter(isPlan);
}

function isPlan(planned: RecordPlan | Unidentified): planned is RecordPlan {
  return "key" in planned;
}

/** What a section writes for a booking, whatever its conditions say. @throws MappingError */
export function fieldsOf(section: Section, context: MappingContext, bookingId: string): PlannedField[] {
  return planFields(section, startRun(context, bookingId));
}

/** Milliseconds for all expressions of one evaluation together; the default mapping needs less than one. */
const MAX_MS = 2_000;

/** One evaluation: what it is about, and until when it may go on. */
export interface Run {
  readonly context: MappingContext;
  readonly bookingId: string | undefined;
  /** What tells the attendee that it is about from others of the booking. */
  readonly attendee?: string;
  readonly deadline: number;
}

export function startRun(context: MappingContext, bookingId: string | undefined): Run {
  return { context, bookingId, deadline: performance.now() + MAX_MS };
}

function planSections(
  mapping: Mapping,
  isMeant: (section: Section) => boolean,
  context: MappingContext,
  bookingId: string | undefined,
): (RecordPlan | Unidentified)[] {
  const run = startRun(context, bookingId);
  if (mapping.when !== undefined && !holdsFor(mapping.when, run)) return [];
  return mapping.sections
    .filter(isMeant)
    .flatMap((section) => runsOf(section, run).map((one) => planSection(section, one, mapping.version)))
    .filter((plan) => plan !== undefined);
}

/** One for each record that the section may have. */
export function runsOf({ per }: Section, run: Run): Run[] {
  if (per !== "attendee") return [run];
  const { context } = run;
  return attendeesIn(context).map(({ key, person }) => ({
    ...run,
    attendee: `${context.booking?.id}:${key}`,
    context: { ...context, attendee: person },
  }));
}

function attendeesIn({ attendees }: MappingContext): readonly Attendee[] {
  return attendees?.() ?? [];
}

function planSection(section: Section, run: Run, version: string): RecordPlan | Unidentified | undefined {
  const { context, bookingId, attendee } = run;
  if (!isForCompany(section, context)) return undefined;
  if (section.when !== undefined && !holdsFor(section.when, run)) return undefined;
  const identity = toFieldValue(evaluate(section.identity.value, run), section.identity.value.source);
  // Without an id there is nothing to keep up to date: a company that is not named, say.
  if (identity === undefined && !isSomebody(section)) return undefined;
  const fields = planFields(section, run);
  const match = matchOf(section, fields);
  if (identity === undefined && match.length === 0) return { section: section.name, matchedBy: section.match };
  const id = identity === undefined ? undefined : String(identity);
  const eachTime = section.moved === "new_record";
  return {
    key: keyOf(section.name, attendee ?? bookingId),
    section: section.name,
    version,
    object: section.object,
    scope: scopeOf(section, run),
    identity: {
      field: section.identity.field,
      value: eachTime && id !== undefined ? idAt(id, String(context.booking?.start_at)) : id,
      source: section.identity.value.source,
    },
    match,
    several: section.several,
    deleted: section.deleted,
    create: isOnlyAnId(context.attendee) ? "never" : section.create,
    unless: section.unless && keyOf(section.unless, attendee),
    duplicateRules: section.duplicateRules,
    assign: section.assign,
    converted: section.converted,
    fields,
    links: linksOf(section, run),
    ...(eachTime && { eachTime }),
    ...(section.cancelled === "delete" && context.change?.cancelled === true && { gone: true as const }),
  };
}

/** A record's key within its purchase. @param of the booking, or attendee, whose record it is, where it is one's alone */
export function keyOf(section: string, of: string | undefined): string {
  return of === undefined ? section : `${section}:${of}`;
}

/** Enough to find who is there, and too little to make somebody of. */
function isOnlyAnId(attendee: CleanObject | undefined): boolean {
  return attendee !== undefined && Object.keys(attendee).every((key) => key === "id");
}

function isSomebody({ per }: Section): boolean {
  return per === "person" || per === "attendee";
}

export function holdsFor(condition: Expression, run: Run): boolean {
  return evaluate(condition, run) === true;
}

/** Whether there is an id to make a record of, or something that a person is recognised by. */
export function isNamed(section: Section, run: Run): boolean {
  const { value } = section.identity;
  if (toFieldValue(evaluate(value, run), value.source) !== undefined) return true;
  return isSomebody(section) && matchOf(section, planFields(section, run)).length > 0;
}

/** Fields that have nothing to be written. */
export function blankFields(section: Section, run: Run): string[] {
  const written = new Set(planFields(section, run).map(({ field }) => field));
  return [...new Set(rulesFor(section, run.context).map(({ field }) => field))].filter((field) => !written.has(field));
}

function planFields(section: Section, run: Run): PlannedField[] {
  return rulesFor(section, run.context)
    .map((rule) => planField(rule, run))
    .filter((field) => field !== undefined);
}

function scopeOf({ per, alike }: Section, { context, bookingId }: Run): RecordPlan["scope"] {
  const { orders, look } = context;
  switch (per) {
    case "booking":
      return { kind: "booking", bookingId: bookingId ?? "" };
    case "attendee":
      return { kind: "shared", of: "person", order: orders.attendee ?? orders.person, alike };
    default:
      return { kind: "shared", of: per, order: orders[per], ...(look !== undefined && { look }) };
  }
}

/** Whether the section is for one of the companies that the booking belongs to. */
export function isForCompany({ companies }: Section, context: MappingContext): boolean {
  return companies.length === 0 || context.companyIds.some((id) => companies.includes(id));
}

/** The section's fields, with those of the booking's state in their place. */
function rulesFor(section: Section, context: MappingContext): readonly FieldRule[] {
  const state = statesOf(context).find((name) => section.on[name] !== undefined);
  const overrides = state === undefined ? undefined : section.on[state];
  if (overrides === undefined) return section.fields;
  const overridden = new Set(overrides.map((rule) => rule.field));
  return [...section.fields.filter((rule) => !overridden.has(rule.field)), ...overrides];
}

/** What the booking is, what counts most first: states, so that a repetition does not undo one. */
function statesOf({ booking, change }: MappingContext): ChangeName[] {
  // Whatever it was before, a cancelled booking is nothing else.
  if (change?.cancelled) return ["cancelled"];
  return CHANGES.toReversed().filter((name) => {
    switch (name) {
      case "cancelled":
        return false;
      case "rescheduled":
        return change?.rescheduled === true;
      case "created":
      case "updated":
        return (change?.kind === "updated" ? "updated" : "created") === name;
      default:
        return booking?.status === name;
    }
  });
}

function planField(rule: FieldRule, run: Run): PlannedField | undefined {
  const ofBookings = "readsBookings" in rule.value && rule.value.readsBookings;
  const { field } = rule;
  const kept = { refused: rule.refused, ...(ofBookings && { ofBookings: true as const }) };
  const { source } = rule.value;
  const value = "constant" in rule.value ? rule.value.constant : toFieldValue(evaluate(rule.value, run), source);
  const writing = writingOf(rule);
  if (value !== undefined) return { field, value, ...writing, ...kept, source };
  if (rule.clearWhenBlank) return { field, value: null, ...writing, ...kept, source };
  if (rule.otherwise === undefined) return undefined;
  const fallback = toFieldValue(evaluate(rule.otherwise, run), rule.otherwise.source);
  return fallback === undefined
    ? undefined
    : { field, value: fallback, write: "on_create", ...kept, source: rule.otherwise.source };
}

function writingOf(rule: FieldRule): Writing & Pick<PlannedField, "owner"> {
  if (rule.write === "forward") return { write: rule.write, order: rule.order };
  return { write: rule.write, ...(rule.owner !== "report" && { owner: rule.owner }) };
}

/** What stands in for a value that BookingBug does not give is the same for many, and recognises nobody. */
function matchOf(section: Section, fields: readonly PlannedField[]): { field: string; value: string }[] {
  const rules = [...section.fields, ...Object.values(section.on).flat()];
  const standIns = new Set(rules.map(({ otherwise }) => otherwise?.source));
  return section.match.flatMap((name) => {
    const value = fields.find(({ field, source }) => field === name && !standIns.has(source))?.value;
    return value === undefined || value === null ? [] : [{ field: name, value: String(value) }];
  });
}

function linksOf(section: Section, { context, bookingId }: Run): PlannedLink[] {
  return section.links.flatMap(({ to, via, owner, source, perBooking, perAttendee }) => {
    const link = (key: string): PlannedLink => ({ to: key, via, ...(owner !== "report" && { owner }), source });
    if (perAttendee) return attendeesIn(context).map(({ key }) => link(`${to}:${bookingId}:${key}`));
    return [link(keyOf(to, perBooking ? bookingId : undefined))];
  });
}

export function evaluate({ evaluate: compute, source }: Expression, { context, deadline }: Run): unknown {
  if (performance.now() > deadline) throw new SlowMappingError("the mapping took too long and was stopped", source);
  try {
    return compute(context);
  } catch (error) {
    // The engine's message may quote data; our own words and the place do not.
    throw explain(error, source);
  }
}

function explain(error: unknown, source: SourceRef): MappingError {
  const words = error instanceof Error ? error.message : "";
  if (/render limit exceeded/i.test(words)) return new SlowMappingError("the expression took too long", source, error);
  if (/limit exceeded|invalid string length|call stack/i.test(words)) {
    return new MappingError("the expression makes far more text than any field holds", source, error);
  }
  // Liquid wraps what a filter throws.
  const cause = error instanceof Error && "originalError" in error ? error.originalError : error;
  if (cause instanceof WholeObjectError) {
    return new MappingError("expected a text, but found a whole object; name something in it", source, error);
  }
  return new MappingError("the expression failed", source, error);
}

/** @returns undefined when there is nothing to write */
export function toFieldValue(value: unknown, source: SourceRef): Exclude<FieldValue, null> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return value.length === 0 ? undefined : value.join(";");
  }
  throw new MappingError("expected a text, a number or yes/no, but found a whole object", source);
}
