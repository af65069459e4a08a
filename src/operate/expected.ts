/** What a test of a mapping expects, compared with what the mapping writes. */
import type { FieldValue } from "../../connectors/connector.ts";
import { knownAs } from "../mapping/known-as.ts";
import type { Mapping, Section } from "../mapping/mapping.ts";
import type { RecordPlan, SourceRef } from "../mapping/plan.ts";
import { nearest } from "../mapping/problems.ts";
import type { MappingTest } from "../mapping/test-file.ts";

export interface Failure {
  /** The section, or its field: `contact.Email`. */
  readonly where: string;
  readonly message: string;
  readonly expected?: FieldValue;
  readonly actual?: FieldValue;
  /** The line of the mapping that is to blame, where there is one. */
  readonly source?: SourceRef;
}

/** What a mapping made of a test's history. */
export interface Outcome {
  readonly plans: readonly RecordPlan[];
  readonly mappings: readonly Mapping[];
  /** Why a section is not written, where that is known. */
  readonly why: (section: string) => string | undefined;
}

export function failuresOf(test: MappingTest, outcome: Outcome): Failure[] {
  const { writes, absent, skipped } = test;
  return [
    ...Object.entries(writes).flatMap(([name, fields]) =>
      withRecord(name, outcome, (plan) =>
        Object.entries(fields).flatMap(([field, value]) => differing(name, field, value, plan, outcome)),
      ),
    ),
    ...Object.entries(absent).flatMap(([name, fields]) =>
      withRecord(name, outcome, (plan) => plan.fields.filter(({ field }) => fields.includes(field)).map(tooMuch(name))),
    ),
    ...skipped.flatMap((name) => notSkipped(name, outcome)),
    ...(test.exact ? unnamed(test, outcome) : []),
  ];
}

/** A section by itself, or with the id that tells its record from the others. */
export function namesOf(plan: RecordPlan, plans: readonly RecordPlan[]): string {
  return plans.filter(({ section }) => section === plan.section).length === 1 ? plan.section : fullName(plan);
}

function fullName(plan: RecordPlan): string {
  return plan.scope.kind === "booking" ? plan.key : `${plan.section}:${knownAs(plan)}`;
}

function recordsNamed(name: string, plans: readonly RecordPlan[]): RecordPlan[] {
  return plans.filter((plan) => plan.section === name || fullName(plan) === name);
}

function withRecord(name: string, outcome: Outcome, compare: (plan: RecordPlan) => Failure[]): Failure[] {
  const unknown = unknownSection(name, outcome);
  if (unknown !== undefined) return [unknown];
  const [plan, ...others] = recordsNamed(name, outcome.plans);
  if (plan === undefined) {
    const why = outcome.why(sectionIn(name, outcome));
    return [{ where: name, message: `is not written${why === undefined ? "" : `: ${why}`}` }];
  }
  if (others.length === 0) return compare(plan);
  const all = [plan, ...others].map((one) => `\`${fullName(one)}\``).join(", ");
  return [{ where: name, message: `there are several; name the one that is meant: ${all}` }];
}

function unknownSection(name: string, outcome: Outcome): Failure | undefined {
  const known = sectionsOf(outcome).map((section) => section.name);
  if (known.includes(sectionIn(name, outcome))) return undefined;
  const [near] = nearest(name, known);
  const hint = near === undefined ? `the sections are ${known.join(", ")}` : `did you mean \`${near}\`?`;
  return { where: name, message: `the mapping has no section of this name; ${hint}` };
}

function sectionIn(name: string, outcome: Outcome): string {
  const isOne = sectionsOf(outcome).some((section) => section.name === name);
  return isOne || !name.includes(":") ? name : name.slice(0, name.indexOf(":"));
}

function sectionsOf({ mappings }: Outcome): readonly Section[] {
  return mappings.flatMap(({ sections }) => sections);
}

function differing(name: string, field: string, expected: FieldValue, plan: RecordPlan, outcome: Outcome): Failure[] {
  const where = `${name}.${field}`;
  const { identity } = plan;
  if (field === identity.field && String(expected) === String(identity.value)) return [];
  const written = plan.fields.find((one) => one.field === field);
  if (written !== undefined) {
    const { value: actual, source } = written;
    if (actual === expected) return [];
    const onlyKind = actual !== null && expected !== null && String(actual) === String(expected);
    const message = onlyKind
      ? `is ${kindOf(actual)} where the test has ${kindOf(expected)}`
      : "is written with another value";
    return [{ where, message, expected, actual, source }];
  }
  if (field === identity.field) {
    const message = "is the external id, with another value";
    return [{ where, message, expected, actual: identity.value ?? null, source: identity.source }];
  }
  const source = ruleOf(plan, field, outcome);
  return [
    source === undefined
      ? { where, message: "is no field of this section in the mapping", expected }
      : { where, message: "is not written: it came out blank", expected, source },
  ];
}

function kindOf(value: Exclude<FieldValue, null>): string {
  return typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : "yes or no";
}

/** Where the mapping says what is written into a field that came out blank. */
function ruleOf(plan: RecordPlan, field: string, outcome: Outcome): SourceRef | undefined {
  const rules = sectionsOf(outcome)
    .filter(({ name }) => name === plan.section)
    .flatMap((section) => [...section.fields, ...Object.values(section.on).flatMap((own) => own ?? [])]);
  return rules.find((rule) => rule.field === field)?.value.source;
}

function tooMuch(name: string): (field: RecordPlan["fields"][number]) => Failure {
  return ({ field, value, source }) => ({
    where: `${name}.${field}`,
    message: "is written, and the test does not want it",
    actual: value,
    source,
  });
}

function notSkipped(name: string, outcome: Outcome): Failure[] {
  const unknown = unknownSection(name, outcome);
  if (unknown !== undefined) return [unknown];
  return recordsNamed(name, outcome.plans).map((plan) => ({
    where: name,
    message: `is written (${plan.object} ${knownAs(plan)}), and the test wants it skipped`,
    source: plan.identity.source,
  }));
}

function unnamed({ writes, skipped }: MappingTest, { plans }: Outcome): Failure[] {
  return plans.flatMap((plan): Failure[] => {
    const name = [plan.section, fullName(plan)].find((one) => writes[one] !== undefined);
    if (name !== undefined)
      return plan.fields.filter(({ field }) => !(field in (writes[name] ?? {}))).map(tooMuch(name));
    if (skipped.includes(plan.section)) return [];
    const message = `is written (${plan.object} ${knownAs(plan)}), and the test does not name it`;
    return [{ where: plan.section, message, source: plan.identity.source }];
  });
}
