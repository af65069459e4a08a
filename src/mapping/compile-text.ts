/** Compiles the expressions of a mapping file, and says what is wrong with one in words for who wrote it. */
import { CHANGE_NAMES, KNOWN_NAMES } from "../booking/known-names.ts";
import { type Condition, ConditionError, comparisonsOf, holds, isTruth, parseCondition } from "./condition.ts";
import { type Compiler, isTemplate, MAX_EXPRESSION, ROOTS } from "./expression.ts";
import { listSlipsIn } from "./list-slips.ts";
import type { Expression } from "./mapping.ts";
import { readsBookings, THEIR_BOOKINGS } from "./persons-bookings.ts";
import type { SourceRef } from "./plan.ts";
import { type MappingProblem, nearest } from "./problems.ts";
import type { LookUpFile } from "./section-schema.ts";
import { blocksIn, OTHER_NAMES, slipsIn } from "./slips.ts";
import { unreadable } from "./unreadable.ts";
import { UNKNOWN } from "./value-facts.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** One file on its way to being a mapping. */
export interface Compilation {
  /** Of all sections, also of those that are not in order. */
  readonly names: readonly string[];
  /** Sections that find, by name. */
  readonly lookUps: ReadonlyMap<string, LookUpFile>;
  /** Fields of those that are read, by name. */
  readonly read: Map<string, Set<string>>;
  /** Whether what is compiled is of a section per attendee. */
  readonly perAttendee?: boolean;
  readonly compiler: Compiler;
  /** Expressions that read something of all bookings of a person. */
  readonly readers: string[];
  readonly source: YamlSource;
  readonly problems: MappingProblem[];
}

/** An expression, or a problem noted and an expression that gives nothing. */
export function compileText(compilation: Compilation, text: string, path: Path, perBooking: boolean): Expression {
  const source = sourceOf(compilation, text, path);
  try {
    checkRoots(compilation, text, path, perBooking);
    checkNames(compilation, text, path);
    checkTables(compilation, text, path);
    checkClock(compilation, text, path);
    checkMixed(compilation, text, path);
    const { compiler } = compilation;
    for (const slip of [
      ...slipsIn(text),
      ...listSlipsIn(text),
      ...compiler.mistakes(text),
      ...blocksIn(text, compiler.filters),
    ]) {
      compilation.problems.push(compilation.source.problem(path, slip));
    }
    const reads = readsBookings(compiler.paths(text), text) || readsByLookUp(compilation, text);
    if (reads) compilation.readers.push(text);
    return { source, evaluate: compiler.compile(text), facts: compiler.facts(text), readsBookings: reads };
  } catch (error) {
    compilation.problems.push(compilation.source.problem(path, explain(error, text, compilation.compiler)));
    return { source, evaluate: () => undefined, facts: UNKNOWN, readsBookings: false };
  }
}

/** What is found by all bookings of a person is as new as those. */
function readsByLookUp({ compiler, lookUps }: Compilation, text: string): boolean {
  const found = compiler.roots(text).flatMap((root) => lookUps.get(root) ?? []);
  return found.some(({ find, when }) => THEIR_BOOKINGS.some((name) => JSON.stringify([find, when]).includes(name)));
}

/** The condition of `when`, or a problem noted and a condition that never holds. */
export function compileCondition(compilation: Compilation, text: string, path: Path, perBooking: boolean): Expression {
  const source = sourceOf(compilation, text, path);
  const condition = conditionIn(compilation, text, path);
  const comparisons = new Map<string, Expression>();
  for (const one of condition === undefined ? [] : comparisonsOf(condition)) {
    const compiled = compileText(compilation, one, path, perBooking);
    checkComparison(compilation, one, compiled, path);
    comparisons.set(one, compiled);
  }
  const evaluate: Expression["evaluate"] = (variables) =>
    condition !== undefined && holds(condition, (one) => isTruth(comparisons.get(one)?.evaluate(variables)));
  const reads = comparisons.values().some((one) => one.readsBookings);
  return { source, evaluate, facts: UNKNOWN, readsBookings: reads };
}

function conditionIn({ source, problems }: Compilation, text: string, path: Path): Condition | undefined {
  const say = (message: string): undefined => void problems.push(source.problem(path, message));
  if (text.length > MAX_EXPRESSION) return say(`the expression is longer than ${MAX_EXPRESSION} characters`);
  if (isTemplate(text)) {
    return say(
      "a condition is written without {{ }} and {% %}, which give a text: `booking.price > 0 and client.email`",
    );
  }
  const [, operator] = /(&&|\|\||<>|(?<![=!<>])=(?!=))/.exec(text.replace(QUOTED, "")) ?? [];
  if (operator !== undefined) return say(`\`${operator}\` is written \`${OPERATORS[operator]}\` in a condition`);
  try {
    return parseCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return say(`not a valid condition: ${error.message}; write it as \`(A or B) and not C\``);
  }
}

const OPERATORS: Readonly<Record<string, string>> = { "&&": "and", "||": "or", "=": "==", "<>": "!=" };

/** What is the same for every booking is no condition. */
function checkComparison({ source, problems }: Compilation, text: string, { facts }: Expression, path: Path): void {
  const [compared = ""] = text.replace(QUOTED, "").split("|");
  if (compared.includes(",")) {
    problems.push(source.problem(path, "a number is compared without a comma in it: `booking.price > 1500`"));
  }
  if (!/^(?:"[^"]*"|'[^']*')$/.test(text)) return;
  const message = `${text} is a text, and the same for every booking; compare something with it: \`booking.status == ${text}\``;
  if (facts.values !== undefined) problems.push(source.problem(path, message));
}

function checkRoots(compilation: Compilation, text: string, path: Path, perBooking: boolean): void {
  const { lookUps, compiler, read, perAttendee = false } = compilation;
  const found = [...lookUps.keys()];
  const bookingOnly = ["booking", "change", ...found.filter((name) => lookUps.get(name)?.per === "booking")];
  const roots = ROOTS.filter((root) => perAttendee || root !== "attendee");
  const names = [...roots, ...found.filter((name) => lookUps.get(name)?.links === undefined)];
  for (const root of compiler.roots(text)) {
    const known: readonly string[] = perBooking ? names : names.filter((name) => !bookingOnly.includes(name));
    if (known.includes(root)) continue;
    if (found.includes(root) && !names.includes(root)) {
      const message = `\`${root}\` is found once the record that it points to is written, and cannot be read; link to it`;
      compilation.problems.push(compilation.source.problem(path, message));
      continue;
    }
    if (root === "attendee") {
      const message =
        "`attendee` can only be used in sections with `per: attendee`, which have a record for each of them";
      compilation.problems.push(compilation.source.problem(path, message));
      continue;
    }
    const message = bookingOnly.includes(root)
      ? `\`${root}\` can only be used in sections with \`per: booking\``
      : `nothing is named \`${root}\`; expected ${known.join(", ")}, or a fixed text as { constant: "…" }`;
    compilation.problems.push(compilation.source.problem(path, message));
  }
  for (const [root = "", name] of compiler.paths(text)) {
    if (!lookUps.has(root)) continue;
    const fields = read.get(root) ?? new Set();
    read.set(root, fields);
    if (name !== undefined && !/^id$/i.test(name)) fields.add(name);
  }
}

/** Names that differ from a known one by a letter or two, and by more than a number. */
function checkNames({ compiler, source, problems }: Compilation, text: string, path: Path): void {
  for (const [root = "", name] of compiler.paths(text)) {
    const known = root === "change" ? CHANGE_NAMES : KNOWN_NAMES[root];
    if (name === undefined || known === undefined || known.includes(name) || LIQUID_NAMES.includes(name)) continue;
    const other = known.find((one) => one === OTHER_NAMES[name]);
    const [near = other] = nearest(name, known, name.length < 6 ? 1 : 2);
    if (near !== undefined && near.replace(/\d/g, "") !== name.replace(/\d/g, "")) {
      const message = `\`${root}\` has no \`${name}\` that we know of; did you mean \`${root}.${near}\`?`;
      problems.push(source.problem(path, message));
    } else if (root === "change") {
      problems.push(source.problem(path, `\`change\` has no \`${name}\`; it has ${CHANGE_NAMES.join(", ")}`));
    }
  }
}

/** What Liquid itself knows of every list. */
const LIQUID_NAMES = ["size", "first", "last"];

function checkTables({ compiler, source, problems }: Compilation, text: string, path: Path): void {
  for (const [, , name = ""] of text.matchAll(/\|\s*lookup:\s*(["'])(.*?)\1/g)) {
    if (compiler.tables.includes(name)) continue;
    const [near] = nearest(name, compiler.tables);
    const hint = near === undefined ? "; write it under `tables`" : `; did you mean \`${near}\`?`;
    problems.push(source.problem(path, `no table is named \`${name}\`${hint}`));
  }
}

/** A mapping says what a booking is; evaluated tomorrow it must say the same, or each pass would write anew. */
function checkClock({ source, problems }: Compilation, text: string, path: Path): void {
  const [, , word] = /(["'])(now|today)\1\s*\|\s*date/.exec(text) ?? [];
  if (word === undefined) return;
  const message = `"${word}" differs each time the mapping is evaluated; use \`change.at\`, the time of the last change`;
  problems.push(source.problem(path, message));
}

/** Liquid reads `A and B or C` as `A and (B or C)`, and has no brackets to say otherwise. */
function checkMixed({ source, problems }: Compilation, text: string, path: Path): void {
  const conditions = isTemplate(text) ? [...text.matchAll(/\{%-?\s*(?:if|elsif|unless)\b([^%]*)%\}/g)] : [["", text]];
  const words = conditions.map(([, condition = ""]) => condition.replace(QUOTED, ""));
  if (!words.some((one) => /\band\b/.test(one) && /\bor\b/.test(one))) return;
  const message =
    "`and` and `or` in one condition are read from the right here; put one of them into an {% if %} inside";
  problems.push(source.problem(path, message));
}

const QUOTED = /"[^"]*"|'[^']*'/g;

/** What Liquid says, in words for who wrote it. */
function explain(error: unknown, text: string, compiler: Compiler): string {
  const message = error instanceof Error ? error.message : String(error);
  const kind = isTemplate(text) ? "text template" : "expression";
  if (/call stack/i.test(message)) return `the ${kind} is nested too deeply`;
  if (/parse length limit/.test(message)) return `the ${kind} is longer than ${MAX_EXPRESSION} characters`;
  const filter = /undefined filter: ([\w-]+)/.exec(message)?.[1];
  if (filter !== undefined) return `no filter is named \`${filter}\`${hintFor(filter, compiler.filters)}`;
  return unreadable(message, text) ?? `the ${kind} cannot be read; docs/mappings.md has examples to compare it with`;
}

function hintFor(filter: string, known: readonly string[]): string {
  const [near] = nearest(filter, known);
  return near === undefined ? " (docs/mappings.md lists the filters)" : `; did you mean \`${near}\`?`;
}

export function sourceOf(compilation: Compilation, expression: string, path: Path): SourceRef {
  const { line, column } = compilation.source.place(path);
  return { file: compilation.source.file, line, column, expression };
}
